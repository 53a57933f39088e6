/** What the reader has chosen, and who wants to know when that changes. */
export interface State {
  /** The part of the run that the timeline shows. */
  readonly view: readonly [fromMs: number, toMs: number];
  /** Places in the list of dumps. */
  readonly dump: number | null;
  readonly compare: number | null;
  /** Where the reader points. */
  readonly cursorMs: number | null;
}

export class Store {
  #state: State;
  readonly #listeners: { readonly keys: readonly (keyof State)[]; readonly listener: () => void }[] = [];

  constructor(state: State) {
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  set(change: Partial<State>): void {
    const before = this.#state;
    this.#state = { ...before, ...change };
    for (const { keys, listener } of this.#listeners) {
      if (keys.some((key) => before[key] !== this.#state[key])) listener();
    }
  }

  on(keys: readonly (keyof State)[], listener: () => void): void {
    this.#listeners.push({ keys, listener });
  }
}

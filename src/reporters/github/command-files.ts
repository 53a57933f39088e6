import { closeSync, constants, lstatSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** The files by which a step tells the runner things: outputs, variables and programs of later steps, the summary. */
const names = ['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'] as const;

type CommandFile = (typeof names)[number];

/** One entry, as the runner's toolkit appends it: https://docs.github.com/actions/reference/workflow-commands */
const oneEntry = /^[^\r\n<]+<<(\S+)\r?\n[^\r\n]*\r?\n\1\r?\n$/;

/**
 * Keeps watch over the command files. The backend is not told where they are, and can find them all the same: it is the
 * same user. What the gate saves as state while the backend runs goes through `saveState`.
 */
export class CommandFileGuard {
  readonly #guarded = new Map<CommandFile, { readonly path: string; content: Buffer }>();
  readonly #changed = new Set<string>();

  constructor(env: NodeJS.ProcessEnv) {
    for (const name of names) {
      const path = env[name];
      const content = path ? contentOf(path) : undefined;
      if (path && content) this.#guarded.set(name, { path, content });
    }
  }

  /** @param save Appends one entry to the state. Whatever else is there afterwards is somebody else's. */
  saveState(save: () => void): void {
    this.#putBack();
    save();
    const state = this.#guarded.get('GITHUB_STATE');
    const now = state && contentOf(state.path);
    if (!state || !now) return;
    const isOurs = now.subarray(0, state.content.length).equals(state.content);
    if (isOurs && oneEntry.test(now.toString('utf8', state.content.length))) state.content = now;
  }

  /** Puts back whatever has changed, and answers the names of all files that ever had. */
  reclaim(): string[] {
    this.#putBack();
    return [...this.#changed];
  }

  #putBack(): void {
    for (const [name, { path, content }] of this.#guarded) {
      if (contentOf(path)?.equals(content)) continue;
      this.#changed.add(name);
      rmSync(path, { recursive: true, force: true });
      writeFileSync(path, content, { flag: 'wx' });
    }
  }
}

/** `undefined` for what is no plain file. */
function contentOf(path: string): Buffer | undefined {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

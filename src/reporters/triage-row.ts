export interface TriageRow {
  readonly step: string;
  /** `not-done` is never good: the gate did not get that far. */
  readonly result: 'ok' | 'bad' | 'info' | 'not-done';
  readonly detail: string;
}

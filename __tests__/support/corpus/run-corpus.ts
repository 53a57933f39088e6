import type { CorpusCase } from './case.ts';
import { startLoad } from './load.ts';
import { type Outcome, type RunOptions, runCase } from './run-case.ts';

export interface CorpusOptions extends RunOptions {
  /** How many cases run at the same time. */
  readonly jobs: number;
  /** How many processes compute beside them all the time. */
  readonly load: number;
  readonly onOutcome?: (outcome: Outcome, done: number) => void;
}

/** Runs cases side by side; their outcomes come back in the order of the cases. Stops early when aborted. */
export async function runCorpus(cases: readonly CorpusCase[], options: CorpusOptions): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  let done = 0;
  await using _load = startLoad(options.load);
  const worker = async () => {
    while (next < cases.length && !options.signal?.aborted) {
      const index = next;
      next += 1;
      const corpusCase = cases[index] as CorpusCase;
      const outcome = await runCase(corpusCase, options).catch((error) => notRun(corpusCase, error));
      // It was told to end before it could say anything.
      if (options.signal?.aborted) return;
      outcomes[index] = outcome;
      done += 1;
      options.onOutcome?.(outcome, done);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, worker));
  return outcomes.filter((outcome) => outcome !== undefined);
}

/** A case that could not even be started is a wrong one; the others go on. */
function notRun(corpusCase: CorpusCase, error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  return {
    case: corpusCase,
    got: { verdict: 'none', reason: 'not run', rule: null, culpritLine: null },
    culprit: null,
    message,
    firstDumpMs: null,
    wallMs: 0,
    wrong: [`not run: ${message}`],
  };
}

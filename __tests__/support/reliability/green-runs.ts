import { cpSync, existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Result } from '../../../src/verdict/result.ts';
import { startLoad } from '../corpus/load.ts';
import { runCommand } from './command.ts';
import { leftoversOf } from './leftovers.ts';
import { newPlace, repository } from './place.ts';
import { readWritten } from './report.ts';
import { sideBySide } from './side-by-side.ts';

export interface GreenOutcome {
  readonly index: number;
  readonly loaded: boolean;
  readonly reason: string;
  readonly wallMs: number;
  /** The longest that a probe took. */
  readonly slowestProbeMs: number | null;
  /** Broken promises, each a phrase. */
  readonly wrong: readonly string[];
}

export interface GreenOptions {
  readonly count: number;
  /** Busy processes beside the last third. */
  readonly load: number;
  readonly python: string;
  readonly jobs: number;
  readonly signal: AbortSignal;
  readonly onOutcome?: (outcome: GreenOutcome, done: number, total: number) => void;
}

/** The healthy example with default settings, again and again; everything but `pass` is a failure. */
export async function runGreen({ count, load, ...options }: GreenOptions): Promise<GreenOutcome[]> {
  const { python, jobs, signal, onOutcome } = options;
  const withLoad = load > 0 ? Math.floor(count / 3) : 0;
  const outcomes: GreenOutcome[] = [];
  // Beside busy processes, more at a time than there are processors would measure each other.
  const some = (many: number, loaded: boolean) =>
    sideBySide(many, loaded ? Math.min(jobs, availableParallelism()) : jobs, signal, async (index) => {
      const outcome = await greenRun(python, index + (loaded ? count - withLoad : 0), loaded);
      outcomes.push(outcome);
      onOutcome?.(outcome, outcomes.length, count);
    });
  await some(count - withLoad, false);
  if (withLoad > 0 && !signal.aborted) {
    await using _load = startLoad(load);
    await some(withLoad, true);
  }
  return outcomes;
}

async function greenRun(python: string, index: number, loaded: boolean): Promise<GreenOutcome> {
  using place = newPlace();
  const example = join('examples', 'news-backend');
  cpSync(join(repository, example), join(place.workspace, example), { recursive: true });
  const run = await runCommand({
    ...place,
    settings: { 'working-directory': example, env: 'NEWS_STREAM=fixed' },
    command: [python, '-m', 'uvicorn', 'app.main:app', '--port', '{port}', '--no-access-log'],
  });
  const result = readResult(place.reportDir);
  const left = await leftoversOf(place, readWritten(place.reportDir).evidence);
  const reason = result?.reason ?? 'none';
  const wrong = [
    ...(result?.verdict === 'pass' && run.exitCode === 0
      ? []
      : [`${reason}, exit ${run.exitCode ?? run.signal}: ${result?.message ?? run.output.slice(-300)}`]),
    ...left.map((what) => `left behind: ${what}`),
  ];
  const slowest = result?.probes.map(({ maxMs }) => maxMs ?? 0) ?? [];
  const slowestProbeMs = slowest.length > 0 ? Math.max(...slowest) : null;
  return { index, loaded, reason, wallMs: run.wallMs, slowestProbeMs, wrong };
}

function readResult(reportDir: string): Result | undefined {
  const path = join(reportDir, 'result.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Result) : undefined;
}

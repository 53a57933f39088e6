import { expect } from '@jest/globals';
import { watchPeakMemory } from './peak-memory.ts';
import { type CliRun, expectNothingLeft, newWorkspace, python, startCli } from './run-cli.ts';

/** What the gate may take, whatever the backend does. */
const mostMemoryMb = 300;

const shortest = [
  ...['--deadline', '1500ms', '--dump-after', '500ms', '--hold', '500ms', '--settle', '500ms'],
  ...['--waves', '1', '--boot-timeout', '4s'],
];

export interface AttackOptions {
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The Node that runs the gate. */
  readonly node?: string;
  readonly workspace?: string;
}

/** Runs the gate over a hostile fixture. Whatever comes out, it took little memory and no process is left. */
export async function attack(
  fixture: string,
  words: readonly string[],
  { flags = [], workspace = newWorkspace(), ...options }: AttackOptions = {},
): Promise<CliRun> {
  const running = startCli({
    ...options,
    workspace,
    args: ['run', ...shortest, ...flags],
    command: [python, `${workspace}/${fixture}.py`, '{port}', ...words],
  });
  const peakMb = watchPeakMemory(running.pid);
  const run = await running.ended;
  expect(peakMb()).toBeGreaterThan(30);
  expect(peakMb()).toBeLessThan(mostMemoryMb);
  await expectNothingLeft(run);
  return run;
}

export function outcome({ exitCode, result }: CliRun) {
  return { exitCode, verdict: result?.verdict, reason: result?.reason };
}

export const healthy = { exitCode: 0, verdict: 'pass', reason: 'healthy' };
export const unresponsive = { exitCode: 1, verdict: 'fail', reason: 'service-unresponsive' };
export const notReady = { exitCode: 125, verdict: 'inconclusive', reason: 'not-ready' };
export const notExercised = { exitCode: 125, verdict: 'inconclusive', reason: 'not-exercised' };
export const gateFailed = { exitCode: 125, verdict: 'inconclusive', reason: 'gate-failed' };

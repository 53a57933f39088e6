/** A backend that somebody else holds, or a gate that is held itself, is nobody's failure; and it is no pass. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { holding } from '../support/cli/processes.ts';
import {
  type CliRun,
  expectNothingLeft,
  python,
  type RunningCli,
  repository,
  runApp,
  short,
  startApp,
} from '../support/cli/run-cli.ts';

/** Longer than the deadline of two seconds, so that a probe is late for this alone. */
const holdMs = 3_500;
const app = 'healthy';

/** The backend of a run that is under way, which is not held before it is probed at its cadence. */
async function backendOf(gate: RunningCli): Promise<number> {
  await gate.until(() => gate.stdout().includes('baseline'));
  const found = holding({ environment: 'nothing=', path: `${gate.workspace}/${app}.py` });
  const backend = found.find(({ command }) => !command.includes('cli.cjs'));
  if (!backend) throw new Error('no backend is there');
  return backend.pid;
}

function expectHeld(run: CliRun, message: RegExp): void {
  const { exitCode, stderr, result } = run;
  expect([exitCode, stderr, result?.reason, result?.culprit]).toEqual([125, '', 'backend-stopped', null]);
  expect(result?.message).toMatch(message);
}

test('a worker that a signal stops for longer than the deadline', async () => {
  const gate = startApp(app, short);
  process.kill(await backendOf(gate), 'SIGSTOP');
  const run = await gate.ended;
  expectHeld(run, /^The event loop of pid \d+ was stopped by a signal .* for [1-9]\.\d s, so what /);
  await expectNothingLeft(run);
});

test('one that is stopped for less is only remarked', async () => {
  const gate = startApp(app, [...short, '--deadline', '5s']);
  const pid = await backendOf(gate);
  process.kill(pid, 'SIGSTOP');
  await sleep(2_500);
  process.kill(pid, 'SIGCONT');
  const run = await gate.ended;
  expect([run.exitCode, run.result?.reason]).toEqual([0, 'healthy']);
  expect(run.stdout).toMatch(/note: The event loop of pid \d+ was stopped by a signal .* not counted/s);
});

test('a debugger that holds the worker', async () => {
  const gate = startApp(app, short);
  const debuggee = String(await backendOf(gate));
  const tracer = spawn(python, [join(repository, '__tests__/fixtures/tools/debugger.py'), debuggee]);
  try {
    const run = await gate.ended;
    expectHeld(run, /was traced, as a debugger does, by pid \d+ \(.*debugger\.py \d+\) for [1-9]\.\d s/);
    await expectNothingLeft(run);
  } finally {
    await ended(tracer);
  }
});

test('a machine that stops altogether, the gate and the backend alike', async () => {
  const gate = startApp(app, [...short, '--settle', '1s']);
  const pid = await backendOf(gate);
  // A probe is on its way when the gate is stopped too.
  process.kill(pid, 'SIGSTOP');
  await sleep(300);
  gate.kill('SIGSTOP');
  await sleep(holdMs);
  // In this order: a gate that finds the backend still stopped says so, and is right.
  process.kill(pid, 'SIGCONT');
  gate.kill('SIGCONT');
  const run = await gate.ended;
  // A suspension is not noticed but for the time that it took, so the second attempt decides.
  expect([run.exitCode, run.stderr, run.result?.attempts.map(({ reason }) => reason)]).toEqual([
    0,
    '',
    ['runner-starved', 'healthy'],
  ]);
  await expectNothingLeft(run);
});

test.each([
  ['healthy', 0, 'healthy'],
  ['blocks_on_abort', 1, 'loop-blocked'],
])('a wall clock that jumps by hours all the time changes nothing: %s', async (name, exitCode, reason) => {
  const shim = join(repository, '__tests__/fixtures/tools/stepping-clock.cjs');
  const run = await runApp(name, short, { NODE_OPTIONS: `--require ${JSON.stringify(shim)}` });
  expect([run.exitCode, run.stderr, run.result?.reason]).toEqual([exitCode, '', reason]);
  expect(run.result?.attempts).toHaveLength(1);
  // It was really another time of day.
  const offMs = Math.abs(Date.parse(run.evidence?.gate.startedAt ?? '') - Date.now());
  expect(offMs).toBeGreaterThan(1_800_000);
  // Every time in the evidence is of the run itself.
  expect(Math.max(...(run.evidence?.probes ?? []).map(({ latencyMs }) => latencyMs ?? 0))).toBeLessThan(
    30_000,
  );
  expect(run.result?.durationMs).toBeLessThan(run.wallMs);
});

async function ended(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Ctrl-C, at every stage of a run. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { type CliRun, expectNothingLeft, type RunningCli, short, startApp } from '../support/cli/run-cli.ts';
import { startWithSlowPip } from '../support/cli/slow-pip.ts';

/** A cancelled step on GitHub is killed 10 s after its first signal. */
const boundedMs = 7_500;

const isHealthy = 'healthy';
const long = [...short, '--deadline', '60s'];

interface Stage {
  readonly name: string;
  readonly start: () => RunningCli;
  /** True when the run is in that stage. */
  readonly reached: (run: RunningCli) => boolean;
  /** The phase that the report names. */
  readonly phase: string;
}

const stages: readonly Stage[] = [
  {
    name: 'preparing, while pip installs py-spy',
    start: () => startWithSlowPip(long),
    reached: ({ workspace }) => existsSync(join(workspace, 'pip-runs')),
    phase: 'prepare',
  },
  {
    name: 'booting',
    start: () => startApp('never_listens', long),
    reached: ({ reportDir }) => contentOf(join(reportDir, 'backend.log')).includes('starting'),
    phase: 'boot',
  },
  {
    name: 'measuring the baseline',
    start: () => startApp('slow_but_in_time', long),
    reached: ({ stdout }) => / discover /.test(stdout()),
    phase: 'baseline',
  },
  {
    name: 'streaming',
    start: () => startApp(isHealthy, [...long, '--hold', '60s']),
    reached: ({ stdout }) => / baseline /.test(stdout()),
    phase: 'wave 1',
  },
  {
    name: 'letting a wave settle',
    start: () => startApp(isHealthy, [...long, '--hold', '100ms', '--settle', '60s']),
    reached: ({ stdout }) => / baseline /.test(stdout()),
    phase: 'wave 1',
  },
  {
    name: 'taking the stacks of a hung backend',
    start: () => startApp('blocks_on_abort', long),
    reached: ({ reportDir }) => dumpsOfSilence(reportDir).length > 0,
    phase: 'wave 1',
  },
  {
    name: 'waiting for a hung backend that ignores SIGTERM',
    start: () => startApp('blocks_ignoring_sigterm', long),
    reached: ({ reportDir }) => dumpsOfSilence(reportDir).length >= 3,
    phase: 'wave 1',
  },
];

describe.each(stages)('interrupted while $name', ({ start, reached, phase }) => {
  test('one SIGINT: exit 130, a report, nothing left', async () => {
    const running = start();
    await running.until(() => reached(running));
    // Not at the very edge of the stage.
    await sleep(300);
    const interruptedAt = performance.now();
    running.kill('SIGINT');
    const run = await endOf(running);

    expect(performance.now() - interruptedAt).toBeLessThan(boundedMs);
    expect(run).toMatchObject({
      exitCode: 130,
      stderr: '',
      result: {
        verdict: 'inconclusive',
        reason: 'interrupted',
        message: expect.stringMatching(new RegExp(`by SIGINT .*, in phase "${phase}"`)),
      },
    });
    expect(run.stdout).toContain('INCONCLUSIVE interrupted');
    await expectNothingLeft(run);
  });

  test('two SIGINTs in a row: exit 130, nothing left', async () => {
    const running = start();
    await running.until(() => reached(running));
    await sleep(300);
    running.kill('SIGINT');
    await sleep(5);
    running.kill('SIGINT');
    const run = await endOf(running);

    expect(run).toMatchObject({ exitCode: 130, stderr: '' });
    await expectNothingLeft(run);
  });
});

test('SIGTERM ends a run in order as well', async () => {
  const running = startApp(isHealthy, [...long, '--hold', '60s']);
  await running.until(() => / baseline /.test(running.stdout()));
  running.kill('SIGTERM');
  const run = await endOf(running);

  expect(run).toMatchObject({ exitCode: 130, result: { reason: 'interrupted' } });
  expect(run.result?.message).toContain('SIGTERM');
  await expectNothingLeft(run);
});

test('a daemon of the backend goes with it', async () => {
  const running = startApp('leaves_daemon', [...long, '--hold', '60s']);
  await running.until(() => / baseline /.test(running.stdout()));
  running.kill('SIGINT');
  await sleep(5);
  running.kill('SIGINT');
  const run = await endOf(running);

  expect(run.exitCode).toBe(130);
  await expectNothingLeft(run);
});

/** A run that does not end is killed, as GitHub does with a step. */
async function endOf(running: RunningCli): Promise<CliRun> {
  const timer = setTimeout(() => running.kill('SIGKILL'), boundedMs + 1_000);
  return running.ended.finally(() => clearTimeout(timer));
}

function contentOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function dumpsOfSilence(reportDir: string): string[] {
  return namesIn(join(reportDir, 'dumps')).filter((name) => name.includes('-silence'));
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

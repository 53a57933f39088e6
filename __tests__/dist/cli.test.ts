import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { culpritLine, expectNothingLeft, runApp, short } from '../support/cli/run-cli.ts';

interface Expected {
  readonly app: string;
  readonly exitCode: number;
  readonly verdict: string;
  readonly reason: string;
  /** The line that is marked in the fixture is named. */
  readonly culprit?: true;
  readonly args?: readonly string[];
  readonly message?: RegExp;
}

const pass = { exitCode: 0, verdict: 'pass', reason: 'healthy' } as const;
const fail = { exitCode: 1, verdict: 'fail' } as const;
const inconclusive = { exitCode: 125, verdict: 'inconclusive' } as const;

const table: readonly Expected[] = [
  { app: 'healthy', ...pass },
  { app: 'only_logs', ...pass },
  { app: 'redirects_root', ...pass },
  { app: 'no_root', ...pass },
  { app: 'slow_but_in_time', ...pass, args: ['--deadline', '8s'] },
  { app: 'slow_sync_health', ...pass },
  { app: 'stdlib_asyncio', ...pass },
  { app: 'leaves_daemon', ...pass },
  { app: 'blocks_on_abort', ...fail, reason: 'loop-blocked', culprit: true },
  { app: 'blocks_ignoring_sigterm', ...fail, reason: 'loop-blocked', culprit: true },
  { app: 'cpu_spins_on_abort', ...fail, reason: 'loop-blocked', culprit: true },
  {
    app: 'blocks_at_boot',
    ...fail,
    reason: 'boot-blocked',
    culprit: true,
    args: ['--boot-timeout', '3s'],
  },
  { app: 'pool_exhausted', ...fail, reason: 'service-unresponsive', message: /`\/health`.*loop was free/ },
  { app: 'breaks_after_abort', ...fail, reason: 'service-unresponsive', message: /500/ },
  { app: 'crashes_on_abort', ...fail, reason: 'crashed', message: /code 7/ },
  { app: 'crashes_at_boot', ...inconclusive, reason: 'not-ready', message: /code 3.*database is not there/ },
  { app: 'never_listens', ...inconclusive, reason: 'not-ready', args: ['--boot-timeout', '3s'] },
  { app: 'stream_ends_itself', ...inconclusive, reason: 'not-exercised', message: /ended/ },
  { app: 'stream_401', ...inconclusive, reason: 'not-exercised', message: /401/ },
  { app: 'stream_no_byte', ...inconclusive, reason: 'not-exercised', message: /no byte/ },
];

describe('hang-gate run', () => {
  test.each(table)('$app: $verdict, $reason', async ({ app, args = [], culprit, message, ...expected }) => {
    const run = await runApp(app, [...short, ...args]);
    const { exitCode, stderr, result } = run;

    expect({ exitCode, stderr, verdict: result?.verdict, reason: result?.reason }).toEqual({
      ...expected,
      stderr: '',
    });
    if (message) expect(result?.message).toMatch(message);
    expect(result?.culprit ?? null).toEqual(
      culprit
        ? {
            file: `${app}.py`,
            line: culpritLine(join(run.workspace, `${app}.py`)),
            function: expect.any(String),
          }
        : null,
    );
    expect(run.stdout).toContain(`${expected.verdict.toUpperCase()} ${expected.reason}`);
    await expectNothingLeft(run);
  });
});

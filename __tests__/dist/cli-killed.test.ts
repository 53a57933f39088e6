/** A gate that is killed cannot end its backend: the next start does, and only that one's. */
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { end, holding } from '../support/cli/processes.ts';
import {
  app,
  type CliRun,
  expectNothingLeft,
  newWorkspace,
  type RunningCli,
  runCli,
  short,
  startCli,
} from '../support/cli/run-cli.ts';
import { startWithSlowPip } from '../support/cli/slow-pip.ts';

const streaming = [...short, '--hold', '60s'];

interface Place {
  readonly workspace: string;
  readonly temporary: string;
}

function start(fixture: string, flags: readonly string[], place?: Place): RunningCli {
  const workspace = place?.workspace ?? newWorkspace();
  return startCli({ args: ['run', ...flags], command: app(workspace, fixture), ...place, workspace });
}

/** A gate that was killed while streams were open. */
async function killedRun(fixture: string): Promise<CliRun> {
  const running = start(fixture, streaming);
  await running.until(() => / baseline /.test(running.stdout()));
  await sleep(300);
  running.kill('SIGKILL');
  return running.ended;
}

/** The shortest run there is, in the same place. */
function nextStart({ workspace, temporary }: Place): Promise<CliRun> {
  return runCli({
    args: ['run', ...short, '--report-dir', 'next'],
    command: ['false'],
    workspace,
    temporary,
  });
}

const workshops = ({ workspace }: Place) => globSync('cache/hang-gate/py-spy/*/*', { cwd: workspace });
const processesOf = ({ temporary, workspace }: Place) =>
  holding({ environment: `TMPDIR=${temporary}`, path: workspace }).map(({ pid }) => pid);

describe.each(['healthy', 'leaves_daemon', 'blocks_ignoring_sigterm'])('killed over %s', (fixture) => {
  test('it leaves what the next start ends and tells', async () => {
    const killed = await killedRun(fixture);
    expect(killed).toMatchObject({ exitCode: null, signal: 'SIGKILL', result: undefined });
    const left = processesOf(killed);
    expect(left).toContain(killed.evidence?.backend.pid);

    const doctor = await runCli({
      args: ['doctor'],
      workspace: killed.workspace,
      temporary: killed.temporary,
    });
    expect(doctor.stdout.replace(/\s+/g, ' ')).toMatch(
      /! leftovers pid \d+.* and 1 temporary folder, left by a run that was killed/,
    );
    expect(processesOf(killed)).toEqual(left);

    const next = await nextStart(killed);
    expect(next.stdout).toMatch(/an earlier run \(pid \d+, .*\) was killed: ended pid \d+/);
    expect(next.stdout).toContain('removed 1 temporary folder');
    await expectNothingLeft(killed);
  });
});

test('its evidence says how far it got, and is diagnosed as interrupted', async () => {
  const killed = await killedRun('healthy');
  try {
    expect(killed.evidence).toMatchObject({ durationMs: null, interrupted: null });
    expect(killed.evidence?.phases.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['prepare', 'boot', 'baseline', 'wave 1']),
    );
    const diagnosed = await runCli({
      args: ['diagnose', join(killed.reportDir, 'evidence.json')],
      workspace: killed.workspace,
    });
    expect(diagnosed).toMatchObject({ exitCode: 130, stderr: '' });
    expect(diagnosed.stdout).toMatch(
      /INCONCLUSIVE interrupted\n.*The gate was killed after .* in phase "wave 1"/,
    );
  } finally {
    await nextStart(killed);
  }
});

test('a start beside a living gate leaves its backend alone', async () => {
  const living = start('healthy', [...short, '--hold', '3s']);
  await living.until(() => / baseline /.test(living.stdout()));
  const before = processesOf(living);
  const next = await nextStart(living);

  expect(next.stdout).not.toContain('an earlier run');
  expect(processesOf(living)).toEqual(expect.arrayContaining(before));
  const run = await living.ended;
  expect(run.result).toMatchObject({ verdict: 'pass' });
  await expectNothingLeft(run);
});

test('killed while pip installs py-spy, neither pip nor its folder stays', async () => {
  const running = startWithSlowPip(short);
  await running.until(() => existsSync(join(running.workspace, 'pip-runs')));
  running.kill('SIGKILL');
  const killed = await running.ended;
  const [pip] = processesOf(killed);
  try {
    expect(pip).toEqual(expect.any(Number));
    expect(workshops(killed)).toEqual([expect.stringMatching(/-[0-9a-f-]{36}$/)]);
    const next = await nextStart(killed);
    expect(next.stdout).toContain(`ended pid ${pip}`);
    expect(workshops(killed)).toEqual([]);
    await expectNothingLeft(killed);
  } finally {
    if (pip !== undefined) end(pip);
  }
});

import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { Recorder } from '../../../src/evidence/recorder.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import { ReportFolder } from '../../../src/report-folder/report-folder.ts';
import { StackLadder } from '../../../src/stacks/ladder.ts';
import { procSource } from '../../../src/stacks/sources/proc.ts';
import { StackWatch } from '../../../src/stacks/stack-watch.ts';
import { WorkspaceFiles } from '../../../src/stacks/workspace-files.ts';
import { settingsOf } from '../../support/settings.ts';

/** Over this very process, whose threads `/proc` shows. */
async function watchIn(reportDir: string, values: Record<string, string> = {}) {
  const settings = settingsOf({
    url: 'http://127.0.0.1:9',
    deadline: '5s',
    'dump-after': '500ms',
    ...values,
  });
  const plan = makePlan(settings, undefined, undefined, '/');
  const ignore = () => {};
  const recorder = new Recorder(plan, reportDir, {
    onPhaseStart: ignore,
    onPhaseEnd: ignore,
    onNotice: ignore,
  });
  const watch = new StackWatch({
    recorder,
    workspaceFiles: await WorkspaceFiles.find(recorder),
    ladder: new StackLadder([procSource], recorder.evidence.stackSources),
    listProcesses: () => [
      {
        pid: process.pid,
        parentPid: process.ppid,
        role: 'backend',
        python: '3.11',
        commandLine: '',
        listening: true,
        alive: true,
      },
    ],
    countWaiting: () => undefined,
    files: new ReportFolder(reportDir),
    sourceFolders: [],
  });
  return { watch, evidence: recorder.evidence };
}

test('a dump that cannot be written is told, and ends nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hang-gate-watch-'));
  rmSync(folder, { recursive: true });
  const { watch, evidence } = await watchIn(folder);

  watch.onSilent('/', 0);
  await watch.idle();

  expect(evidence.dumps).not.toEqual([]);
  expect(evidence.gateErrors).not.toEqual([]);
  for (const error of evidence.gateErrors) {
    expect(error).toMatchObject({ code: 'report', message: expect.stringContaining('ENOENT') });
  }
});

test('a proof is not tried any more once the run is over', async () => {
  const { watch, evidence } = await watchIn(tmpdir());

  expect(await watch.proveFree(AbortSignal.abort())).toBe(false);
  expect(evidence.dumps).toEqual([]);
});

test.each(['5s', '2s'])(
  'after many short silences a long one is dumped, late before the deadline of %s',
  async (deadline) => {
    const folder = await mkdtemp(join(tmpdir(), 'hang-gate-watch-'));
    const { watch, evidence } = await watchIn(folder, { deadline });
    for (let short = 0; short < 9; short += 1) {
      watch.onSilent('/', 0);
      await sleep(50);
      watch.onAnswersAgain('/', 0);
      await watch.idle();
    }
    const before = evidence.dumps.length;
    watch.onSilent('/', 0);
    await watch.idle();

    const [first = 0, second = 0] = evidence.dumps.slice(before).map(({ startMs }) => startMs);
    expect(evidence.dumps).toHaveLength(before + 2);
    expect(second - first).toBeGreaterThan(400);
  },
);

test('with a deadline that leaves no time for late dumps, short silences fill no disk', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hang-gate-watch-'));
  const { watch, evidence } = await watchIn(folder, { deadline: '2s' });
  for (let short = 0; short < 20; short += 1) {
    watch.onSilent('/', 0);
    await sleep(50);
    watch.onAnswersAgain('/', 0);
    await watch.idle();
  }
  expect(evidence.dumps).toHaveLength(8);
});

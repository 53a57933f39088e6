/** Who belongs to a run whose gate is gone, and who does not. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { isAlive } from '../../src/processes/process-table.ts';
import { cleanUpDeadRuns } from '../../src/runs/clean-up.ts';
import { endRun } from '../../src/runs/end-run.ts';
import { OwnRun } from '../../src/runs/own-run.ts';
import {
  parseRecord,
  processIdOf,
  type RunRecord,
  recordPath,
  thisMachine,
} from '../../src/runs/run-record.ts';

const folder = mkdtempSync(join(tmpdir(), 'hang-gate-runs-test-'));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function sleeper(mark = 'none=', detached = false) {
  const [name = '', value] = mark.split('=');
  const options = { stdio: 'ignore', detached, env: { ...process.env, [name]: value } } as const;
  const child = spawn('sleep', ['600'], options);
  children.push(child);
  await once(child, 'spawn');
  const id = processIdOf(child.pid as number);
  if (!id) throw new Error('it ended at once');
  return id;
}

/** A gate that is gone: nobody has this start. */
const deadGate = { pid: process.pid, startTicks: 1 };

function recordOf(overrides: Partial<RunRecord> = {}): RunRecord {
  const place = { ...thisMachine(), startedAt: '2026-01-01T00:00:00.000Z', reportDir: folder };
  return { runId: randomUUID(), gate: deadGate, processes: [], folders: [], ...place, ...overrides };
}

describe('of a run', () => {
  test.each(['HANG_GATE_RUN', 'HANG_GATE_TOOL'])('is who carries its mark %s', async (name) => {
    const record = recordOf();
    const [mine, other] = [
      await sleeper(`${name}=${record.runId}`),
      await sleeper(`${name}=${randomUUID()}`),
    ];
    expect(endRun(record)).toMatchObject({ pids: [mine.pid], left: [] });
    expect([isAlive(mine), isAlive(other)]).toEqual([false, true]);
  });

  test('is who has the recorded start, and nobody who got the pid anew', async () => {
    const [mine, other] = [await sleeper(), await sleeper()];
    const reused = { ...other, startTicks: other.startTicks - 1 };
    expect(endRun(recordOf({ processes: [mine, reused] })).pids).toEqual([mine.pid]);
    expect(isAlive(other)).toBe(true);
  });

  test("is nobody in a group that only bears the dead backend's number", async () => {
    const leader = await sleeper('none=', true);
    const record = recordOf({ processes: [{ ...leader, startTicks: 1 }] });
    expect(endRun(record).pids).toEqual([]);
    expect(isAlive(leader)).toBe(true);
  });

  test.each([{ bootId: 'another' }, { pidNamespace: 'pid:[1]' }])(
    'is nobody on another machine: %j',
    async (there) => {
      const mine = await sleeper();
      expect(endRun(recordOf({ processes: [mine], ...there })).pids).toEqual([]);
      expect(isAlive(mine)).toBe(true);
    },
  );

  test('are folders that bear its name, and no others', () => {
    const record = recordOf();
    const names = ['mine-', 'other-', 'link-'].map((name) => join(folder, name + record.runId));
    const [mine, other, link] = names as [string, string, string];
    for (const path of [mine, join(folder, 'precious')]) mkdirSync(path);
    symlinkSync(join(folder, 'precious'), link);
    const ended = endRun({ ...record, folders: [mine, link, join(folder, 'precious'), other] });
    expect(ended.folders).toEqual([mine]);
    expect(existsSync(join(folder, 'precious'))).toBe(true);
  });
});

describe('the next start', () => {
  const put = (record: RunRecord) => writeFileSync(recordPath(record.gate, folder), JSON.stringify(record));

  test('ends what a dead gate left, tells it once, and forgets it', async () => {
    const mine = await sleeper();
    const record = recordOf({ processes: [mine] });
    mkdirSync(join(folder, `x-${record.runId}`));
    put({ ...record, folders: [join(folder, `x-${record.runId}`)] });
    expect(cleanUpDeadRuns(folder)).toEqual([
      `an earlier run (pid ${process.pid}, 2026-01-01T00:00:00.000Z) was killed: ended pid ${mine.pid} and removed 1 temporary folder`,
    ]);
    expect(cleanUpDeadRuns(folder)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('leaves a living gate and another container alone', async () => {
    const mine = await sleeper();
    const living = processIdOf(process.pid) ?? deadGate;
    put(recordOf({ gate: living, processes: [mine] }));
    put(recordOf({ processes: [mine], pidNamespace: 'pid:[1]' }));
    expect(cleanUpDeadRuns(folder)).toEqual([]);
    expect(isAlive(mine)).toBe(true);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  test('removes what is no record, and reads none through a link', async () => {
    const mine = await sleeper();
    writeFileSync(recordPath(deadGate, folder), '{"runId": 1}');
    const elsewhere = join(folder, 'elsewhere.json');
    writeFileSync(elsewhere, JSON.stringify(recordOf({ processes: [mine] })));
    symlinkSync(elsewhere, recordPath({ ...deadGate, startTicks: 2 }, folder));
    expect(cleanUpDeadRuns(folder)).toEqual([]);
    expect(isAlive(mine)).toBe(true);
    expect(existsSync(recordPath(deadGate, folder))).toBe(false);
  });
});

describe('a run of this process', () => {
  const options = { reportDir: folder, recordFolder: folder, startedAt: '2026-01-01T00:00:00.000Z' };

  test('can be cleaned up by others from its first moment to its last', () => {
    const told: RunRecord[] = [];
    const read = () => parseRecord(JSON.stringify(told.at(-1)));
    {
      using run = OwnRun.begin({ ...options, onRecord: (record) => told.push(record) });
      expect(read()).toMatchObject({ runId: run.id, gate: processIdOf(process.pid), folders: [] });
      const path = run.claimFolder(join(folder, 'x'));
      mkdirSync(path);
      expect(read()?.folders).toEqual([path]);
      run.update();
      expect(told).toHaveLength(2);
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  test('ends what is left when it ends', async () => {
    const run = OwnRun.begin(options);
    const mine = await sleeper(`HANG_GATE_RUN=${run.id}`);
    run[Symbol.dispose]();
    expect(isAlive(mine)).toBe(false);
  });
});

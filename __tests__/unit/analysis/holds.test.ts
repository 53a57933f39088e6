/** Times in which somebody else kept the backend from running, and what they excuse. */
import { describe, expect, test } from '@jest/globals';
import { lostMs } from '../../../src/analysis/delays.ts';
import { holdOf } from '../../../src/analysis/holds.ts';
import type { Evidence, Hold } from '../../../src/evidence/schema.ts';
import { HoldWatch } from '../../../src/loops/holds.ts';
import { judge } from '../../../src/verdict/judge.ts';
import {
  backendPid,
  firstAbortMs,
  loopThread,
  makeEvidence,
  makeHang,
  scheduling,
  silenceDumps,
  stack,
} from '../../support/make-evidence.ts';

const hold = (overrides: Partial<Hold> = {}): Hold => ({
  startMs: firstAbortMs,
  durationMs: 5_200,
  kind: 'stopped',
  by: null,
  ...overrides,
});
const loopsWith = (...holds: Hold[]): Evidence['loops'] => [
  { pid: backendPid, tid: backendPid, samples: 90, samplesAtSelector: 24, stints: [], goneMs: null, holds },
];
const outcomeOf = (evidence: Evidence) => judge(evidence).reason;

test.each([
  ['stopped', { state: 'T' }],
  ['traced', { state: 't' }],
  ['frozen', { state: 'S', waitChannel: 'do_freezer_trap' }],
  ['frozen', { state: 'D', waitChannel: '__refrigerator' }],
  [undefined, { state: 'S', waitChannel: 'do_epoll_wait' }],
  [undefined, { state: 'R' }],
])("%s by the kernel's word", (kind, overrides) => {
  expect(holdOf(scheduling(overrides))).toBe(kind);
});

test('a moment is lost once, whoever took it', () => {
  const spans = [
    { startMs: 150, durationMs: 100 },
    { startMs: 100, durationMs: 100 },
    { startMs: 160, durationMs: 10 },
    { startMs: 400, durationMs: 100 },
  ];
  expect(lostMs(0, 450, spans)).toBe(150 + 50);
  expect(lostMs(170, 180, spans)).toBe(10);
});

describe('a probe that was late', () => {
  test.each<[Hold['kind'], string | null, RegExp]>([
    ['stopped', null, /was stopped by a signal .* for 5\.2 s, so what it did not answer/],
    ['frozen', null, /was frozen with its control group/],
    ['traced', 'pid 9 (gdb -p 4711)', /was traced, as a debugger does, by pid 9 \(gdb -p 4711\)/],
  ])('because the loop was %s', (kind, by, message) => {
    const result = judge(makeHang({ loops: loopsWith(hold({ kind, by })) }));
    expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'backend-stopped', culprit: null });
    expect(result.message).toMatch(message);
  });

  test('for longer than that is late all the same', () => {
    expect(outcomeOf(makeHang({ loops: loopsWith(hold({ durationMs: 80 })) }))).toBe('service-unresponsive');
  });

  test('where the dumps show whoever is stopped wherever he was, is no block', () => {
    const threads = [loopThread(stack.blockedInSleep())];
    const blocked = (state: string) =>
      makeHang({
        dumps: silenceDumps(threads, { loopScheduling: scheduling({ state }) }),
        loops: loopsWith(...(state === 'T' ? [hold()] : [])),
      });
    expect(outcomeOf(blocked('S'))).toBe('loop-blocked');
    expect(outcomeOf(blocked('T'))).toBe('backend-stopped');
  });
});

test('a hold that made nobody late is a note', () => {
  const result = judge(makeEvidence({ loops: loopsWith(hold({ startMs: 2_000, durationMs: 1_500 })) }));
  expect(result.verdict).toBe('pass');
  expect(result.findings).toMatchObject([
    { ruleId: 'backend-stopped', level: 'note', message: expect.stringContaining('is not counted') },
  ]);
  expect(judge(makeEvidence({ loops: loopsWith(hold({ durationMs: 300 })) })).findings).toEqual([]);
});

test('a worker that its supervisor killed after it had been stopped', () => {
  const gone = (holds: Hold[]) =>
    makeEvidence({ loops: loopsWith(...holds).map((loop) => ({ ...loop, goneMs: 7_000 })) });
  expect(outcomeOf(gone([]))).toBe('worker-replaced');
  expect(outcomeOf(gone([hold({ startMs: 1_500 })]))).toBe('backend-stopped');
});

describe('what the sampler makes of its samples', () => {
  const watch = () => {
    const holds: Hold[] = [];
    return { holds, watch: new HoldWatch(holds, () => null) };
  };
  const running = scheduling({ state: 'S', waitChannel: 'do_epoll_wait', voluntarySwitches: 1 });
  const stopped = scheduling({ state: 'T', voluntarySwitches: 2 });

  test('a hold lasts from the last sample before it to the first after it', () => {
    const { holds, watch: held } = watch();
    expect(held.sample(running, 1_000)).toBe('free');
    for (const atMs of [1_050, 1_100, 1_150]) expect(held.sample(stopped, atMs)).toBe('held');
    held.sample(running, 1_200);
    expect(holds).toEqual([{ startMs: 1_000, durationMs: 200, kind: 'stopped', by: null }]);
  });

  test('a gate that could not look meanwhile knows it by the switches', () => {
    const { holds, watch: held } = watch();
    held.sample(stopped, 1_000);
    held.sample(stopped, 3_000);
    held.sample({ ...stopped, voluntarySwitches: 9 }, 6_000);
    expect(holds).toMatchObject([
      { startMs: 1_000, durationMs: 2_000 },
      { startMs: 6_000, durationMs: 0 },
    ]);
  });

  test("a dump of the gate's own is none", () => {
    const { holds, watch: held } = watch();
    const dumped = scheduling({ state: 't', tracerPid: process.pid });
    expect(held.sample(dumped, 1_000)).toBe('dumped');
    expect(holds).toEqual([]);
  });

  test('nor does one end a hold in which it is taken', () => {
    const { holds, watch: held } = watch();
    const dumped = scheduling({ state: 't', tracerPid: process.pid, voluntarySwitches: 9 });
    const seen = [stopped, stopped, dumped, dumped, { ...stopped, voluntarySwitches: 9 }].map((each, index) =>
      held.sample(each, 1_000 + 50 * index),
    );
    expect(seen).toEqual(['held', 'held', 'dumped', 'dumped', 'held']);
    expect(holds).toMatchObject([{ startMs: 1_000, durationMs: 200, kind: 'stopped' }]);
  });

  test('nor does the moment after it, in which the thread is ready to run and not yet stopped again', () => {
    const { holds, watch: held } = watch();
    const ready = scheduling({ state: 'R', waitChannel: null, voluntarySwitches: 2 });
    const seen = [stopped, ready, stopped, stopped].map((each, index) =>
      held.sample(each, 1_000 + 50 * index),
    );
    expect(seen).toEqual(['held', 'free', 'held', 'held']);
    expect(holds).toMatchObject([{ startMs: 1_000, durationMs: 150, kind: 'stopped' }]);
  });

  test('a hold is over when only a dump was seen for long', () => {
    const { holds, watch: held } = watch();
    const dumped = scheduling({ state: 't', tracerPid: process.pid, voluntarySwitches: 9 });
    held.sample(stopped, 1_000);
    held.sample(dumped, 3_000);
    held.sample({ ...stopped, voluntarySwitches: 9 }, 3_050);
    expect(holds).toMatchObject([
      { startMs: 1_000, durationMs: 0 },
      { startMs: 3_000, durationMs: 0 },
    ]);
  });

  test("a tracer that is nobody's child here is", () => {
    const { holds, watch: held } = watch();
    expect(held.sample({ ...running, tracerPid: 1 }, 1_000)).toBe('free');
    expect(holds).toMatchObject([{ kind: 'traced', by: expect.stringMatching(/^pid 1 \(/) }]);
  });
});

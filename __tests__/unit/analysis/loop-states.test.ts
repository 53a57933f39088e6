import { describe, expect, test } from '@jest/globals';
import { loopLanes } from '../../../src/analysis/loop-states.ts';
import type { Evidence, LoopEvidence, Stint } from '../../../src/evidence/schema.ts';
import {
  answeredProbes,
  backendPid,
  loopThread,
  makeEvidence,
  makeHang,
  silenceDumps,
  stack,
} from '../../support/make-evidence.ts';

const stint = (overrides: Partial<Stint> = {}): Stint => ({
  startMs: 2_000,
  durationMs: 600,
  ranMs: 1,
  queuedMs: 0,
  voluntarySwitches: 0,
  states: { S: 12 },
  waitChannels: { futex_do_wait: 12 },
  ...overrides,
});

const loop = (stints: Stint[], overrides: Partial<LoopEvidence> = {}): LoopEvidence => ({
  pid: backendPid,
  tid: backendPid,
  samples: 140,
  samplesAtSelector: 100,
  stints,
  goneMs: null,
  ...overrides,
});

/** `state from–to` of the only lane. */
function lane(evidence: Evidence): string[] {
  return (loopLanes(evidence)[0]?.spans ?? []).map(
    ({ state, startMs, endMs, isProven }) => `${state}${isProven ? '!' : ''} ${startMs}–${endMs}`,
  );
}

test('a loop that was at its selector is free while it was followed, from the baseline to the stop', () => {
  expect(lane(makeEvidence({ loops: [loop([])] }))).toEqual([
    'unseen 0–800',
    'free 800–7720',
    'unseen 7720–8020',
  ]);
});

describe('an absence is', () => {
  test.each<[string, string, Partial<Stint>]>([
    ['blocked', 'it slept all the time', {}],
    ['busy', 'it ran', { ranMs: 580, states: { R: 12 }, waitChannels: { running: 12 } }],
    [
      'starved',
      'it was ready and had no processor',
      { ranMs: 5, queuedMs: 590, states: { R: 12 }, voluntarySwitches: 2 },
    ],
    ['busy', 'it asked for the interpreter again and again', { voluntarySwitches: 120 }],
  ])('%s when %s', (state, _, overrides) => {
    const spans = lane(makeEvidence({ loops: [loop([stint(overrides)])] }));
    expect(spans).toEqual([
      'unseen 0–800',
      'free 800–2000',
      `${state} 2000–2600`,
      'free 2600–7720',
      'unseen 7720–8020',
    ]);
  });

  test('proven when it lasted for the deadline, and not followed by freedom that nobody saw', () => {
    const long = stint({ startMs: 2_500, durationMs: 5_100 });
    const probes = answeredProbes(800, 2_500);
    expect(lane(makeEvidence({ loops: [loop([long])], probes }))).toEqual([
      'unseen 0–800',
      'free 800–2500',
      'blocked! 2500–7600',
      'unseen 7600–8020',
    ]);
  });

  test('proven by the dumps of a missed deadline as well', () => {
    const hang = makeHang({
      dumps: silenceDumps([loopThread(stack.blockedInSleep())]),
      loops: [loop([stint({ startMs: 3_000, durationMs: 4_400, voluntarySwitches: 9_999 })])],
    });
    expect(lane(hang)).toContain('blocked! 3000–7400');
  });
});

test('a loop that the kernel does not show is blocked from the first of its dumps to the last', () => {
  const hang = makeHang({ dumps: silenceDumps([loopThread(stack.blockedInSleep())]), loops: [] });
  expect(lane(hang)).toEqual(['unseen 0–3400', 'blocked! 3400–4940', 'unseen 4940–8020']);
});

test('nothing is said of a loop that was never seen at its selector, nor of time after its end', () => {
  expect(lane(makeEvidence({ loops: [loop([], { samplesAtSelector: 0 })] }))).toEqual(['unseen 0–8020']);
  const [gone] = loopLanes(makeEvidence({ loops: [loop([], { goneMs: 4_000 })] }));
  expect(gone?.goneMs).toBe(4_000);
  expect(gone?.spans.at(-1)).toMatchObject({ state: 'unseen', startMs: 4_000 });
});

describe('a loop that somebody else held', () => {
  const held = (stints: Stint[]) =>
    lane(
      makeEvidence({
        loops: [loop(stints, { holds: [{ startMs: 2_500, durationMs: 3_000, kind: 'stopped', by: null }] })],
      }),
    );
  const free = ['unseen 0–800', 'free 800–2500', 'held 2500–5500', 'free 5500–7720', 'unseen 7720–8020'];

  test('is held and nothing else meanwhile, whatever the kernel says of its thread', () => {
    expect(held([])).toEqual(free);
    expect(held([stint({ startMs: 2_450, durationMs: 3_100 })])).toEqual(free);
    expect(held([stint({ startMs: 3_000, durationMs: 1_000 })])).toEqual(free);
  });

  test('may have stood before, and after', () => {
    expect(held([stint({ startMs: 1_500, durationMs: 5_000 })])).toEqual([
      'unseen 0–800',
      'free 800–1500',
      'blocked 1500–2500',
      'held 2500–5500',
      'blocked 5500–6500',
      'free 6500–7720',
      'unseen 7720–8020',
    ]);
  });
});

test('every worker has a lane of its own', () => {
  const loops = [loop([]), loop([stint()], { pid: 4_712, tid: 4_712 })];
  expect(loopLanes(makeEvidence({ loops })).map(({ pid, spans }) => [pid, spans.length])).toEqual([
    [backendPid, 3],
    [4_712, 5],
  ]);
});

import { expect, test } from '@jest/globals';
import { poolThreads } from '../../../src/analysis/pool-threads.ts';
import type { Frame } from '../../../src/evidence/schema.ts';
import { frame, loopThread, proofDump, stack } from '../../support/make-evidence.ts';

const thread = (tid: number | null, frames: Frame[]) => ({ tid, name: null, ownsGil: false, frames });
const watching = [
  frame('watch', '/work/shop/app/watch.py', 5),
  frame('run', '/usr/lib/python3.11/threading.py', 1),
];

test('the threads of pools are told by their frames', () => {
  const threads = [
    loopThread(stack.blockedInSleep()),
    thread(12, stack.idleAnyioWorker()),
    thread(13, [frame('read', '/work/shop/app/db.py', 5), ...stack.poolWorker()]),
    thread(14, watching),
    thread(null, stack.poolWorker()),
  ];
  expect(poolThreads([proofDump({ threads })])).toEqual([
    { pid: 4_711, tid: 12 },
    { pid: 4_711, tid: 13 },
  ]);
});

test('an event loop that runs in a thread of a pool is no worker', () => {
  const threads = [
    thread(4_711, watching),
    thread(12, [...stack.blockedInSleep(), ...stack.poolWorker()]),
    thread(13, stack.poolWorker()),
  ];
  expect(poolThreads([proofDump({ threads })])).toEqual([{ pid: 4_711, tid: 13 }]);
});

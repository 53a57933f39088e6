import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { endProbing } from '../../../src/phases/end-probing.ts';
import type { Test } from '../../../src/phases/test.ts';
import { recorderOf } from '../../integration/support/parts.ts';

test('a miss that comes while the last probes are awaited is told with its dumps, and the loop has its time', async () => {
  const order: string[] = [];
  const over = new AbortController();
  const parts = {
    recorder: recorderOf(),
    over: over.signal,
    interrupt: new AbortController().signal,
    prober: {
      broken: new AbortController().signal,
      allAnswered: async () => {
        over.abort(new Error('missed'));
        over.signal.throwIfAborted();
      },
      stop: async () => void order.push('stopped'),
    },
    watch: { idle: async () => {} },
    sampler: {
      caughtUp: async () => {
        if (over.signal.aborted) await sleep(100);
        order.push('caught up');
      },
    },
  };
  await endProbing(parts as unknown as Test);
  expect(order).toEqual(['caught up', 'caught up', 'stopped']);
});

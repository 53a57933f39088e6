import { expect, test } from '@jest/globals';
import { whereIn } from '../../../src/processes/scheduling.ts';

const sleeping = '4711 (python3.11) S 1 4711';

test('a thread that seems to sleep nowhere waits for a processor, where the kernel shows where its process sleeps', () => {
  const pid = 2 ** 22 + 1;
  // Until then it may be a kernel that hides it.
  expect(whereIn(pid, sleeping, '0')).toEqual({ state: 'S', waitChannel: null });
  expect(whereIn(pid, sleeping, 'do_epoll_wait')).toEqual({ state: 'S', waitChannel: 'do_epoll_wait' });
  expect(whereIn(pid, sleeping, '0')).toEqual({ state: 'R', waitChannel: null });
  expect(whereIn(pid + 1, sleeping, '0')).toEqual({ state: 'S', waitChannel: null });
});

import { expect, test } from '@jest/globals';
import { busyPoolWorkers } from '../../../src/analysis/waited-on.ts';
import { frame, loopThread, newsWorker, poolWorker, stack, thread } from '../../support/make-evidence.ts';

const loop = loopThread(stack.blockedInExecutorExit311());

test('idle workers and threads of no pool are not waited for', () => {
  const threads = [
    loop,
    poolWorker('ThreadPoolExecutor-0_0'),
    thread(stack.idleAnyioWorker(), { name: 'AnyIO worker thread' }),
    thread([frame('log_forever', '/work/shop/app/log.py', 3)], { name: 'logger' }),
  ];
  expect(busyPoolWorkers(threads, loop)).toEqual([]);
});

test('workers at one place are a group, the largest first', () => {
  const other = poolWorker('ThreadPoolExecutor-0_0', [frame('resize', '/work/shop/app/media.py', 5)]);
  const news = [newsWorker('ThreadPoolExecutor-0_1'), newsWorker('ThreadPoolExecutor-0_2')];
  const groups = busyPoolWorkers([other, ...news, loop], loop);
  expect(groups.map(({ at, threads }) => [at?.function, threads.length])).toEqual([
    ['fetch_headlines', 2],
    ['resize', 1],
  ]);
  expect(groups[0]?.calledThrough?.function).toBe('get');
  expect(groups[1]?.calledThrough).toBeUndefined();
});

test('a worker in libraries only has no place', () => {
  const [group] = busyPoolWorkers([poolWorker('ThreadPoolExecutor-0_0', stack.insideRequests())], loop);
  expect(group).toMatchObject({ at: undefined, calledThrough: undefined });
});

test("asyncio's default pool counts only where there is no other", () => {
  const own = newsWorker('asyncio_0');
  const named = newsWorker('ThreadPoolExecutor-0_0');
  expect(busyPoolWorkers([own, named], loop)[0]?.threads).toEqual([named]);
  expect(busyPoolWorkers([own], loop)[0]?.threads).toEqual([own]);
});

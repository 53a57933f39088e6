import { describe, expect, test } from '@jest/globals';
import { findBlocks } from '../../../src/analysis/block.ts';
import { wasStarvedBetween } from '../../../src/analysis/starvation.ts';
import type { Frame } from '../../../src/evidence/schema.ts';
import {
  backendPid,
  dump,
  failedDump,
  frame,
  loopThread,
  newsWorker,
  scheduling,
  silenceDumps,
  stack,
} from '../../support/make-evidence.ts';

const app = (name: string, line = 1) => frame(name, '/work/shop/app/main.py', line);
const series = (...stacks: Frame[][]) =>
  stacks.map((frames, index) => dump({ startMs: 3_400 + index * 500, threads: [loopThread(frames)] }));

describe('a block', () => {
  test('is the same application frame in two dumps', () => {
    const [block] = findBlocks(series(stack.blockedInSleep(), stack.blockedInSleep()));
    expect(block).toMatchObject({
      pid: backendPid,
      culprit: { function: 'read_news', file: '/work/shop/app/news.py', line: 12 },
      dumpCount: 2,
    });
  });

  test('needs more than one dump', () => {
    expect(findBlocks(series(stack.blockedInSleep()))).toEqual([]);
    expect(findBlocks([...series(stack.blockedInSleep()), failedDump()])).toEqual([]);
    expect(findBlocks([])).toEqual([]);
  });

  test('stands at the line of the last dump, since a spinning function moves', () => {
    const [block] = findBlocks(series(stack.blockedInSleep(12), stack.blockedInSleep(14)));
    expect(block?.culprit?.line).toBe(14);
  });

  test('is acquitted by one dump that shows the loop free', () => {
    const blocked = stack.blockedInSleep();
    expect(findBlocks(series(blocked, stack.idleAsyncio(), blocked))).toEqual([]);
    expect(findBlocks(series(blocked, blocked, stack.idleAsyncio()))).toEqual([]);
  });

  test('names the innermost application frame that all dumps share', () => {
    const [block] = findBlocks(
      series(
        stack.onLoop([app('parse_one'), app('parse_all', 30), app('handler', 60)]),
        stack.onLoop([app('parse_two'), app('parse_all', 31), app('handler', 60)]),
      ),
    );
    expect(block?.culprit).toEqual(app('parse_all', 31));
  });

  test('skips packages and Python itself for the culprit, and tells what it called', () => {
    const [block] = findBlocks(series(stack.blockedInRequests(), stack.blockedInRequests()));
    expect(block?.culprit?.function).toBe('read_news');
    expect(block?.calledThrough?.function).toBe('get');
  });

  test('without a frame of the application has no culprit', () => {
    const [block] = findBlocks(series(stack.blockedInLibrary(), stack.blockedInLibrary()));
    expect(block).toMatchObject({ pid: backendPid, culprit: undefined });
  });

  test('in a C callback has no culprit either', () => {
    const [block] = findBlocks(series(stack.inCCallback(), stack.inCCallback()));
    expect(block).toMatchObject({ culprit: undefined, calledThrough: undefined });
  });

  test('ignores frames below the loop, such as the script that starts it', () => {
    const script = frame('<module>', '/work/shop/serve.py', 9);
    const [block] = findBlocks(
      series([...stack.blockedInLibrary(), script], [...stack.blockedInLibrary(), script]),
    );
    expect(block?.culprit).toBeUndefined();
  });

  test('knows the subprocess selector for what it is', () => {
    const [block] = findBlocks(series(stack.blockedInCommunicate(), stack.blockedInCommunicate()));
    expect(block?.culprit?.function).toBe('convert');
  });

  test('keeps all threads of the last dump', () => {
    const threads = [loopThread(stack.blockedInExecutorExit311()), newsWorker('ThreadPoolExecutor-0_0')];
    expect(findBlocks(silenceDumps(threads))[0]?.threads).toEqual(threads);
  });

  test.each([
    ['uvicorn --workers', stack.uvicornMaster()],
    ['uvicorn --reload', stack.uvicornReloader()],
    ['gunicorn', stack.gunicornMaster()],
    ['hypercorn', stack.hypercornMaster()],
    ['a resource tracker', stack.resourceTracker()],
  ])('is never the parent of %s', (_, frames) => {
    expect(findBlocks(silenceDumps([loopThread(frames)]))).toEqual([]);
  });

  test('is found in the one worker that has it', () => {
    const dumps = [
      ...silenceDumps([loopThread(stack.uvicornMaster(), 10)], { pid: 10 }),
      ...silenceDumps([loopThread(stack.uvicornWorker(), 11)], { pid: 11 }),
      ...silenceDumps([loopThread(stack.blockedInSleep(), 12)], { pid: 12 }),
    ];
    expect(findBlocks(dumps).map(({ pid }) => pid)).toEqual([12]);
  });

  test('is not a loop that runs something else each time', () => {
    expect(findBlocks(series(stack.onLoop([app('one')]), stack.onLoop([app('two')])))).toEqual([]);
  });

  test('tells no callee that only the last dump shows', () => {
    const [block] = findBlocks(
      series(stack.onLoop([app('one'), app('handler')]), stack.onLoop([app('two'), app('handler')])),
    );
    expect(block?.calledThrough).toBeUndefined();
  });
});

describe('starvation', () => {
  const starved = (queuedMs: number | null, voluntarySwitches: number, ranMs = 20) =>
    [0, 1_000].map((offsetMs, index) =>
      dump({
        startMs: 3_400 + offsetMs,
        threads: [loopThread(stack.blockedInSleep())],
        loopScheduling: scheduling({
          ranMs: 900 + (index === 0 ? 0 : ranMs),
          queuedMs: index === 0 ? 100 : queuedMs,
          voluntarySwitches: index === 0 ? 700 : voluntarySwitches,
        }),
      }),
    );

  const ready = (voluntarySwitches: number) =>
    starved(110, voluntarySwitches).map((each) => ({
      ...each,
      loopScheduling: each.loopScheduling && { ...each.loopScheduling, state: 'R' },
    }));

  test.each([
    ['half of the time without a processor', starved(600, 701), true],
    ['nearly all of the time', starved(1_099, 740), true],
    ['less than half of the time', starved(599, 701), false],
    ['no voluntary switch: it spins', starved(1_099, 700), false],
    ['it ran a lot all the same: it spins, and is dumped', starved(700, 706, 300), false],
    ['nothing known about waiting', starved(null, 740), false],
    ['a single dump', starved(1_099, 740).slice(0, 1), false],
    ['ready to run in both dumps, and its wait is not counted before it is over', ready(705), true],
    ['ready to run, since it asks for the interpreter lock', ready(900), false],
    ['no accounting', silenceDumps([loopThread(stack.blockedInSleep())]), false],
  ])('%s: %s', (_, dumps, expected) => {
    expect(wasStarvedBetween(dumps)).toBe(expected);
  });

  test('is no block', () => {
    expect(findBlocks(starved(900, 740))).toEqual([]);
    expect(findBlocks(starved(110, 700))).toHaveLength(1);
  });
});

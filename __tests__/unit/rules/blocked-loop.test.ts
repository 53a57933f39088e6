/** What must not be said of a blocked loop: each cause needs its witnesses, and a waited-on thread must be the only one. */
import { describe, expect, test } from '@jest/globals';
import type { Evidence, Frame, Thread } from '../../../src/evidence/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import {
  backendProcess,
  dump,
  frame,
  loopThread,
  makeHang,
  newsWorker,
  poolWorker,
  scheduling,
  stack,
  thread,
} from '../../support/make-evidence.ts';
import { library } from '../../support/stacks.ts';

const file = '/work/shop/app/news.py';
const app = (line: number, name = 'read_news') => frame(name, file, line);

interface Scene {
  /** What the application's line 12 called, innermost first; nothing for a call into C. */
  readonly called?: Frame[];
  readonly others?: Thread[];
  readonly waitChannel?: string | null;
  /** Source lines, the first being line 10. */
  readonly lines?: string[];
}

/** A loop that stands at line 12 of `read_news` in three dumps. */
function scene({ called = [], others = [], waitChannel = null, lines = [] }: Scene, more = {}): Evidence {
  const dumps = [3_400, 3_900, 4_900].map((startMs) =>
    dump({
      startMs,
      threads: [loopThread(stack.onLoop([...called, app(12)])), ...others],
      loopScheduling: scheduling({ waitChannel }),
    }),
  );
  return makeHang({ dumps, sources: lines.length > 0 ? [{ file, firstLine: 10, lines }] : [], ...more });
}

function told(evidence: Evidence) {
  const { reason, findings, message } = judge(evidence);
  expect(reason).toBe('loop-blocked');
  return { ruleId: findings[0]?.ruleId, because: message.replace(/^.* by TCP reset: /, '') };
}

const line12 = (text: string) => ['async def read_news():', '    pass', `    ${text}`];
const bootstrap = [
  library('3.11', 'Thread.run', 'threading.py'),
  library('3.11', 'Thread._bootstrap', 'threading.py'),
];
const own = (name: string, at: Frame) => thread([at, ...bootstrap], { name });
const join = [library('3.13', 'Thread.join', 'threading.py')];
const result = [
  library('3.11', 'Condition.wait', 'threading.py'),
  library('3.11', 'Future.result', 'concurrent/futures/_base.py'),
];

describe('a call into C needs two witnesses that agree', () => {
  test.each([
    ['time.sleep(5)', 'hrtimer_nanosleep', 'sleep'],
    ['time.sleep(5)', 'poll_schedule_timeout.constprop.0', 'sleep'],
    ['time.sleep(5)', 'futex_do_wait', 'unnamed'],
    ['wait_for_it()  # no time.sleep(5) here', 'hrtimer_nanosleep', 'unnamed'],
    ['db.execute(query)', 'hrtimer_nanosleep', 'sqlite-busy'],
    ['db.execute(query)', 'poll_schedule_timeout', 'database'],
    ['db.execute(query)', 'futex_do_wait', 'unnamed'],
    ['with lock:', 'futex_do_wait', 'lock'],
    ['lock.acquire()', 'futex_wait_queue_me', 'lock'],
    ['async with lock:', 'futex_do_wait', 'unnamed'],
    ['with lock:', 'wait_woken', 'unnamed'],
    ['os.system("ls")', 'do_wait', 'subprocess'],
    ['os.system("ls")', 'futex_do_wait', 'unnamed'],
    ['feed.connect(address)', 'wait_woken', 'connect'],
    ['socket.gethostbyname(host)', 'poll_schedule_timeout', 'dns'],
    ['select.select(feeds, [], [])', 'poll_schedule_timeout', 'nested-selector'],
    ['print(news)', 'pipe_write', 'full-log-pipe'],
    ['os.write(fd, news)', 'pipe_write', 'file-wait'],
    ['open(path)', 'wait_for_partner', 'file-wait'],
    ['driver.go()', 'some_new_function', 'unnamed'],
  ])('%s in %s is %s', (line, waitChannel, expected) => {
    // A second thread, so that no lock is the loop's own.
    const others = [poolWorker('ThreadPoolExecutor-0_0')];
    expect(told(scene({ lines: line12(line), waitChannel, others })).ruleId).toBe(expected);
  });

  test('and two dumps that tell of different waits are no witness', () => {
    const evidence = scene({ lines: line12('time.sleep(5)'), waitChannel: 'hrtimer_nanosleep' });
    const [first] = evidence.dumps;
    if (first) first.loopScheduling = scheduling({ waitChannel: 'futex_do_wait' });
    expect(told(evidence).ruleId).toBe('unnamed');
  });
});

describe('a future', () => {
  test('that nobody works on has no worker', () => {
    const idle = poolWorker('ThreadPoolExecutor-0_0');
    expect(told(scene({ called: result, others: [idle] })).because).toBe(
      '`result` (concurrent/futures/_base.py) at app/news.py:12 in `read_news` waits on the event loop for a result that no worker thread of this process is at work on.',
    );
  });

  test('is of one of the busy workers', () => {
    const others = [newsWorker('ThreadPoolExecutor-0_0'), newsWorker('ThreadPoolExecutor-0_1')];
    expect(told(scene({ called: result, others })).because).toContain(
      'for a result of 2 busy worker threads, all stand in `fetch_headlines` at app/news.py:31',
    );
  });

  const ownFuture = [
    'future = asyncio.run_coroutine_threadsafe(load(), loop)',
    'pass',
    'return future.result()',
  ];
  test.each([
    ['of its own loop', ownFuture, [], 'self-deadlock'],
    ['of another loop', ownFuture, [thread(stack.idleAsyncio(), { tid: 9 })], 'future-result'],
    [
      'of another name',
      ['other = asyncio.run_coroutine_threadsafe(a, b)', '', 'future.result()'],
      [],
      'future-result',
    ],
    ['of nobody knows what', [], [], 'future-result'],
  ])('%s', (_, lines, others, expected) => {
    expect(told(scene({ called: result, lines, others })).ruleId).toBe(expected);
  });
});

describe('a joined thread', () => {
  test('is named where there is one that it can be', () => {
    const others = [own('reader', app(31, 'fetch')), newsWorker('ThreadPoolExecutor-0_0')];
    expect(told(scene({ called: join, others })).because).toBe(
      '`Thread.join` at app/news.py:12 in `read_news` holds the event loop until thread "reader" ends, which stands in `fetch` at app/news.py:31.',
    );
  });

  test('is not where there are two', () => {
    const others = [own('reader', app(31, 'fetch')), own('writer', app(41, 'store'))];
    expect(told(scene({ called: join, others })).because).toContain(
      'until another thread ends, one of 2; of these 1 stands in `fetch` at app/news.py:31 and 1 stands in `store` at app/news.py:41.',
    );
  });

  test('may be in no dump', () => {
    expect(told(scene({ called: join })).because).toContain('which the dump does not show');
  });
});

describe('a lock', () => {
  const inside = ['def refresh():', '    with lock:', '        for item in feed:', '            fetch(item)'];
  const holding = (name: string) => own(name, app(33, 'refresh'));
  const wants = (others: Thread[], line = 'with lock:', body = inside) =>
    told(
      scene(
        { waitChannel: 'futex_do_wait', others },
        {
          sources: [
            { file, firstLine: 10, lines: line12(line) },
            { file, firstLine: 30, lines: body },
          ],
        },
      ),
    );

  test('is held by the one thread inside a `with` of it', () => {
    expect(wants([holding('refresher')]).because).toContain(
      'for thread "refresher", which holds it since app/news.py:31 and stands at app/news.py:33 in `refresh`',
    );
  });

  test.each([
    ['two threads are inside', [holding('a'), holding('b')], 'with lock:', inside],
    ['the name is another', [holding('a')], 'with other_lock:', inside],
    [
      'the block has ended',
      [holding('a')],
      'with lock:',
      ['def refresh():', '    with lock:', '        pass', '    fetch(item)'],
    ],
  ])('has no known holder when %s', (_, others, line, body) => {
    const { ruleId, because } = wants(others, line, body);
    expect(ruleId).toBe('lock');
    expect(because).toContain('; which thread holds the lock is not known; ');
  });

  test("is the loop's own only where nobody else can release it", () => {
    const evidence = (others: Thread[], processes = [backendProcess()]) =>
      scene({ waitChannel: 'futex_do_wait', lines: line12('with lock:'), others }, { processes });
    expect(told(evidence([])).ruleId).toBe('self-deadlock');
    expect(told(evidence([thread([])])).ruleId).toBe('lock');
    expect(told(evidence([], [backendProcess(), backendProcess({ pid: 12 })])).ruleId).toBe('lock');
  });
});

test('a queue names no thread that it waits for', () => {
  const called = [
    library('3.11', 'Condition.wait', 'threading.py'),
    library('3.11', 'Queue.get', 'queue.py'),
  ];
  expect(told(scene({ called, others: [own('reader', app(31, 'fetch'))] })).because).toMatch(
    /which thread is to do so is not known; the only other thread inside the application, "reader", stands in `fetch` at app\/news\.py:31\.$/,
  );
});

test('a collection is known from faulthandler when every dump shows it', () => {
  const evidence = scene({});
  for (const { threads } of evidence.dumps) if (threads[0]) threads[0].collectsGarbage = true;
  expect(told(evidence).ruleId).toBe('gc');
  delete evidence.dumps[0]?.threads[0]?.collectsGarbage;
  expect(told(evidence).ruleId).not.toBe('gc');
});

describe('a loop that asks for the interpreter', () => {
  const holder = thread([app(40, 'match_all'), ...bootstrap], { name: 'checker', ownsGil: true });
  const asking = (ranMs: number, switchesPerSecond: number) => {
    const evidence = scene({ others: [holder], lines: line12('news = parse()') });
    for (const each of evidence.dumps) {
      const seconds = (each.startMs - 3_400) / 1_000;
      each.loopScheduling = scheduling({
        waitChannel: 'futex_do_wait',
        ranMs: 900 + ranMs * seconds,
        voluntarySwitches: 700 + switchesPerSecond * seconds,
      });
    }
    return told(evidence);
  };

  test('in the middle of its own code is not to blame: the holder is', () => {
    const { ruleId, because } = asking(2, 190);
    expect(ruleId).toBe('gil-held');
    expect(because).toBe(
      'the event loop waits for the interpreter lock, which thread "checker" holds at app/news.py:40 in `match_all`.',
    );
  });

  test.each([
    ['gets it', 400, 190],
    ['does not ask', 2, 4],
  ])('and %s is judged by its own frames', (_, ranMs, switches) => {
    expect(asking(ranMs, switches).ruleId).toBe('unnamed');
  });
});

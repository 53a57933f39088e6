/** What is left when everything was answered: slots that were not given back, and what grows with each aborted stream. */
import { describe, expect, test } from '@jest/globals';
import type { Evidence, ResourceSample, Stream } from '../../../src/evidence/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import {
  backendPid,
  frame,
  loopThread,
  makeEvidence,
  poolWorker,
  proofDump,
  stack,
  thread,
  workspace,
} from '../../support/make-evidence.ts';
import { library } from '../../support/stacks.ts';

type Figures = Partial<ResourceSample>;

function sample(moment: ResourceSample['moment'], abortedStreams: number, figures: Figures): ResourceSample {
  return {
    atMs: 1_000 + 300 * abortedStreams,
    pid: backendPid,
    fds: 12,
    sockets: 4,
    threads: 5,
    passingThreads: 0,
    closeWait: 0,
    residentKb: 50_000,
    moment,
    abortedStreams,
    ...figures,
  };
}

/** Before the streams, and after one or two batches of 15. */
function measured(...figures: Figures[]): ResourceSample[] {
  return figures.map((each, index) => sample(index === 0 ? 'baseline' : 'released', 15 * index, each));
}

const judged = (resources: ResourceSample[], overrides: Partial<Evidence> = {}) =>
  judge(makeEvidence({ resources, ...overrides }));

describe('a leak', () => {
  test.each<[string, Figures[], RegExp]>([
    [
      'threads',
      [{ threads: 5 }, { threads: 20 }, { threads: 35 }],
      /threads grow from 5 to 20 to 35 after 0, 15, 30/,
    ],
    [
      'descriptors',
      [{ fds: 12 }, { fds: 27 }, { fds: 35 }],
      /descriptors grow from 12 to 27 to 35 .*0\.5 a stream/,
    ],
    [
      'tasks that wait',
      [{ waitingTasks: 0 }, { waitingTasks: 15 }, { waitingTasks: 30 }],
      /waiting tasks grow from 0 to 15 to 30 .*1\.0 a stream/,
    ],
    ['sockets whose peer has left', [{}, { closeWait: 15 }, { closeWait: 30 }], /sockets in CLOSE_WAIT grow/],
    [
      'memory',
      [{}, { residentKb: 120_000 }, { residentKb: 190_000 }],
      /MiB of memory grow from 49 to 117 to 186/,
    ],
  ])('of %s grows in both batches', (_, figures, message) => {
    const result = judged(measured(...figures));

    expect(result).toMatchObject({ verdict: 'fail', reason: 'leak', culprit: null });
    expect(result.message).toMatch(message);
  });

  test('of threads is named by where they stand', () => {
    const threads = Array.from({ length: 30 }, (_, index) => ({
      tid: 6_000 + index,
      name: `Thread-${index} (listen)`,
      ownsGil: false,
      frames: [
        frame('wait', '/usr/lib/python3.11/threading.py', 629),
        frame('listen', '/work/shop/app/feed.py', 8),
      ],
    }));
    const loop = { tid: backendPid, name: 'MainThread', ownsGil: false, frames: stack.idleAsyncio() };
    const result = judged(measured({ threads: 5 }, { threads: 20 }, { threads: 35 }), {
      dumps: [proofDump({ threads: [loop, ...threads] })],
    });

    expect(result.culprit).toEqual({ file: 'app/feed.py', line: 8, function: 'listen' });
    expect(result.message).toContain('30 threads stand in `listen` at app/feed.py:8');
  });
});

test('a leak of tasks is named by the line at which they wait', () => {
  const stack = [
    frame('Queue.get', '/usr/lib/python3.14/asyncio/queues.py', 186),
    frame('follow', '/work/shop/app/feed.py', 8),
  ];
  const tasks = Array.from({ length: 30 }, (_, index) => ({
    id: `${index}`,
    name: '',
    stack,
    awaitedBy: [],
  }));
  const result = judged(measured({ waitingTasks: 0 }, { waitingTasks: 15 }, { waitingTasks: 30 }), {
    taskGraphs: [{ pid: backendPid, trigger: 'released', atMs: 9_000, tasks, omitted: 0, error: null }],
  });

  expect(result.culprit).toEqual({ file: 'app/feed.py', line: 8, function: 'follow' });
  expect(result.message).toContain('30 tasks stand in `follow` at app/feed.py:8');
});

describe('no leak', () => {
  test.each<[string, Figures[]]>([
    ['is what a pool takes once', [{ threads: 5 }, { threads: 30 }, { threads: 30 }]],
    ['is what grew in the first batch only, when there was no second', [{ threads: 5 }, { threads: 30 }]],
    ['is what grows by less than one for two streams', [{ fds: 12 }, { fds: 27 }, { fds: 34 }]],
    ['is little more, after few streams', [{ fds: 12 }, { fds: 16 }, { fds: 20 }]],
    ['is what was not measured at first', [{}, { waitingTasks: 15 }, { waitingTasks: 30 }]],
    ['is what comes back', [{ fds: 12 }, { fds: 40 }, { fds: 12 }]],
  ])('%s', (_, figures) => {
    expect(judged(measured(...figures))).toMatchObject({ verdict: 'pass', findings: [] });
  });

  test('are threads that wait for a peer with their sockets, which is a note', () => {
    const result = judged(
      measured(
        { threads: 5 },
        { threads: 20, passingThreads: 15, fds: 42 },
        { threads: 35, passingThreads: 30, fds: 72 },
      ),
    );

    expect(result).toMatchObject({ verdict: 'pass', findings: [{ ruleId: 'leak', level: 'note' }] });
    expect(result.findings[0]?.message).toContain('30 threads of aborted streams still wait for a peer');
  });

  test('is what grows with every request, since the server keeps its connections for a while', () => {
    const waves = [1, 2].map((batch) =>
      sample('wave', 15 * batch, {
        atMs: 4_500 * batch - 2_000,
        closeWait: 90 * batch - 40,
        fds: 90 * batch,
      }),
    );
    const released = measured({}, { closeWait: 90, fds: 130 }, { closeWait: 180, fds: 220 });
    expect(judged([...released, ...waves]).verdict).toBe('pass');
    // The same, with all of the growth in the waves.
    const inWaves = waves.map((each, index) => ({ ...each, closeWait: 90 * (index + 1) }));
    expect(judged([...released, ...inWaves]).reason).toBe('leak');
  });

  test('is a worker that came meanwhile', () => {
    const other = [
      sample('released', 15, { threads: 40, pid: 99 }),
      sample('released', 30, { threads: 80, pid: 99 }),
    ];
    expect(judged([...measured({}, {}, {}), ...other]).verdict).toBe('pass');
  });

  test('was looked for where nothing can be read, which is said', () => {
    expect(judged([])).toMatchObject({
      verdict: 'pass',
      findings: [{ ruleId: 'leak', level: 'note', message: expect.stringContaining('not looked for') }],
    });
  });
});

describe('one more stream', () => {
  const oneMore = (overrides: Partial<Stream>): Partial<Evidence> => ({
    streamsAfter: [
      {
        wave: 0,
        openedMs: 8_000,
        status: null,
        contentType: null,
        firstByteMs: null,
        bytes: 0,
        events: 0,
        endedMs: 13_000,
        end: 'aborted',
        error: null,
        ...overrides,
      },
    ],
  });

  test.each<[string, Partial<Stream>, RegExp]>([
    [
      'is answered with an error',
      { status: 503, end: 'ended' },
      /no new stream is accepted for 5\.0 s: .* status 503/,
    ],
    ['gets no byte', { status: 200 }, /answered and sends no byte/],
    ['gets no answer', {}, /it gets no answer/],
    ['gets no connection', { end: 'failed', error: 'ECONNREFUSED' }, /connection fails \(ECONNREFUSED\)/],
  ])('that %s is refused', (_, overrides, message) => {
    const result = judge(makeEvidence(oneMore(overrides)));

    expect(result).toMatchObject({ verdict: 'fail', reason: 'stream-refused' });
    expect(result.message).toMatch(message);
  });

  test('that is accepted is as it should be', () => {
    expect(judge(makeEvidence(oneMore({ status: 200, firstByteMs: 8_020 }))).verdict).toBe('pass');
  });

  test('is not asked for by evidence of older gates', () => {
    expect(judge(makeEvidence()).verdict).toBe('pass');
  });
});

test('a thread that stands alone is not where most of the leaked ones stand', () => {
  const heartbeat = thread(
    [
      library('3.11', 'Event.wait', 'threading.py', 629),
      frame('heartbeat', `${workspace}/app/metrics.py`, 10),
    ],
    { name: 'heartbeat' },
  );
  const idle = Array.from({ length: 30 }, (_, index) => poolWorker(`ThreadPoolExecutor-${index}_0`));
  const result = judge(
    makeEvidence({
      resources: measured({ threads: 6 }, { threads: 21 }, { threads: 36 }),
      dumps: [proofDump({ threads: [loopThread(stack.idleAsyncio()), heartbeat, ...idle] })],
    }),
  );
  expect(result).toMatchObject({ reason: 'leak', culprit: null });
  expect(result.message).not.toContain('heartbeat');
});

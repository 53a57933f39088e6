/** Evidence of runs for tests: a complete healthy one, of which a test overrides only what it is about. */
import type {
  Dump,
  Evidence,
  Frame,
  Probe,
  Scheduling,
  Stream,
  Task,
  TaskGraph,
  Thread,
} from '../../src/evidence/schema.ts';
import { frame, installed, stack } from './stacks.ts';

export { frame, stack };

export const backendPid = 4711;
export const workspace = '/work/shop';

/** Of the healthy run: three waves, 2.1 s each, aborted after 1 s and settled after 2 s. */
const firstWaveMs = 1_300;
const waveMs = 2_100;
const probingEndedMs = firstWaveMs + 3 * waveMs;
/** When the first wave's streams are aborted; in {@link makeHang} nothing answers from here on. */
export const firstAbortMs = firstWaveMs + 1_000;

type Overrides = {
  [K in keyof Evidence]?: Evidence[K] extends unknown[] ? Evidence[K] : Partial<Evidence[K]>;
};

/** Everything planned was done, everything answered and the proof shows the loop free. Lists are replaced as a whole. */
export function makeEvidence(overrides: Overrides = {}): Evidence {
  const healthy = healthyEvidence();
  const merged = Object.entries(overrides).map(([key, value]) => {
    const isPlainObject = value !== null && typeof value === 'object' && !Array.isArray(value);
    return [key, isPlainObject ? { ...(healthy[key as keyof Evidence] as object), ...value } : value];
  });
  return { ...healthy, ...Object.fromEntries(merged) };
}

/** A run in which no probe is answered any more once the first wave's streams are aborted. */
export function makeHang(overrides: Overrides = {}): Evidence {
  const { streamsAfter: _, ...evidence } = makeEvidence({
    phases: [phase('boot', 100, 700), phase('baseline', 800, 500), phase('wave 1', 1_300, 6_000)],
    resources: healthyEvidence().resources.map((sample, at) => ({
      ...sample,
      moment: at === 0 ? 'baseline' : 'wave',
    })),
    probes: [
      ...answeredProbes(800, firstAbortMs),
      unanswered('/', firstAbortMs + 100),
      unanswered('/health', firstAbortMs + 100),
    ],
    probingEndedMs: firstAbortMs + 100 + 5_100,
    waves: [wave({ settledMs: null })],
    streams: Array.from({ length: 5 }, () => stream()),
    silences: [
      { path: '/', startMs: 2_400, endMs: null, firstDumpMs: 3_450 },
      { path: '/health', startMs: 2_400, endMs: null, firstDumpMs: 3_450 },
    ],
    dumps: [],
    ...overrides,
  });
  return evidence;
}

/** Three dumps of one silence, as the gate takes them. */
export function silenceDumps(threads: Thread[], overrides: Partial<Dump> = {}): Dump[] {
  return [3_400, 3_900, 4_900].map((startMs) => dump({ startMs, threads, ...overrides }));
}

/** The tasks that were read beside the first dump of {@link silenceDumps}. */
export function taskGraph(overrides: Partial<TaskGraph> = {}): TaskGraph {
  return {
    pid: backendPid,
    trigger: 'silence',
    atMs: 3_450,
    tasks: [],
    omitted: 0,
    error: null,
    ...overrides,
  };
}

/** A task of uvicorn that runs a request, which waits in `frames`. */
export function requestTask(id: string, frames: Frame[]): Task {
  const runner = installed(
    '3.14',
    'RequestResponseCycle.run_asgi',
    'uvicorn/protocols/http/h11_impl.py',
    411,
  );
  return { id, name: `Task-${id}`, stack: [...frames, runner], awaitedBy: [] };
}

/** What the kernel says of a loop thread that sleeps in `futex` and never gets on. */
export function scheduling(overrides: Partial<Scheduling> = {}): Scheduling {
  return { state: 'S', waitChannel: null, ranMs: 900, queuedMs: 10, voluntarySwitches: 700, ...overrides };
}

export function dump(overrides: Partial<Dump> = {}): Dump {
  return {
    pid: backendPid,
    trigger: 'silence',
    startMs: 3_400,
    durationMs: 40,
    source: 'py-spy',
    threads: [],
    loopScheduling: null,
    files: [],
    error: null,
    ...overrides,
  };
}

export function proofDump(overrides: Partial<Dump> = {}): Dump {
  return dump({
    trigger: 'proof',
    startMs: probingEndedMs + 50,
    threads: [loopThread(stack.idleAsyncio())],
    ...overrides,
  });
}

/** An attempt that gave no stack. */
export function failedDump(overrides: Partial<Dump> = {}): Dump {
  return dump({ source: 'none', error: 'py-spy: Permission denied (os error 13)', ...overrides });
}

/** What `/proc` alone gives: the threads are there, and nobody knows where they stand. */
export function threadsOnly(overrides: Partial<Dump> = {}): Dump {
  const threads = [thread([], { tid: backendPid, name: 'python' }), thread([], { name: 'AnyIO worker' })];
  return failedDump({ source: 'proc', threads, ...overrides });
}

export function thread(frames: Frame[], overrides: Partial<Thread> = {}): Thread {
  return { tid: 9_000, name: null, ownsGil: false, frames, ...overrides };
}

/** The main thread of the backend. */
export function loopThread(frames: Frame[], pid = backendPid): Thread {
  return thread(frames, { tid: pid, name: 'MainThread' });
}

/** A thread of a `ThreadPoolExecutor` that stands in `frames`; idle without any. */
export function poolWorker(name: string, frames: Frame[] = []): Thread {
  return thread([...frames, ...stack.poolWorker()], { name });
}

/** Hangs where the news example does: in a request for headlines, deep in `requests`. */
export function newsWorker(name: string): Thread {
  return poolWorker(name, [
    ...stack.insideRequests(),
    frame('fetch_headlines', `${workspace}/app/news.py`, 31),
  ]);
}

export function probe(overrides: Partial<Probe> = {}): Probe {
  return { path: '/health', sentMs: 900, latencyMs: 3, status: 200, error: null, ...overrides };
}

export function unanswered(path: string, sentMs: number): Probe {
  return probe({ path, sentMs, latencyMs: null, status: null });
}

/** Five a second of each route in `[fromMs, toMs)`, all of them answered. */
export function answeredProbes(fromMs: number, toMs: number, paths = ['/', '/health']): Probe[] {
  const times = Array.from({ length: Math.ceil((toMs - fromMs) / 200) }, (_, index) => fromMs + index * 200);
  return times.flatMap((sentMs) => paths.map((path) => probe({ path, sentMs })));
}

export function stream(overrides: Partial<Stream> = {}): Stream {
  return {
    wave: 1,
    openedMs: 1_310,
    status: 200,
    contentType: 'text/event-stream',
    firstByteMs: 1_330,
    bytes: 420,
    events: 10,
    endedMs: 2_310,
    end: 'aborted',
    error: null,
    ...overrides,
  };
}

/** A stream that was left before its first byte: it shows nothing either way. */
export function earlyStream(overrides: Partial<Stream> = {}): Stream {
  return stream({ status: null, contentType: null, firstByteMs: null, bytes: 0, events: 0, ...overrides });
}

export function wave(overrides: Partial<Evidence['waves'][number]> = {}): Evidence['waves'][number] {
  return {
    index: 1,
    abort: 'reset',
    openedMs: firstWaveMs,
    abortedMs: firstAbortMs,
    settledMs: firstWaveMs + 2_000,
    ...overrides,
  };
}

export function backendProcess(
  overrides: Partial<Evidence['processes'][number]> = {},
): Evidence['processes'][number] {
  return {
    pid: backendPid,
    parentPid: 4_700,
    role: 'backend',
    python: '3.11',
    commandLine: 'python -m uvicorn app.main:app --port 8123',
    listening: true,
    alive: true,
    ...overrides,
  };
}

export function phase(name: string, startMs: number, durationMs: number): Evidence['phases'][number] {
  return { name, startMs, durationMs, note: null };
}

export function probeRoute(
  path: string,
  overrides: Partial<Evidence['probeRoutes'][number]> = {},
): Evidence['probeRoutes'][number] {
  return { path, chosen: 'asked', baselineMs: 3, baselineStatus: 200, intervalMs: 200, ...overrides };
}

function healthyEvidence(): Evidence {
  const aborts = ['reset', 'close', 'early'];
  const startOf = (index: number) => firstWaveMs + index * waveMs;
  return {
    schemaVersion: 1,
    gate: {
      version: '1.2.3',
      startedAt: '2026-11-02T10:00:00.000Z',
      platform: 'linux x64',
      nodeVersion: 'v24.0.0',
      workspace,
      delays: [],
      maxDelayMs: 12,
    },
    plan: {
      command: 'python -m uvicorn app.main:app --port 8123',
      workingDirectory: workspace,
      origin: 'http://127.0.0.1:8123',
      streamMethod: 'GET',
      streamPath: '/news/stream',
      clients: 5,
      waves: 3,
      deadlineMs: 5_000,
      bootTimeoutMs: 60_000,
      dumpAfterMs: 1_000,
      upstream: 'stall',
      pySpy: 'auto',
    },
    phases: [
      phase('boot', 100, 700),
      phase('baseline', 800, 500),
      ...aborts.map((_, index) => phase(`wave ${index + 1}`, startOf(index), 2_000)),
      phase('proof', probingEndedMs, 120),
      phase('stop', probingEndedMs + 120, 300),
    ],
    backend: {
      pid: backendPid,
      startedMs: 100,
      readyMs: 800,
      exit: null,
      lastReadinessError: null,
      lastLogLines: ['INFO:     Application startup complete.'],
    },
    processes: [backendProcess()],
    upstream: { requests: 12, stalled: 9, stalledSinceMs: firstWaveMs },
    probeRoutes: [probeRoute('/'), probeRoute('/health')],
    syncRoute: null,
    probes: answeredProbes(800, probingEndedMs),
    probingEndedMs,
    waves: aborts.map((abort, index) =>
      wave({
        index: index + 1,
        abort,
        openedMs: startOf(index),
        abortedMs: startOf(index) + 1_000,
        settledMs: startOf(index) + 2_000,
      }),
    ),
    streams: aborts.flatMap((abort, index) => {
      const make = abort === 'early' ? earlyStream : stream;
      const openedMs = startOf(index) + 10;
      const firstByteMs = abort === 'early' ? null : openedMs + 20;
      const one = make({ wave: index + 1, openedMs, firstByteMs, endedMs: startOf(index) + 1_010 });
      return Array.from({ length: 5 }, () => ({ ...one }));
    }),
    silences: [],
    streamsAfter: [stream({ wave: 0, openedMs: probingEndedMs - 100, firstByteMs: probingEndedMs - 80 })],
    loops: [
      { pid: backendPid, tid: backendPid, samples: 140, samplesAtSelector: 139, stints: [], goneMs: null },
    ],
    stackSources: [{ name: 'py-spy', usable: true, detail: 'py-spy 0.4.3' }],
    dumps: [proofDump({ files: ['dumps/007650ms-4711-proof.json', 'dumps/007650ms-4711-proof.txt'] })],
    taskGraphs: [],
    acceptQueue: [],
    resources: [
      { atMs: 1_200, pid: backendPid, fds: 14, sockets: 2, threads: 6, moment: 'baseline' },
      { atMs: 7_500, pid: backendPid, fds: 15, sockets: 2, threads: 9, moment: 'released' },
    ],
    sources: [],
    gateErrors: [],
    interrupted: null,
    durationMs: probingEndedMs + 420,
  };
}

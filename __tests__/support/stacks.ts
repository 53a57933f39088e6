/**
 * Python stacks as py-spy shows them, innermost frame first. py-spy 0.4.3 qualifies names on Python 3.11 and later
 * (`ThreadPoolExecutor.shutdown`) and cannot on 3.10 (`shutdown`).
 */
import type { Frame } from '../../src/evidence/schema.ts';

export type Python = '3.10' | '3.11' | '3.12' | '3.13' | '3.14';

const app = '/work/shop/app';

export function frame(name: string, file: string, line = 1): Frame {
  return { function: name, file, line };
}

/** A frame of Python itself. */
export function library(python: Python, qualifiedName: string, file: string, line = 1): Frame {
  return frame(named(python, qualifiedName), `/usr/lib/python${python}/${file}`, line);
}

/** A frame of an installed package. */
export function installed(python: Python, qualifiedName: string, file: string, line = 1): Frame {
  return frame(
    named(python, qualifiedName),
    `/work/shop/.venv/lib/python${python}/site-packages/${file}`,
    line,
  );
}

function named(python: Python, qualifiedName: string): string {
  return python === '3.10' ? qualifiedName.slice(qualifiedName.lastIndexOf('.') + 1) : qualifiedName;
}

/** From `run_until_complete` down to the program: below the loop. */
function runner(python: Python): Frame[] {
  return [
    library(python, 'BaseEventLoop.run_until_complete', 'asyncio/base_events.py', 653),
    library(python, 'Runner.run', 'asyncio/runners.py', 118),
    ...belowRunner(python),
  ];
}

function belowRunner(python: Python): Frame[] {
  return [
    installed(python, 'asyncio_run', 'uvicorn/_compat.py', 60),
    installed(python, 'Server.run', 'uvicorn/server.py', 75),
    installed(python, 'run', 'uvicorn/main.py', 593),
    frame('<module>', '<frozen runpy>', 88),
  ];
}

function asyncioLoop(python: Python): Frame[] {
  return [
    library(python, 'BaseEventLoop._run_once', 'asyncio/base_events.py', 1_922),
    library(python, 'BaseEventLoop.run_forever', 'asyncio/base_events.py', 607),
    ...runner(python),
  ];
}

/** From a stream's generator to the loop. */
function streamingResponse(python: Python): Frame[] {
  return [
    installed(python, 'StreamingResponse.stream_response', 'starlette/responses.py', 246),
    installed(python, 'StreamingResponse.__call__.<locals>.wrap', 'starlette/responses.py', 260),
    installed(python, 'TaskGroup._run_coro', 'anyio/_core/_tasks.py', 44),
  ];
}

const withLine = (line: number) => frame('news_stream', `${app}/main.py`, line);

export const stack = {
  idleAsyncio: (python: Python = '3.11'): Frame[] => [
    library(python, 'EpollSelector.select', 'selectors.py', 468),
    ...asyncioLoop(python),
  ],

  /** The Cython loop has no frames: nothing stands on the runner. */
  idleUvloop: (python: Python = '3.11'): Frame[] => [
    library(python, 'Runner.run', 'asyncio/runners.py', 118),
    ...belowRunner(python),
  ],

  idleTrio: (): Frame[] => [
    installed('3.11', 'EpollIOManager.get_events', 'trio/_core/_io_epoll.py', 235),
    installed('3.11', 'run', 'trio/_core/_run.py', 2_407),
  ],

  /** `inner` runs as a callback of an asyncio loop. */
  onLoop: (inner: Frame[], python: Python = '3.11'): Frame[] => [
    ...inner,
    library(python, 'Handle._run', 'asyncio/events.py', 84),
    ...asyncioLoop(python),
  ],

  /** `inner` runs as a callback of uvloop. */
  onUvloop: (inner: Frame[], python: Python = '3.11'): Frame[] => [...inner, ...stack.idleUvloop(python)],

  /** `inner` stands in the generator of a streamed answer. */
  inStream: (inner: Frame[], python: Python = '3.11'): Frame[] =>
    stack.onLoop([...inner, ...streamingResponse(python)], python),

  /** The end of `with ThreadPoolExecutor(…)` waits for its threads: Python 3.11 and 3.12. */
  blockedInExecutorExit311: (python: '3.10' | '3.11' | '3.12' = '3.11'): Frame[] =>
    stack.inStream(
      [
        library(python, 'Thread._wait_for_tstate_lock', 'threading.py', 1_169),
        library(python, 'Thread.join', 'threading.py', 1_149),
        library(python, 'ThreadPoolExecutor.shutdown', 'concurrent/futures/thread.py', 235),
        library(python, 'Executor.__exit__', 'concurrent/futures/_base.py', 647),
        withLine(24),
      ],
      python,
    ),

  /** The same on Python 3.10, where py-spy knows bare names only. */
  blockedInExecutorExit310: (): Frame[] => stack.blockedInExecutorExit311('3.10'),

  /** The same on Python 3.13, where a thread is joined in C. */
  blockedInExecutorExit313: (): Frame[] =>
    stack.inStream(
      [
        library('3.13', 'Thread.join', 'threading.py', 1_094),
        library('3.13', 'ThreadPoolExecutor.shutdown', 'concurrent/futures/thread.py', 239),
        library('3.13', 'Executor.__exit__', 'concurrent/futures/_base.py', 647),
        withLine(24),
      ],
      '3.13',
    ),

  /** `executor.shutdown()` called by hand. */
  blockedInShutdownCall: (): Frame[] =>
    stack.inStream([
      library('3.11', 'Thread._wait_for_tstate_lock', 'threading.py', 1_169),
      library('3.11', 'Thread.join', 'threading.py', 1_149),
      library('3.11', 'ThreadPoolExecutor.shutdown', 'concurrent/futures/thread.py', 235),
      withLine(40),
    ]),

  /** `requests.get` in a coroutine. */
  blockedInRequests: (line = 12): Frame[] =>
    stack.onLoop([...stack.insideRequests(), frame('read_news', `${app}/news.py`, line)]),

  /** `time.sleep` in a coroutine: C code has no frame. */
  blockedInSleep: (line = 12): Frame[] => stack.onLoop([frame('read_news', `${app}/news.py`, line)]),

  /** `subprocess.run` with two pipes: its own selector stands on top, as in an idle loop. */
  blockedInCommunicate: (): Frame[] =>
    stack.onLoop([
      library('3.11', '_PollLikeSelector.select', 'selectors.py', 415),
      library('3.11', 'Popen._communicate', 'subprocess.py', 2_021),
      library('3.11', 'Popen.communicate', 'subprocess.py', 1_209),
      library('3.11', 'run', 'subprocess.py', 550),
      frame('convert', `${app}/media.py`, 77),
    ]),

  /** A request of a library that holds no frame of the application. */
  blockedInLibrary: (): Frame[] =>
    stack.onLoop([
      library('3.11', 'SocketIO.readinto', 'socket.py', 706),
      installed('3.11', 'Exporter.export', 'telemetry/exporter.py', 55),
    ]),

  /** A callback written in C: only the loop's own frames are left. */
  inCCallback: (): Frame[] => stack.onLoop([]),

  insideRequests: (): Frame[] => [
    library('3.11', 'SocketIO.readinto', 'socket.py', 706),
    library('3.11', 'HTTPResponse.begin', 'http/client.py', 318),
    installed('3.11', 'Session.request', 'requests/sessions.py', 589),
    installed('3.11', 'get', 'requests/api.py', 73),
  ],

  poolWorker: (python: Python = '3.11'): Frame[] => [
    library(python, '_worker', 'concurrent/futures/thread.py', 83),
    library(python, 'Thread.run', 'threading.py', 982),
    library(python, 'Thread._bootstrap_inner', 'threading.py', 1_045),
    library(python, 'Thread._bootstrap', 'threading.py', 1_002),
  ],

  idleAnyioWorker: (): Frame[] => [
    library('3.11', 'Condition.wait', 'threading.py', 327),
    library('3.11', 'Queue.get', 'queue.py', 171),
    installed('3.11', 'WorkerThread.run', 'anyio/_backends/_asyncio.py', 967),
  ],

  /** Main threads of processes that serve no request. */
  uvicornMaster: (): Frame[] => [
    library('3.11', 'Condition.wait', 'threading.py', 331),
    library('3.11', 'Event.wait', 'threading.py', 629),
    installed('3.11', 'Multiprocess.run', 'uvicorn/supervisors/multiprocess.py', 170),
    installed('3.11', 'run', 'uvicorn/main.py', 593),
  ],
  uvicornReloader: (): Frame[] => [
    library('3.11', 'Condition.wait', 'threading.py', 331),
    library('3.11', 'Event.wait', 'threading.py', 629),
    installed('3.11', 'BaseReload.pause', 'uvicorn/supervisors/basereload.py', 60),
    installed('3.11', 'StatReload.should_restart', 'uvicorn/supervisors/statreload.py', 30),
    installed('3.11', 'run', 'uvicorn/main.py', 590),
  ],
  gunicornMaster: (): Frame[] => [
    installed('3.11', 'Arbiter.wait_for_signals', 'gunicorn/arbiter.py', 400),
    installed('3.11', 'Arbiter.run', 'gunicorn/arbiter.py', 200),
  ],
  hypercornMaster: (): Frame[] => [
    library('3.11', 'Popen.poll', 'multiprocessing/popen_fork.py', 27),
    library('3.11', 'Popen.wait', 'multiprocessing/popen_fork.py', 43),
    library('3.11', 'BaseProcess.join', 'multiprocessing/process.py', 149),
    installed('3.11', 'run_multiple', 'hypercorn/run.py', 86),
  ],
  /** A worker of a `ProcessPoolExecutor` that was forked by a request: the loop below is its parent's. */
  forkedWorker: (inner: Frame[]): Frame[] =>
    stack.onLoop([
      ...inner,
      library('3.11', '_process_worker', 'concurrent/futures/process.py', 240),
      library('3.11', 'BaseProcess.run', 'multiprocessing/process.py', 108),
      library('3.11', 'BaseProcess._bootstrap', 'multiprocessing/process.py', 314),
      library('3.11', 'Popen._launch', 'multiprocessing/popen_fork.py', 71),
      library('3.11', 'ProcessPoolExecutor.submit', 'concurrent/futures/process.py', 738),
      frame('read_news', `${app}/news.py`, 12),
    ]),
  resourceTracker: (): Frame[] => [
    library('3.11', 'main', 'multiprocessing/resource_tracker.py', 200),
    frame('<module>', '<string>', 1),
  ],
  /** Gunicorn 26: the master runs a loop of its own, in a thread. */
  gunicornControlLoop: (): Frame[] => [
    library('3.11', 'EpollSelector.select', 'selectors.py', 468),
    library('3.11', 'BaseEventLoop._run_once', 'asyncio/base_events.py', 1_922),
    library('3.11', 'BaseEventLoop.run_forever', 'asyncio/base_events.py', 607),
    library('3.11', 'BaseEventLoop.run_until_complete', 'asyncio/base_events.py', 653),
    installed('3.11', 'ControlServer._run_loop', 'gunicorn/ctl/server.py', 120),
    library('3.11', 'Thread.run', 'threading.py', 982),
  ],

  /** Workers, each free. */
  gunicornUvicornWorker: (): Frame[] => [
    library('3.11', 'Runner.run', 'asyncio/runners.py', 118),
    installed('3.11', 'UvicornWorker.run', 'uvicorn_worker/_workers.py', 109),
    installed('3.11', 'Worker.init_process', 'gunicorn/workers/base.py', 144),
    installed('3.11', 'Arbiter.spawn_worker', 'gunicorn/arbiter.py', 700),
    installed('3.11', 'Arbiter.run', 'gunicorn/arbiter.py', 200),
  ],
  gunicornAsgiWorker: (): Frame[] => [
    installed('3.11', 'ASGIWorker.run', 'gunicorn/workers/gasgi.py', 140),
    installed('3.11', 'Worker.init_process', 'gunicorn/workers/base.py', 144),
    installed('3.11', 'Arbiter.run', 'gunicorn/arbiter.py', 200),
  ],
  /** It has not come as far as its loop. */
  gunicornWorkerInImport: (): Frame[] => [
    frame('<module>', '/work/shop/app/main.py', 12),
    library('3.11', 'import_module', 'importlib/__init__.py', 126),
    installed('3.11', 'import_app', 'gunicorn/util.py', 359),
    installed('3.11', 'Worker.load_wsgi', 'gunicorn/workers/base.py', 147),
    installed('3.11', 'Worker.init_process', 'gunicorn/workers/base.py', 135),
    installed('3.11', 'Arbiter.spawn_worker', 'gunicorn/arbiter.py', 700),
    installed('3.11', 'Arbiter.run', 'gunicorn/arbiter.py', 200),
  ],
  hypercornWorker: (): Frame[] => [
    library('3.11', 'EpollSelector.select', 'selectors.py', 468),
    ...asyncioLoop('3.11').slice(0, 4),
    installed('3.11', '_run', 'hypercorn/asyncio/run.py', 230),
    installed('3.11', 'asyncio_worker', 'hypercorn/asyncio/run.py', 190),
  ],
  uvicornWorker: (): Frame[] => [
    ...stack.idleAsyncio().slice(0, -2),
    installed('3.11', 'Process.target', 'uvicorn/supervisors/multiprocess.py', 60),
    installed('3.11', 'subprocess_started', 'uvicorn/_subprocess.py', 80),
    library('3.11', 'BaseProcess.run', 'multiprocessing/process.py', 108),
    frame('<module>', '<string>', 1),
  ],
};

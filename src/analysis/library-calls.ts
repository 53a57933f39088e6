/**
 * The calls of Python and of packages that causes are told by. Python's releases differ in what stands *inside* of these
 * (`Thread.join` ends in `_wait_for_tstate_lock` up to 3.12 and in C from 3.13 on; `Future.result` waits in one frame of
 * `threading.py` or in two), so each is looked for anywhere in a stack and never by what is on top. How py-spy names a
 * function on each release is {@link isFrame}'s business.
 */
import type { Frame } from '../evidence/schema.ts';
import { bareName, endsWithPath } from './frames.ts';

/** Function names, or any function of the file, and the end of the file's path; a folder ends in `/`. */
export interface LibraryCall {
  readonly names?: readonly string[];
  readonly file: string;
}

export const threadPoolShutdown: readonly LibraryCall[] = [
  { names: ['shutdown'], file: 'concurrent/futures/thread.py' },
];

export const processPoolShutdown: readonly LibraryCall[] = [
  { names: ['shutdown'], file: 'concurrent/futures/process.py' },
  { names: ['join', '_terminate_pool'], file: 'multiprocessing/pool.py' },
];

export const futureResult: readonly LibraryCall[] = [
  {
    names: ['result', 'exception', '_result_or_cancel', 'result_iterator', 'wait', 'as_completed'],
    file: 'concurrent/futures/_base.py',
  },
  { names: ['get', 'wait', 'next'], file: 'multiprocessing/pool.py' },
];

export const threadJoin: readonly LibraryCall[] = [{ names: ['join'], file: 'threading.py' }];

export const processJoin: readonly LibraryCall[] = [
  { names: ['join'], file: 'multiprocessing/process.py' },
  { names: ['wait'], file: 'multiprocessing/popen_fork.py' },
  { names: ['wait'], file: 'multiprocessing/popen_forkserver.py' },
];

export const subprocessCall: readonly LibraryCall[] = [{ file: 'subprocess.py' }];

/** Conditions, events, barriers, semaphores and queues: all of them end in a `wait` of `threading.py`. */
export const conditionWait: readonly LibraryCall[] = [
  { names: ['wait', 'wait_for', 'acquire', '__enter__'], file: 'threading.py' },
  { names: ['get', 'put', 'join'], file: 'queue.py' },
  { names: ['get', 'put', 'join'], file: 'multiprocessing/queues.py' },
];

export const handlerLock: readonly LibraryCall[] = [
  // 3.13 has no method for it and enters the lock itself.
  { names: ['acquire', '_acquireLock', 'handle', 'callHandlers'], file: 'logging/__init__.py' },
];

export const logging: readonly LibraryCall[] = [
  { file: 'logging/__init__.py' },
  { file: 'logging/handlers.py' },
  { file: 'loguru/' },
  { file: 'structlog/' },
];

export const nameLookup: readonly LibraryCall[] = [{ names: ['getaddrinfo', 'getfqdn'], file: 'socket.py' }];

export const tlsHandshake: readonly LibraryCall[] = [{ names: ['do_handshake'], file: 'ssl.py' }];

/** The last Python frames before a connection is made in C. */
export const connection: readonly LibraryCall[] = [
  { names: ['create_connection'], file: 'socket.py' },
  { names: ['create_connection'], file: 'urllib3/util/connection.py' },
  { names: ['_connect'], file: 'redis/connection.py' },
];

/** Synchronous clients; `http/client.py` is below most of them. */
export const httpClient: readonly LibraryCall[] = [
  { file: 'http/client.py' },
  { file: 'urllib/request.py' },
  { file: 'urllib3/' },
  { file: 'requests/' },
  { file: 'httpcore/_sync/' },
  { file: 'httpcore/_backends/sync.py' },
];

/** Drivers and what is built on them; those that are all C show only in the application's own line. */
export const databaseDriver: readonly LibraryCall[] = [
  'psycopg2/',
  'psycopg/',
  'pymysql/',
  'MySQLdb/',
  'mysql/connector/',
  'pg8000/',
  'redis/',
  'pymongo/',
  'oracledb/',
  'cassandra/',
  'clickhouse_driver/',
  'sqlalchemy/engine/',
  'peewee.py',
].map((file) => ({ file }));

/** Where SQLAlchemy hands a statement to the driver. */
export const sqlExecution: readonly LibraryCall[] = [
  { names: ['do_execute', 'do_executemany', 'do_commit'], file: 'sqlalchemy/engine/default.py' },
];

/** asyncio's loop takes what the kernel has for it. */
export const accepting: readonly LibraryCall[] = [
  { names: ['_accept_connection'], file: 'asyncio/selector_events.py' },
];

/** Where a thread stands that waits for a connection of a pool to come back. */
export const connectionPool: readonly LibraryCall[] = [
  { names: ['_do_get'], file: 'sqlalchemy/pool/impl.py' },
  { names: ['_get_conn'], file: 'urllib3/connectionpool.py' },
  { names: ['get_connection'], file: 'redis/connection.py' },
  { names: ['getconn', 'wait'], file: 'psycopg_pool/pool.py' },
  { names: ['checkout', '_get_conn'], file: 'pymongo/synchronous/pool.py' },
  { names: ['handle_request', 'wait_for_connection'], file: 'httpcore/_sync/connection_pool.py' },
];

export const selector: readonly LibraryCall[] = [
  { names: ['select', 'poll', '_poll'], file: 'selectors.py' },
];

export const importing: readonly LibraryCall[] = [
  { names: ['_find_and_load'], file: '<frozen importlib._bootstrap>' },
];

/** Python's own code whose work is done in C and cannot be seen any deeper. */
export const computesInC: readonly LibraryCall[] = [
  { file: 're/__init__.py' },
  // The module of 3.10.
  { file: 're.py' },
  { file: 'json/' },
  { file: 'pickle.py' },
  { file: 'copy.py' },
  { file: 'gzip.py' },
  { file: 'base64.py' },
  { file: 'statistics.py' },
  { file: 'numpy/' },
  { file: 'pandas/' },
];

/** The place of the innermost such call in a stack; -1 when there is none. */
export function findCall(frames: readonly Frame[], calls: readonly LibraryCall[]): number {
  return frames.findIndex((frame) => calls.some((call) => isCall(frame, call)));
}

export function hasCall(frames: readonly Frame[], calls: readonly LibraryCall[]): boolean {
  return findCall(frames, calls) >= 0;
}

function isCall(frame: Frame, { names, file }: LibraryCall): boolean {
  if (names && !names.includes(bareName(frame))) return false;
  return file.endsWith('/')
    ? frame.file.replaceAll('\\', '/').includes(`/${file}`)
    : endsWithPath(frame.file, file);
}

/** Every supported server with the example backend. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requiredServersPython } from './python.ts';
import { repository, runCli } from './run-cli.ts';

const python = requiredServersPython();
export const example = join(repository, 'examples', 'news-backend');
const module = (name: string, ...words: string[]) => [python, '-m', name, ...words];
const uvicorn = (...words: string[]) =>
  module('uvicorn', 'app.main:app', '--port', '{port}', '--no-access-log', ...words);
export const gunicorn = (worker: string, app = 'app.main:app') =>
  module('gunicorn', app, '-k', worker, '-w', '2', '-b', '127.0.0.1:{port}');

interface Server {
  readonly command: readonly string[];
  readonly workers: number;
  /** The other processes by their role. */
  readonly others: readonly string[];
}

export const servers: Record<string, Server> = {
  'uvicorn, asyncio': { command: uvicorn('--loop', 'asyncio'), workers: 1, others: [] },
  'uvicorn, uvloop': { command: uvicorn('--loop', 'uvloop'), workers: 1, others: [] },
  'uvicorn --workers 2': { command: uvicorn('--workers', '2'), workers: 2, others: ['helper', 'master'] },
  'uvicorn --reload': { command: uvicorn('--reload'), workers: 1, others: ['helper', 'master'] },
  'gunicorn, uvicorn workers': {
    command: gunicorn('uvicorn_worker.UvicornWorker'),
    workers: 2,
    others: ['master'],
  },
  'gunicorn, its own asgi workers': { command: gunicorn('asgi'), workers: 2, others: ['master'] },
  'hypercorn -w 2': {
    command: module('hypercorn', 'app.main:app', '-w', '2', '-b', '127.0.0.1:{port}'),
    workers: 2,
    others: ['helper', 'master'],
  },
  'granian --workers 2': {
    command: module(
      'granian',
      '--interface',
      'asgi',
      '--workers',
      '2',
      '--host',
      '127.0.0.1',
      '--port',
      '{port}',
      'app.main:app',
    ),
    workers: 2,
    others: ['master'],
  },
};

/** One run of the gate over the example, with one client, so that one worker is hit. */
export function gateExample(
  stream: 'blocking' | 'fixed',
  command: readonly string[],
  more: readonly string[] = [],
) {
  const flags = {
    stream: ['--env', `NEWS_STREAM=${stream}`],
    clients: ['--clients', '1'],
    waves: ['--waves', '2'],
  };
  const times = ['--abort', 'reset', '--deadline', '3s', '--dump-after', '500ms', '--settle', '1s'];
  const where = ['--working-directory', example];
  return runCli({ args: ['run', ...Object.values(flags).flat(), ...times, ...where, ...more], command });
}

/** Where the blocking stream of the example blocks. */
export function exampleCulprit(): { file: string; line: number } {
  const file = join(example, 'app', 'api', 'routes', 'stream.py');
  const lines = readFileSync(file, 'utf8').split('\n');
  return { file, line: lines.findIndex((text) => /^\s*with ThreadPoolExecutor/.test(text)) + 1 };
}

/** Every supported server, with the example's blocking and fixed stream: `docs/servers.md` has a row for each. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { requiredServersPython } from '../support/cli/python.ts';
import { expectNothingLeft, repository, runCli } from '../support/cli/run-cli.ts';

const python = requiredServersPython();
const example = join(repository, 'examples', 'news-backend');
const module = (name: string, ...words: string[]) => [python, '-m', name, ...words];
const uvicorn = (...words: string[]) =>
  module('uvicorn', 'app.main:app', '--port', '{port}', '--no-access-log', ...words);
const gunicorn = (worker: string) =>
  module('gunicorn', 'app.main:app', '-k', worker, '-w', '2', '-b', '127.0.0.1:{port}');

const servers: Record<string, { command: string[]; workers: number }> = {
  'uvicorn, asyncio': { command: uvicorn('--loop', 'asyncio'), workers: 1 },
  'uvicorn, uvloop': { command: uvicorn('--loop', 'uvloop'), workers: 1 },
  'uvicorn --workers 2': { command: uvicorn('--workers', '2'), workers: 2 },
  'uvicorn --reload': { command: uvicorn('--reload'), workers: 1 },
  'gunicorn, uvicorn workers': { command: gunicorn('uvicorn_worker.UvicornWorker'), workers: 2 },
  'gunicorn, its own asgi workers': { command: gunicorn('asgi'), workers: 2 },
  'hypercorn -w 2': {
    command: module('hypercorn', 'app.main:app', '-w', '2', '-b', '127.0.0.1:{port}'),
    workers: 2,
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
  },
};

function gate(stream: 'blocking' | 'fixed', command: readonly string[]) {
  const flags = {
    stream: ['--env', `NEWS_STREAM=${stream}`],
    clients: ['--clients', '1'],
    waves: ['--waves', '2'],
  };
  const times = ['--abort', 'reset', '--deadline', '3s', '--dump-after', '500ms', '--settle', '1s'];
  const where = ['--working-directory', example];
  return runCli({ args: ['run', ...Object.values(flags).flat(), ...times, ...where], command });
}

describe.each(Object.entries(servers))('%s', (_, { command, workers }) => {
  test('one hung worker is found, with its line', async () => {
    const run = await gate('blocking', command);
    expect([run.exitCode, run.result?.verdict, run.result?.reason]).toEqual([1, 'fail', 'loop-blocked']);
    const file = join(example, 'app', 'api', 'routes', 'stream.py');
    const line =
      readFileSync(file, 'utf8')
        .split('\n')
        .findIndex((text) => /^\s*with ThreadPoolExecutor/.test(text)) + 1;
    expect(run.result?.culprit).toMatchObject({ file, line });
    const hung = run.evidence?.loops.find(({ pid }) => pid === run.result?.findings[0]?.pid);
    expect(hung?.stints.some(({ durationMs }) => durationMs >= 2_500)).toBe(true);
    await expectNothingLeft(run);
  });

  test('a healthy one passes, every loop seen free', async () => {
    const run = await gate('fixed', command);
    expect([run.exitCode, run.result?.verdict, run.result?.reason]).toEqual([0, 'pass', 'healthy']);
    const loops = run.evidence?.loops.filter(({ samplesAtSelector }) => samplesAtSelector > 0);
    expect(loops?.length).toBeGreaterThanOrEqual(workers);
    await expectNothingLeft(run);
  });
});

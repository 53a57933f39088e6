/** The example beside 64 busy processes for each processor: nobody innocent is called blocked, and no block is missed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runCli } from '../support/cli/run-cli.ts';
import { example, exampleCulprit, servers } from '../support/cli/servers.ts';

const repeats = Number(process.env['HANG_GATE_REPEATS'] ?? 20);
const busyPerProcessor = 64;
const oneRunMs = 300_000;

const busy: ChildProcess[] = [];
beforeAll(() => {
  for (let index = 0; index < busyPerProcessor * availableParallelism(); index += 1)
    busy.push(spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' }));
});
afterAll(() => {
  for (const child of busy) child.kill('SIGKILL');
});

async function runExample(stream: 'blocking' | 'fixed') {
  const { result } = await runCli({
    args: ['run', '--env', `NEWS_STREAM=${stream}`, '--working-directory', example, '--boot-timeout', '5m'],
    command: servers['uvicorn, asyncio']?.command ?? [],
    longestRunMs: oneRunMs,
  });
  return result;
}

test(
  `a blocked loop is found ${repeats} times of ${repeats}`,
  async () => {
    const seen = [];
    for (let round = 0; round < repeats; round += 1) {
      const result = await runExample('blocking');
      const culprit = result?.culprit && { file: result.culprit.file, line: result.culprit.line };
      seen.push({ reason: result?.reason, culprit });
    }
    expect(seen).toEqual(Array(repeats).fill({ reason: 'loop-blocked', culprit: exampleCulprit() }));
  },
  repeats * oneRunMs,
);

test(
  `a healthy one is never blamed in ${repeats} runs`,
  async () => {
    const seen = [];
    for (let round = 0; round < repeats; round += 1) seen.push((await runExample('fixed'))?.reason);
    expect(seen.filter((reason) => reason !== 'healthy' && reason !== 'runner-starved')).toEqual([]);
  },
  repeats * oneRunMs,
);

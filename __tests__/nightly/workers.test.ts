/** One worker of several hangs, again and again: the verdict, the worker and the line have to be right every time. */
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { culpritLine, runApp } from '../support/cli/run-cli.ts';
import { exampleCulprit, gateExample, servers } from '../support/cli/servers.ts';

const repeats = Number(process.env['HANG_GATE_REPEATS'] ?? 20);
const several = Object.entries(servers).filter(([, { workers }]) => workers > 1);

describe.each(several)('%s', (_, { command }) => {
  test(`one hung worker is found ${repeats} times of ${repeats}`, async () => {
    const seen = [];
    for (let round = 0; round < repeats; round += 1) {
      const { result, evidence } = await gateExample('blocking', command);
      const culprit = result?.culprit && { file: result.culprit.file, line: result.culprit.line };
      const pid = result?.findings[0]?.pid;
      const isWorker = evidence?.loops.some((loop) => loop.pid === pid && loop.samplesAtSelector > 0);
      seen.push({ reason: result?.reason, culprit, isWorker });
    }
    expect(seen).toEqual(
      Array(repeats).fill({ reason: 'loop-blocked', culprit: exampleCulprit(), isWorker: true }),
    );
  });
});

test(`no stack is lost to uvicorn's supervisor ${repeats} times of ${repeats}`, async () => {
  const seen = [];
  for (let round = 0; round < repeats; round += 1) {
    const run = await runApp('holds_gil_on_abort', ['--clients', '1']);
    const isTold = ['loop-blocked', 'worker-replaced'].includes(run.result?.reason ?? '');
    const line = culpritLine(join(run.workspace, 'holds_gil_on_abort.py'));
    seen.push({ isTold, isNamed: run.result?.culprit?.line === line });
  }
  expect(seen).toEqual(Array(repeats).fill({ isTold: true, isNamed: true }));
});

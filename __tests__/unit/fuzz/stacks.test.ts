import { expect } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import { findLoopThread } from '../../../src/analysis/loop-thread.ts';
import { evidenceSchema, type Thread } from '../../../src/evidence/schema.ts';
import { candidatesOf } from '../../../src/probes/discovery/candidates.ts';
import { isPlainPath, readOpenApi } from '../../../src/probes/discovery/openapi.ts';
import { bounded } from '../../../src/stacks/bounded.ts';
import { isWholeFaulthandlerText, parseFaulthandlerText } from '../../../src/stacks/faulthandler/parse.ts';
import { parsePySpyJson } from '../../../src/stacks/py-spy-output.ts';
import { parseTaskGraphs } from '../../../src/stacks/task-graph/read.ts';
import { taskGraphText } from '../../../src/stacks/task-graph/text.ts';
import { fuzz, hostileJson, hostileText } from '../../support/fuzz.ts';

const threadsSchema = evidenceSchema.shape.dumps.element.shape.threads;

/** Threads that go into the evidence as they are, with names of one bounded line; or an error with a message. */
function givesThreads(parse: () => Thread[]): void {
  let threads: Thread[];
  try {
    threads = parse();
  } catch (error) {
    expect((error as Error).message).not.toBe('');
    return;
  }
  expect(() => threadsSchema.parse(threads)).not.toThrow();
  for (const frame of threads.flatMap(({ frames }) => frames)) {
    expect(frame.function.length).toBeLessThanOrEqual(400);
    expect(`${frame.function}${frame.file}`).not.toMatch(/\p{Cc}/u);
  }
  findLoopThread(threads, 1);
}

const frame = fc.record(
  { name: hostileText, filename: hostileText, line: fc.oneof(fc.integer(), hostileJson) },
  { requiredKeys: ['name'] },
);
const thread = fc.record(
  {
    os_thread_id: fc.oneof(fc.integer(), fc.constant(null), hostileJson),
    thread_name: fc.oneof(hostileText, fc.constant(null)),
    owns_gil: fc.oneof(fc.boolean(), hostileJson),
    frames: fc.array(fc.oneof({ weight: 5, arbitrary: frame }, hostileJson), { maxLength: 5 }),
    extra: hostileJson,
  },
  { requiredKeys: ['frames'] },
);
const pySpyText = fc.oneof(
  fc.array(thread, { maxLength: 4 }).map((threads) => JSON.stringify(threads)),
  fc.array(thread, { maxLength: 2 }).map((threads) => JSON.stringify({ threads, version: 2 })),
  hostileJson.map((json) => JSON.stringify(json) ?? ''),
  hostileText,
  fc.tuple(fc.array(thread), fc.nat()).map(([threads, at]) => JSON.stringify(threads).slice(0, at)),
);
fuzz<[string]>('what py-spy prints', [pySpyText], (text) => givesThreads(() => parsePySpyJson(text)));

const line = fc.oneof(
  fc.constantFrom(
    'Current thread 0x00007f0000000001 (most recent call first):',
    'Thread 0x1 [x] (most recent call first):',
  ),
  fc.constantFrom('  Garbage-collecting', '  <no Python frame>', '  ...', '...', '', '  File "'),
  fc
    .tuple(hostileText, fc.integer(), hostileText)
    .map(([file, number, name]) => `  File "${file}", line ${number} in ${name}`),
  fc.constantFrom('  File "\\U0010ffff\\ud800\\xff", line 1 in \\U00110000', '  File ???, line ??? in x'),
  hostileText,
);
fuzz<[string[]]>('what faulthandler writes', [fc.array(line, { maxLength: 12 })], (lines) => {
  const text = `${lines.join('\n')}\n`;
  expect([true, false]).toContain(isWholeFaulthandlerText(text));
  givesThreads(() => parseFaulthandlerText(text));
});

const answer = fc.record(
  {
    pid: fc.oneof(fc.integer(), hostileJson),
    error: fc.oneof(hostileText, fc.constant(null)),
    omitted: fc.integer(),
    tasks: fc.array(
      fc.record({
        id: hostileText,
        name: hostileText,
        stack: fc.array(fc.record({ function: hostileText, file: hostileText, line: fc.integer() }), {
          maxLength: 3,
        }),
        awaitedBy: fc.array(hostileText, { maxLength: 3 }),
      }),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: ['pid'] },
);
fuzz<[string]>(
  'what the reader of tasks prints',
  [
    fc.oneof(
      fc.array(answer).map((answers) => answers.map((one) => `${JSON.stringify(one)}\n`).join('')),
      hostileText,
    ),
  ],
  (text) => {
    try {
      for (const { tasks, omitted } of parseTaskGraphs(text))
        expect(typeof taskGraphText(tasks, omitted)).toBe('string');
    } catch (error) {
      expect(error instanceof SyntaxError || error instanceof z.ZodError).toBe(true);
    }
  },
);

fuzz<[number, number]>('stacks of any size', [fc.nat(3_000), fc.nat(3_000)], (threads, frames) => {
  const stack = Array.from({ length: Math.floor(frames / Math.max(1, threads / 100)) }, (_, at) => ({
    function: `f${at}`,
    file: 'app.py',
    line: at,
  }));
  const kept = bounded(
    Array.from({ length: threads }, (_, tid) => ({ tid, name: null, ownsGil: false, frames: stack })),
    0,
  );
  expect(kept.reduce((sum, thread) => sum + thread.frames.length, 0)).toBeLessThanOrEqual(22_500);
  expect(kept[0]?.frames.at(-1)).toEqual(threads === 0 ? undefined : stack.at(-1));
  expect(kept[0]?.frames[0]).toEqual(threads === 0 ? undefined : stack[0]);
});

const path = fc.oneof(
  fc.constantFrom('/', '/health', '/a/b', '//evil.example', '/\\evil', '/a?b', '/{id}', '/../x', '/a#b'),
  hostileText,
);
const operation = fc.oneof(
  fc.constant({ get: { responses: { 200: { content: { 'application/json': {} } } } } }),
  fc.constant({ get: { responses: {}, security: [] } }),
  fc.record({ get: hostileJson }),
  hostileJson,
);
const api = fc
  .tuple(fc.array(fc.tuple(path, operation), { maxLength: 6 }), path, hostileJson)
  .map(([routes, url, security]) =>
    JSON.stringify({ openapi: '3.1.0', paths: Object.fromEntries(routes), servers: [{ url }], security }),
  );
fuzz<[string, string]>(
  'what an app says of its routes',
  [
    fc.oneof(
      api,
      hostileText,
      hostileJson.map((json) => JSON.stringify(json) ?? ''),
    ),
    path,
  ],
  (text, prefix) => {
    const read = readOpenApi(text);
    if (!read) return;
    for (const candidate of candidatesOf(read, isPlainPath(prefix) ? prefix : '', [])) {
      expect(isPlainPath(candidate)).toBe(true);
      expect(new URL(candidate, 'http://127.0.0.1:8000').origin).toBe('http://127.0.0.1:8000');
    }
  },
);

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, describe, expect, test } from '@jest/globals';
import { BackendLog } from '../../src/backend/log.ts';
import { isLike } from '../../src/report-folder/file-digest.ts';

const megabyte = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'hang gate log '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

interface Drained {
  readonly log: BackendLog;
  readonly file: string;
  /** Resolves when the program has ended. */
  readonly exited: Promise<unknown>;
}

/** A program whose both outputs go into a log. */
function drained(program: string, file = join(folder, `${++count}.log`)): Drained {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'pipe'] });
  const log = new BackendLog(file, () => performance.now());
  log.drain(child.stdout);
  log.drain(child.stderr);
  return { log, file, exited: once(child, 'exit') };
}

const printing = (megabytes: number) => `
  const fs = require('node:fs');
  fs.writeSync(1, 'the first line\\n');
  const block = Buffer.from(('x'.repeat(99) + '\\n').repeat(5_000));
  for (let at = 0; at < ${megabytes * 2}; at += 1) {
    for (let from = 0; from < block.length; ) from += fs.writeSync(1 + (at % 2), block, from);
  }
  fs.writeSync(2, 'the last line\\n');
`;

test('a short log is kept as it is', async () => {
  const { log, file, exited } = drained(
    'console.log("one"); console.log("\\x1b[31mtwo\\x1b[0m"); process.stdout.write("three")',
  );
  await exited;
  await log.close();

  expect(readFileSync(file, 'utf8')).toBe('one\n\x1b[31mtwo\x1b[0m\nthree');
  expect(log.lastLines(2)).toEqual(['two', 'three']);
});

describe('a log of 300 MB', () => {
  test('is taken at once, in bounded memory and a bounded file that has its head and its tail', async () => {
    const { log, file, exited } = drained(printing(300));
    const before = process.memoryUsage().rss;
    let most = before;
    const timer = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 20);
    await exited;
    clearInterval(timer);
    await log.close();
    const text = readFileSync(file, 'utf8');

    expect((most - before) / megabyte).toBeLessThan(150);
    expect(statSync(file).size / megabyte).toBeLessThan(10);
    expect(text.startsWith('the first line\n')).toBe(true);
    expect(text.endsWith('\nthe last line\n')).toBe(true);
    expect(text).toMatch(/\n\[hang-gate: 2\d{8} bytes left out here\]\n/);
    expect(log.lastLines(1)).toEqual(['the last line']);
  });
});

test('a log just over the limit loses nothing that is not told', async () => {
  const { log, file, exited } = drained(printing(9));
  await exited;
  await log.close();
  const text = readFileSync(file, 'utf8');
  const [mark = '', leftOut = 0] = /\n\[hang-gate: (\d+) bytes left out here\]\n/.exec(text) ?? [];

  expect(text.length - mark.length + Number(leftOut)).toBe(
    9_000_000 + 'the first line\nthe last line\n'.length,
  );
});

test('a disk that takes nothing stops neither the backend nor the gate', async () => {
  const { log, exited } = drained(printing(20), '/dev/full');
  await exited;
  await log.close();

  expect(log.lastLines(1)).toEqual(['the last line']);
});

test('a line without end is cut in the report', async () => {
  const { log, exited } = drained('process.stdout.write("y".repeat(3_000_000))');
  await exited;
  await log.close();

  expect(log.lastLines(20).map(({ length }) => length)).toEqual([500]);
});

test('a pipe that a grandchild still holds is not waited for', async () => {
  const { log, file, exited } = drained(`
    const child = require('node:child_process').spawn('sleep', ['20'], { stdio: 'inherit', detached: true });
    child.unref();
    console.log(child.pid);
  `);
  await exited;
  const began = performance.now();
  await log.close();
  process.kill(Number(readFileSync(file, 'utf8')));

  expect(performance.now() - began).toBeLessThan(5_000);
});

test('what arrives while the log is closed, or later, changes neither the file nor what is known of it', async () => {
  const file = join(folder, `${++count}.log`);
  const log = new BackendLog(file, () => performance.now());
  const output = new PassThrough();
  log.drain(output);
  const printing = setInterval(() => output.write('tick\n'.repeat(1_000)), 1);
  try {
    const digest = await log.close();
    await once(output, 'data');
    expect(await isLike(file, digest)).toBe(true);
  } finally {
    clearInterval(printing);
  }
  expect(log.error).toBeUndefined();
});

test('each of the last lines has the time at which its end arrived', async () => {
  const { log, exited } = drained(`
    const say = (text, ms) => setTimeout(() => process.stdout.write(text), ms);
    say('one\\ntwo\\r\\n', 0);
    say('th', 300);
    say('ree\\n\\n', 1_000);
    say('four', 1_400);
  `);
  await exited;
  await log.close();
  const lines = log.lastTimedLines();
  expect(lines.map(({ text }) => text)).toEqual(['one', 'two', 'three', 'four']);
  const [one, two, three, four] = lines.map(({ atMs }) => atMs) as [number, number, number, number];
  expect(two).toBe(one);
  expect(three - two).toBeGreaterThan(500);
  expect(four - three).toBeGreaterThan(100);
});

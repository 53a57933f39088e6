/** Roles by what `/proc` showed of real servers, reduced to what tells. */
import { describe, expect, test } from '@jest/globals';
import { type ProcessFacts, rolesOf } from '../../../src/processes/roles.ts';

const port = '1001';
const otherPort = '1002';
const listening = { onPort: new Set([port]), all: new Set([port, otherPort]) };

interface Shape {
  parent?: number;
  python?: string | null;
  command?: string;
  holds?: string[];
  /** What each of its epoll instances watches. */
  polls?: string[][];
}

function facts(
  pid: number,
  { parent = 1, python = '3.11', command = 'python serve.py', holds = [], polls = [] }: Shape,
): ProcessFacts {
  return {
    pid,
    parentPid: parent,
    python,
    commandLine: command,
    inodes: new Set([...holds, ...polls.flat()]),
    eventPolls: polls.map((watches) => ({ watches: new Set(watches) })),
  };
}

function roles(shapes: Record<number, Shape>): Record<number, string> {
  const processes = Object.entries(shapes).map(([pid, shape]) => facts(Number(pid), shape));
  return Object.fromEntries(rolesOf(processes, listening));
}

const spawned = 'python -c from multiprocessing.spawn import spawn_main; spawn_main() --multiprocessing-fork';
const tracker = 'python -c from multiprocessing.resource_tracker import main;main(6)';
const forkServer = 'python -c from multiprocessing.forkserver import main; main(5, 6, [])';
const worker = (parent: number, wakeUp: string, command?: string): Shape => ({
  parent,
  polls: [[port, wakeUp]],
  ...(command !== undefined && { command }),
});

describe('servers', () => {
  test('one process', () => {
    expect(roles({ 10: { polls: [[port, '7']] } })).toEqual({ 10: 'worker' });
  });

  test('a supervisor that holds the socket, with spawned workers', () => {
    expect(
      roles({
        10: { holds: [port] },
        11: { parent: 10, command: tracker },
        12: worker(10, '7', spawned),
        13: worker(10, '8', spawned),
      }),
    ).toEqual({ 10: 'master', 11: 'helper', 12: 'worker', 13: 'worker' });
  });

  test('a master that runs a loop of its own beside', () => {
    expect(
      roles({ 10: { holds: [port], polls: [['5']] }, 11: worker(10, '7'), 12: worker(10, '8') }),
    ).toEqual({ 10: 'master', 11: 'worker', 12: 'worker' });
  });

  test('a master without the socket, whose workers are forked', () => {
    expect(roles({ 10: {}, 11: worker(10, '7') })).toEqual({ 10: 'master', 11: 'worker' });
  });

  test('workers that a fork server forked', () => {
    expect(
      roles({ 10: {}, 11: { parent: 10, command: forkServer }, 12: worker(11, '7', forkServer) }),
    ).toEqual({ 10: 'master', 11: 'helper', 12: 'worker' });
  });

  test('a hung worker is one still: its loop watches the socket', () => {
    const hung = { parent: 10, polls: [[port, '8', 'a connection']] };
    expect(roles({ 10: { holds: [port] }, 11: worker(10, '7'), 12: hung })).toMatchObject({ 12: 'worker' });
  });
});

describe('absent data makes neither a master nor a helper', () => {
  test.each<[string, Shape]>([
    ['holds the socket', { parent: 10, holds: [port] }],
    ['holds nothing', { parent: 10 }],
    ['runs a loop that does not serve yet', { parent: 10, polls: [['8']] }],
    ['was forked by a fork server', { parent: 13, command: forkServer }],
  ])('a worker that hangs before its loop serves and %s', (_, hung) => {
    expect(
      roles({
        10: { holds: [port] },
        11: worker(10, '7'),
        12: hung,
        13: { parent: 10, command: forkServer },
      }),
    ).toMatchObject({ 10: 'master', 12: 'backend' });
  });

  test('nobody serves yet', () => {
    expect(roles({ 10: { holds: [port] }, 11: { parent: 10, holds: [port] } })).toEqual({
      10: 'backend',
      11: 'backend',
    });
  });

  test('a process below a pool, but not below a worker', () => {
    expect(roles({ 10: {}, 11: { parent: 10, command: spawned } })).toEqual({ 10: 'backend', 11: 'backend' });
  });
});

describe('what a worker has started', () => {
  const serving = { 10: { polls: [[port, '7']] } };

  test.each<[string, Shape]>([
    ['a spawned child', { parent: 10, command: spawned }],
    ['a forked child, which shares its epoll instance', { parent: 10, polls: [[port, '7']] }],
    ['a child that runs a loop without serving', { parent: 10, command: spawned, polls: [['8']] }],
    ['another Python program', { parent: 10, command: 'python -m compileall' }],
  ])('%s is a helper', (_, child) => {
    expect(roles({ ...serving, 11: child })).toEqual({ 10: 'worker', 11: 'helper' });
  });

  test('one that serves on another socket may be what hangs', () => {
    expect(roles({ ...serving, 11: { parent: 10, polls: [[otherPort, '8']] } })).toMatchObject({
      11: 'backend',
    });
  });

  test('one that serves the same socket by a loop of its own is a worker', () => {
    expect(roles({ ...serving, 11: { parent: 10, polls: [[port, '8']] } })).toMatchObject({ 11: 'worker' });
  });

  test('a child of a child is a helper too, and another program a wrapper', () => {
    expect(
      roles({ ...serving, 11: { parent: 10, python: null, command: 'sh -c' }, 12: { parent: 11 } }),
    ).toEqual({ 10: 'worker', 11: 'wrapper', 12: 'helper' });
  });
});

describe('wrappers', () => {
  test('another program', () => {
    expect(
      roles({ 9: { python: null, command: 'uv run serve' }, 10: { parent: 9, polls: [[port, '7']] } }),
    ).toEqual({
      9: 'wrapper',
      10: 'worker',
    });
  });

  test('a Python that only runs another program', () => {
    expect(
      roles({ 9: { command: 'python start.py' }, 10: { parent: 9, holds: [port] }, 11: worker(10, '7') }),
    ).toEqual({
      9: 'wrapper',
      10: 'master',
      11: 'worker',
    });
  });

  test('a proxy in front that is no Python serves, and is a wrapper all the same', () => {
    expect(roles({ 9: { python: null, polls: [[port, '7']] }, 10: { parent: 9 } })).toEqual({
      9: 'wrapper',
      10: 'backend',
    });
  });
});

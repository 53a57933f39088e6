import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { Backend } from '../../src/backend/backend.ts';
import { assertPortIsFree, findFreePort, portOf } from '../../src/backend/port.ts';
import { listBackendProcesses } from '../../src/processes/backend-processes.ts';
import { connectionsWaitingOn, listenersOn } from '../../src/processes/listeners.ts';
import {
  commandLine,
  descendants,
  isAlive,
  listProcesses,
  readProcessEntry,
  withEnvironment,
} from '../../src/processes/process-table.ts';
import { pythonVersionOf } from '../../src/processes/python.ts';
import { readScheduling } from '../../src/processes/scheduling.ts';
import { killNow, type ProcessFamily, terminate } from '../../src/processes/terminate.ts';
import { Redactor } from '../../src/redaction/redactor.ts';
import { ReportFolder, reportFiles } from '../../src/report-folder/report-folder.ts';
import { readResources } from '../../src/resources/read-resources.ts';
import { requiredPython } from '../support/cli/python.ts';
import { planOf, recorderOf } from './support/parts.ts';
import { listening } from './support/servers.ts';
import { sleep, until } from './support/waiting.ts';

const python = requiredPython();
const folder = mkdtempSync(join(tmpdir(), 'hang gate processes '));
const families: ProcessFamily[] = [];
afterEach(() => families.splice(0).forEach(killNow));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Family extends ProcessFamily {
  readonly child: ChildProcess;
  /** Words that it printed: pids, mostly. */
  readonly words: () => string[];
}

/** Starts a program as the gate starts a backend. */
async function family(file: string, args: readonly string[]): Promise<Family> {
  const id = randomUUID();
  const child = spawn(file, args, {
    detached: true,
    // Unbuffered, a line comes in pieces.
    env: { ...process.env, HANG_GATE_RUN: id, PYTHONUNBUFFERED: '' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child, 'spawn');
  let printed = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const started = {
    child,
    rootPid: child.pid as number,
    seen: new Map(),
    mark: `HANG_GATE_RUN=${id}`,
    words: () => printed.split(/\s+/).filter(Boolean),
  };
  families.push(started);
  return started;
}

const shell = (line: string) => family('/bin/sh', ['-c', line]);
const script = (text: string) => family(python, ['-c', text]);

function alive(pid: number): boolean {
  const entry = readProcessEntry(pid);
  return entry !== undefined && isAlive(entry);
}

/** Prints the pids of a daemon (two forks, a session of its own) and of itself. */
const daemon = `
import os, time
reading, writing = os.pipe()
if os.fork() == 0:
    os.setsid()
    pid = os.fork()
    if pid == 0:
        time.sleep(600)
    os.write(writing, str(pid).encode())
    os._exit(0)
os.wait()
print(os.read(reading, 20).decode(), os.getpid(), flush=True)
time.sleep(600)
`;

describe('the process table', () => {
  test('knows this process and its children', async () => {
    const { rootPid, words } = await shell('sleep 600 & echo $!; wait');
    await until(() => words().length === 1);
    const table = listProcesses();

    expect(table.find(({ pid }) => pid === rootPid)).toMatchObject({
      parentPid: process.pid,
      groupId: rootPid,
    });
    expect(descendants(rootPid, table).map(({ pid }) => pid)).toEqual([rootPid, Number(words()[0])]);
  });

  test('reads a program whose name holds parentheses and spaces', async () => {
    const odd = join(folder, 'a) R 1 (b');
    copyFileSync('/bin/sleep', odd);
    const { rootPid } = await family(odd, ['600']);
    await until(() => commandLine(rootPid) === `${odd} 600`);
    await until(() => readProcessEntry(rootPid)?.state === 'S');

    expect(readProcessEntry(rootPid)).toMatchObject({ parentPid: process.pid, groupId: rootPid });
  });

  test('does not take a zombie, a dead process or a reused pid for alive', async () => {
    const { rootPid, words } = await script(`
import os, time
pid = os.fork()
if pid == 0:
    os._exit(0)
print(pid, flush=True)
time.sleep(600)
`);
    await until(() => words().length === 1);
    const zombie = Number(words()[0]);
    await until(() => readProcessEntry(zombie)?.state === 'Z');
    const entry = readProcessEntry(rootPid);

    expect(alive(zombie)).toBe(false);
    expect(entry && isAlive(entry)).toBe(true);
    expect(entry && isAlive({ ...entry, startTicks: entry.startTicks - 1 })).toBe(false);
    expect(alive(2 ** 22 + 1)).toBe(false);
  });

  test('finds by its environment who left the tree', async () => {
    const { rootPid, mark, words } = await script(daemon);
    await until(() => words().length === 2);
    const table = listProcesses();
    const pid = Number(words()[0]);

    expect(descendants(rootPid, table).map((entry) => entry.pid)).not.toContain(pid);
    expect(
      withEnvironment(mark, table)
        .map((entry) => entry.pid)
        .sort(),
    ).toEqual([rootPid, pid].sort());
    expect(withEnvironment(mark.slice(0, -1), table)).toEqual([]);
  });
});

describe('what is known of a process', () => {
  test('its Python', async () => {
    const { rootPid, words } = await script(
      'import sys, time; print(".".join(map(str, sys.version_info[:2])), flush=True); time.sleep(600)',
    );
    await until(() => words().length === 1);

    expect(pythonVersionOf(rootPid)).toBe(words()[0]);
    expect(pythonVersionOf(process.pid)).toBeNull();
    expect(pythonVersionOf(2 ** 22 + 1)).toBeNull();
  });

  test('its descriptors, sockets and threads', async () => {
    const { rootPid, words } = await script(`
import socket, threading, time
sockets = [socket.socket() for _ in range(3)]
for _ in range(4):
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
print("ready", flush=True)
time.sleep(600)
`);
    await until(() => words().length === 1);
    const figures = readResources(rootPid);

    expect(figures).toMatchObject({ threads: 5 });
    expect((figures?.fds ?? 0) - (figures?.sockets ?? 0)).toBeGreaterThanOrEqual(1);
    expect(figures?.sockets).toBeGreaterThanOrEqual(3);
    expect(readResources(2 ** 22 + 1)).toBeUndefined();
  });

  test('whether its thread sleeps or runs', async () => {
    const sleeper = await script('import time; print("ready", flush=True); time.sleep(600)');
    const spinner = await script('print("ready", flush=True)\nwhile True: pass');
    await until(() => sleeper.words().length === 1 && spinner.words().length === 1);
    const before = readScheduling(spinner.rootPid, spinner.rootPid);
    await sleep(300);
    const after = readScheduling(spinner.rootPid, spinner.rootPid);

    expect(readScheduling(sleeper.rootPid, sleeper.rootPid)).toMatchObject({ state: 'S' });
    expect(after?.state).toBe('R');
    expect((after?.ranMs ?? 0) - (before?.ranMs ?? 0)).toBeGreaterThan(50);
    expect(readScheduling(2 ** 22 + 1, 1)).toBeNull();
  });
});

describe('a port', () => {
  test('is free when nobody listens', async () => {
    const port = await findFreePort();
    const ephemeral = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8');

    expect(port).toBeLessThan(Number.parseInt(ephemeral, 10));
    await assertPortIsFree(`http://127.0.0.1:${port}`);
    expect(listenersOn(port, listProcesses())).toEqual([]);
  });

  test('that this process serves is in use, by it', async () => {
    const { port } = await listening(createServer());

    await expect(assertPortIsFree(`http://127.0.0.1:${port}`)).rejects.toMatchObject({
      code: 'port-in-use',
      message: expect.stringContaining(`Port ${port} is already served by pid ${process.pid} (`),
    });
  });

  test.each(['127.0.0.1', '::1', '0.0.0.0', '::'])(
    'served at %s has the owner and its child, and not who has no socket',
    async (address) => {
      const { rootPid, words } = await script(`
import os, socket, time
family = socket.AF_INET6 if ":" in ${JSON.stringify(address)} else socket.AF_INET
listener = socket.create_server((${JSON.stringify(address)}, 0), family=family)
holder = os.fork()
if holder == 0:
    time.sleep(600)
other = os.fork()
if other == 0:
    listener.close()
    time.sleep(600)
print(holder, other, listener.getsockname()[1], flush=True)
time.sleep(600)
`);
      await until(() => words().length === 3);
      const [holder, , port] = words().map(Number) as [number, number, number];
      const host = address.includes(':') ? '[::1]' : '127.0.0.1';
      await until(() => listenersOn(port, listProcesses()).length === 2);

      expect(
        listenersOn(port, listProcesses())
          .map(({ pid }) => pid)
          .sort(),
      ).toEqual([rootPid, holder].sort());
      await expect(assertPortIsFree(`http://${host}:${port}`)).rejects.toThrow(
        `pid ${rootPid} (${python} -c`,
      );
    },
  );

  test('knows how many connections nobody has accepted', async () => {
    const { words } = await script(`
import socket, time
listener = socket.create_server(("127.0.0.1", 0), backlog=20)
print(listener.getsockname()[1], flush=True)
connections = [listener.accept() for _ in range(2)]
print("enough", flush=True)
time.sleep(600)
`);
    await until(() => words().length === 1);
    const port = Number(words()[0]);
    const clients: Socket[] = [];
    try {
      for (let client = 0; client < 5; client += 1) {
        const socket = connect(port, '127.0.0.1');
        clients.push(socket);
        await once(socket, 'connect');
      }
      await until(() => words().length === 2);

      expect(connectionsWaitingOn(port)).toBe(3);
      expect(connectionsWaitingOn(await findFreePort())).toBeUndefined();
    } finally {
      for (const client of clients) client.destroy();
    }
  });

  test('is implied by the scheme', () => {
    expect(['http://x', 'https://x', 'http://x:8000', 'https://[::1]:9'].map(portOf)).toEqual([
      80, 443, 8000, 9,
    ]);
  });
});

test('the processes of a backend are its tree and its daemon, with their part in it', async () => {
  const started = await shell(`'${python}' -c '${daemon}'; true`);
  await until(() => started.words().length === 2);
  const processes = listBackendProcesses(started, 1);
  const roles = Object.fromEntries(processes.map(({ pid, role }) => [pid, role]));

  expect(roles).toEqual({
    [started.rootPid]: 'wrapper',
    [started.words()[0] ?? '']: 'backend',
    [started.words()[1] ?? '']: 'backend',
  });
  expect(processes.every(({ listening: listens }) => !listens)).toBe(true);
});

describe('terminate', () => {
  test('lets a polite program end in order', async () => {
    const file = join(folder, 'last words');
    const started = await shell(
      `trap 'echo bye >"${file}"; exit 0' TERM; echo ready; while :; do sleep 0.05; done`,
    );
    await until(() => started.words().length === 1);

    expect(await terminate(started, true)).toEqual([]);
    expect(readFileSync(file, 'utf8')).toBe('bye\n');
  });

  test('is not polite to a hung one', async () => {
    const file = join(folder, 'unsaid words');
    const started = await shell(
      `trap 'echo bye >"${file}"; exit 0' TERM; echo ready; while :; do sleep 0.05; done`,
    );
    await until(() => started.words().length === 1);

    expect(await terminate(started, false)).toEqual([]);
    expect(existsSync(file)).toBe(false);
  });

  const kinds = {
    'that ignores SIGTERM': `
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(os.getpid(), os.getpid(), flush=True)
time.sleep(600)`,
    'whose child left the group': `
import os, time
pid = os.fork()
if pid == 0:
    os.setpgid(0, 0)
    time.sleep(600)
print(pid, os.getpid(), flush=True)
time.sleep(600)`,
    'whose child left the session and ignores SIGTERM': `
import os, signal, time
pid = os.fork()
if pid == 0:
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)
print(pid, os.getpid(), flush=True)
time.sleep(600)`,
    'that left a daemon': daemon,
    'whose own process is gone while its daemon lives': daemon.replace(/time\.sleep\(600\)\n$/, ''),
    'that is stopped': `
import os, signal
print(os.getpid(), os.getpid(), flush=True)
os.kill(os.getpid(), signal.SIGSTOP)`,
  };

  test.each(Object.entries(kinds))('ends a family %s', async (_name, program) => {
    const started = await script(program);
    await until(() => started.words().length === 2);
    const began = performance.now();

    expect(await terminate(started, true)).toEqual([]);
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(started.words().map(Number).filter(alive)).toEqual([]);
  });

  test.each(Object.entries(kinds))('in the last moment: a family %s', async (_name, program) => {
    const started = await script(program);
    await until(() => started.words().length === 2);
    killNow(started);
    await until(() => !started.words().map(Number).some(alive));
  });

  test('ends a family that keeps forking', async () => {
    const started = await script(`
import os, time
print("ready", flush=True)
while True:
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
    else:
        os.wait()
        time.sleep(600)
    time.sleep(0.03)
`);
    await until(() => started.words().length === 1);
    await sleep(200);

    expect(await terminate(started, false)).toEqual([]);
    await sleep(200);
    expect(withEnvironment(started.mark, listProcesses())).toEqual([]);
  });

  test('does not touch who is no part of the family', async () => {
    const other = await shell('sleep 600');
    const started = await shell('sleep 600');

    await terminate(started, true);
    expect(alive(other.rootPid)).toBe(true);
    expect(await terminate(started, true)).toEqual([]);
  });
});

describe('the backend', () => {
  const start = (command: readonly string[], settings: Record<string, unknown> = {}) => {
    const plan = { ...planOf(settings), command: { kind: 'argv' as const, argv: command } };
    const recorder = recorderOf(plan);
    const files = new ReportFolder(join(folder, randomUUID()));
    mkdirSync(files.path);
    const logPath = join(files.path, reportFiles.log);
    const redactor = new Redactor([]);
    const options = { recorder, files, redactor, proxyUrl: 'http://127.0.0.1:9', runId: randomUUID() };
    return { recorder, logPath, backend: Backend.start(plan, options) };
  };

  test('sees the proxy, its own settings and none of the secrets around it', async () => {
    const program = 'import json, os; print(json.dumps(dict(os.environ)))';
    process.env['HANG_GATE_TEST_SECRET'] = 'secret';
    process.env['GITHUB_TOKEN'] ??= 'secret';
    const { backend, logPath } = start([python, '-c', program], { env: 'NEWS_STREAM=blocking\nPATH=/own' });
    await using started = await backend;
    await until(() => started.exited.aborted);
    await started.stop(false);
    const environment = JSON.parse(readFileSync(logPath, 'utf8'));

    expect(environment).toMatchObject({
      NEWS_STREAM: 'blocking',
      PATH: '/own',
      HTTP_PROXY: 'http://127.0.0.1:9',
      https_proxy: 'http://127.0.0.1:9',
      NO_PROXY: expect.stringContaining('127.0.0.1'),
      HANG_GATE_RUN: expect.any(String),
    });
    expect(environment).not.toHaveProperty('HANG_GATE_TEST_SECRET');
    expect(environment).not.toHaveProperty('GITHUB_TOKEN');
  });

  test('that ends by itself is told with its code and its last words', async () => {
    const { backend, recorder } = start([python, '-c', 'import sys; sys.exit("no database")']);
    await using started = await backend;
    await until(() => started.exited.aborted);
    await started.stop(false);

    expect(recorder.evidence.backend).toMatchObject({
      exit: { code: 1, signal: null },
      lastLogLines: ['no database'],
    });
  });

  test('that died unheard, a moment before the gate stops it, ended by itself', async () => {
    const { backend, recorder } = start(['sh', '-c', 'exit 7']);
    await using started = await backend;
    // Blocks this process too, so that it cannot hear of the end.
    while (readProcessEntry(started.pid)?.state !== 'Z');
    await started.stop(true);

    expect(recorder.evidence.backend.exit).toMatchObject({ code: 7, signal: null });
  });

  test('that the gate stops did not end by itself', async () => {
    const { backend, recorder } = start(['sleep', '600']);
    const started = await backend;
    await Promise.all([started.stop(true), started.stop(true)]);

    expect(recorder.evidence.backend.exit).toBeNull();
    expect(alive(started.pid)).toBe(false);
  });

  test('that is no program is told as a shell does', async () => {
    const { backend, recorder } = start(['/no/such program']);

    await expect(backend).rejects.toMatchObject({ why: 'exited' });
    expect(recorder.evidence.backend.exit).toMatchObject({ code: 127 });
  });

  test('that may not be run is told as a shell does', async () => {
    const { backend, recorder } = start([folder]);

    await expect(backend).rejects.toMatchObject({ why: 'exited' });
    expect(recorder.evidence.backend.exit).toMatchObject({ code: 126 });
  });
});

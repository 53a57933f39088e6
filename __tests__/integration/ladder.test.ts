/** The rungs that need no tool, with every Python of this machine. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Thread } from '../../src/evidence/schema.ts';
import { StackShim } from '../../src/stacks/faulthandler/shim.ts';
import { shimSource } from '../../src/stacks/faulthandler/shim-source.ts';
import { faulthandlerSource } from '../../src/stacks/sources/faulthandler.ts';
import { procSource } from '../../src/stacks/sources/proc.ts';

/** Every minor version that runs here, from PATH and from pyenv. */
function interpreters(): [version: string, path: string][] {
  return ['3.10', '3.11', '3.12', '3.13', '3.14'].flatMap((version): [string, string][] => {
    const installed = globSync(join(homedir(), `.pyenv/versions/${version}.*/bin/python`));
    const path = [...installed, `python${version}`].find((candidate) => {
      const { stdout } = spawnSync(candidate, ['-c', 'import sys; print(*sys.version_info[:2], sep=".")']);
      return stdout?.toString().trim() === version;
    });
    return path === undefined ? [] : [[version, path]];
  });
}

const settleMs = 200;
const found = interpreters();
const root = realpathSync(mkdtempSync(join(tmpdir(), 'hang-gate-ladder-')));
const children: ChildProcess[] = [];
let shim: StackShim;

beforeAll(async () => {
  shim = await StackShim.create(join(root, 'shim'));
});
afterEach(() => {
  for (const { pid } of children.splice(0)) if (pid !== undefined) endGroup(pid);
});
afterAll(async () => {
  await shim[Symbol.asyncDispose]();
  rmSync(root, { recursive: true, force: true });
});

/** What a child forked may outlive it, and holds its output. */
function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

test('there is a Python to test with', () => {
  expect(found).not.toEqual([]);
});

/** Prints its pids, one a line, and then hangs in `hang`. */
const hangs = `
import os, threading, time
def hang():
    print(os.getpid(), flush=True)
    time.sleep(30)
`;

interface Started {
  readonly child: ChildProcess;
  readonly pids: readonly number[];
}

async function start(
  python: string,
  flags: readonly string[],
  script: string,
  { pids: wanted = 1, env = {} }: { pids?: number; env?: Record<string, string> } = {},
): Promise<Started> {
  const path = join(mkdtempSync(join(root, 'run-')), 'app.py');
  writeFileSync(path, script);
  const child = spawn(python, [...flags, path], {
    env: shim.addTo({ PATH: process.env['PATH'] ?? '', ...env }),
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  children.push(child);
  const pids: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (pids.push(Number(line)) === wanted) break;
  }
  return { child, pids };
}

async function stacksOf(pid: number): Promise<readonly Thread[]> {
  return (await faulthandlerSource(shim.folder).dump(pid, 1_500)).threads;
}

/** It has said that it will hang; the next lines are soon. */
async function hungStacksOf(pid: number): Promise<readonly Thread[]> {
  await sleep(settleMs);
  return stacksOf(pid);
}

const topOf = (threads: readonly Thread[]) =>
  threads.at(-1)?.frames.find(({ function: name }) => name === 'hang')?.function;

describe.each(found)('Python %s', (_version, python) => {
  test('shows the line in which it hangs, and goes on', async () => {
    const { child, pids } = await start(python, [], `${hangs}\nhang()`);
    const began = performance.now();
    const threads = await hungStacksOf(pids[0] as number);

    expect(performance.now() - began).toBeLessThan(3_000);
    expect(threads.map(({ frames }) => frames[0]?.function)).toEqual(['hang']);
    expect(threads[0]?.frames[0]).toMatchObject({ file: child.spawnargs.at(-1), line: 5 });
    expect(await stacksOf(pids[0] as number)).toEqual(threads);
    expect(child.exitCode).toBeNull();
  });

  test('shows every thread, also while C code holds the interpreter', async () => {
    const regex = `import re\nthreading.Thread(target=hang, daemon=True).start()\ntime.sleep(0.2)\nre.match(r'(a+)+$', 'a' * 40 + 'b')`;
    const { pids } = await start(python, [], hangs + regex);
    await sleep(2 * settleMs);
    const threads = await stacksOf(pids[0] as number);

    expect(threads).toHaveLength(2);
    expect(threads.at(-1)?.frames[0]?.file).toMatch(/\/re(\/__init__)?\.py$/);
  });

  test.each([
    ['os.fork', 'if os.fork() == 0: hang()\nelse: hang()'],
    [
      'a fork of a fork',
      'if os.fork() == 0:\n    if os.fork() == 0: hang()\n    time.sleep(30)\nelse: hang()',
    ],
    ...['fork', 'spawn', 'forkserver'].map((method) => [
      `multiprocessing, ${method}`,
      `import multiprocessing\nif __name__ == '__main__':\n    multiprocessing.get_context('${method}').Process(target=hang, daemon=True).start()\n    hang()`,
    ]),
    [
      'a subprocess',
      `import subprocess, sys\nif len(sys.argv) < 2: subprocess.Popen([sys.executable, __file__, 'x'])\nhang()`,
    ],
  ])('each process of %s has stacks of its own', async (_name, script) => {
    const { pids } = await start(python, [], `${hangs}\n${script}`, { pids: 2 });
    for (const pid of pids) expect(topOf(await stacksOf(pid))).toBe('hang');
    expect(new Set(pids).size).toBe(2);
  });

  test.each(['-I', '-E', '-S'])('%s ignores it, and is not sent a signal that would end it', async (flag) => {
    const { child, pids } = await start(python, [flag], `${hangs}\nhang()`);
    await expect(stacksOf(pids[0] as number)).rejects.toThrow("did not load the gate's sitecustomize");
    const { threads } = await procSource.dump(pids[0] as number, 300);

    expect(threads).toEqual([{ tid: pids[0], name: expect.any(String), ownsGil: false, frames: [] }]);
    expect(child.exitCode).toBeNull();
    expect(child.signalCode).toBeNull();
  });

  test('is not sent it either when it has closed the file, which may be another one by now', async () => {
    const { pids } = await start(python, [], `${hangs}\nos.closerange(3, 100)\nhang()`);
    await expect(stacksOf(pids[0] as number)).rejects.toThrow('did not load');
  });

  test('costs less than 5 ms', () => {
    const load = `import os, sys, time\nsource = open(os.path.join(os.environ['HANG_GATE_STACKS_DIR'], 'sitecustomize.py')).read()\ncode = compile(source.replace('_hand_over()\\n', '').rstrip(), 'x', 'exec')\nbegan = time.perf_counter()\nexec(code, {'__file__': 'x'})\nprint((time.perf_counter() - began) * 1000)`;
    const times = Array.from({ length: 5 }, () =>
      Number(execFileSync(python, ['-E', '-c', load], { env: shim.addTo({}) })),
    );
    expect(Math.min(...times)).toBeLessThan(5);
  });

  describe('an existing sitecustomize', () => {
    function withOwn(source: string, script: string, env: Record<string, string> = {}) {
      const folder = mkdtempSync(join(root, 'own-'));
      writeFileSync(join(folder, 'sitecustomize.py'), source);
      return spawnSync(python, ['-c', script], {
        env: shim.addTo({ PYTHONPATH: folder, ...env }),
        encoding: 'utf8',
      });
    }

    test('is loaded once, and is the module of that name', () => {
      const result = withOwn(
        'print("loaded")\nmark = 7',
        'import sitecustomize; print(sitecustomize.mark, sitecustomize.__file__)',
      );
      expect(result).toMatchObject({ status: 0, stderr: '' });
      expect(result.stdout).toMatch(/^loaded\n7 .*own-.*\n$/);
    });

    test('fails as it does without the gate', () => {
      const { status, stdout, stderr } = withOwn('raise RuntimeError("mine")', 'print("goes on")');
      expect({ status, stdout }).toEqual({ status: 0, stdout: 'goes on\n' });
      expect(stderr).toBe('Error in sitecustomize; set PYTHONVERBOSE for traceback:\nRuntimeError: mine\n');
    });

    test('misses an import as it does without the gate', () => {
      const { status, stderr } = withOwn('import no_such_module_here', 'pass');
      expect(status).toBe(0);
      expect(stderr).toContain("No module named 'no_such_module_here'");
    });
  });

  test('leaves no trace on sys.path, and children get it all the same', () => {
    const script = `import os, sys\nassert os.environ['HANG_GATE_STACKS_DIR'] not in sys.path, sys.path\nimport sitecustomize\nprint(os.environ['PYTHONPATH'] == os.environ['HANG_GATE_STACKS_DIR'])`;
    expect(spawnSync(python, ['-c', script], { env: shim.addTo({}), encoding: 'utf8' })).toMatchObject({
      status: 0,
      stdout: 'True\n',
      stderr: '',
    });
  });

  test.each([
    ['its folder is gone', { HANG_GATE_STACKS_DIR: '/nonexistent' }],
    ['the signal is none', { HANG_GATE_STACKS_SIGNAL: 'x' }],
    ['its variables are cleared', { HANG_GATE_STACKS_DIR: '', HANG_GATE_STACKS_SIGNAL: '' }],
  ])('is harmless when %s', (_name, env) => {
    const { status, stdout, stderr } = spawnSync(python, ['-c', 'print("runs")'], {
      env: { ...shim.addTo({}), ...env },
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'runs\n', stderr: '' });
  });

  test('lets the gate alone trace it where Yama asks for a permission', () => {
    const folder = mkdtempSync(join(root, 'yama-'));
    const scope = join(folder, 'ptrace_scope');
    writeFileSync(scope, '1\n');
    mkdirSync(join(folder, 'fake'));
    writeFileSync(
      join(folder, 'sitecustomize.py'),
      shimSource.replace('/proc/sys/kernel/yama/ptrace_scope', scope),
    );
    writeFileSync(
      join(folder, 'fake', 'ctypes.py'),
      'class CDLL:\n    def __init__(self, name): pass\n    def prctl(self, *args): print(*args, flush=True)\ndef c_ulong(value): return value\n',
    );
    const output = execFileSync(python, ['-c', 'import os\nif os.fork() == 0: os._exit(0)\nos.wait()'], {
      env: { ...shim.addTo({}), PYTHONPATH: `${folder}:${join(folder, 'fake')}` },
      encoding: 'utf8',
    });
    const call = `${0x59616d61} ${process.pid} 0 0 0\n`;
    // Once more in the child, since the permission is not inherited.
    expect(output).toBe(call + call);
  });
});

describe('nothing is expected of', () => {
  test('a process whose file was replaced', async () => {
    const [, python = ''] = found[0] ?? [];
    const { child, pids } = await start(python, [], `${hangs}\nhang()`);
    const pid = pids[0] as number;
    const path = join(shim.folder, `${pid}.txt`);
    rmSync(path);
    symlinkSync('/dev/zero', path);

    await expect(faulthandlerSource(shim.folder).dump(pid, 1_500)).rejects.toThrow('did not load');
    expect(child.exitCode).toBeNull();
    rmSync(path);
  });

  test('a process that is gone', async () => {
    const child = spawn('true');
    await once(child, 'exit');
    await expect(faulthandlerSource(shim.folder).dump(child.pid as number, 300)).rejects.toThrow('gone');
    await expect(procSource.dump(child.pid as number, 300)).rejects.toThrow('gone');
  });
});

test('the shim is what lies in the folder', () => {
  expect(readFileSync(join(shim.folder, 'sitecustomize.py'), 'utf8')).toBe(shimSource);
});

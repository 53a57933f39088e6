import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listProc, readProc, readProcLink } from '../../processes/process-table.ts';
import { isWholeFaulthandlerText, parseFaulthandlerText } from '../faulthandler/parse.ts';
import { stackSignal } from '../faulthandler/signal.ts';
import { type StackSource, StackSourceError } from '../source.ts';

const pollMs = 10;
/** A dump is written line by line; after this long without another one it is complete. */
const quietMs = 30;
/** 100 threads of 100 frames fit. */
const longestTextBytes = 4 * 1024 * 1024;

/** Python's own `faulthandler`, which the shim in `folder` has registered on a signal. Needs no privilege. */
export function faulthandlerSource(folder: string): StackSource {
  return {
    name: 'faulthandler',
    // The signal ends the sleep, which begins again behind its handler.
    wakes: 1,
    isRiskyWhileRunning: true,
    dump: async (pid, timeoutMs) => {
      const path = join(folder, `${pid}.txt`);
      assertListens(pid, path);
      const before = sizeOf(path);
      send(pid);
      const text = await newText(path, before, timeoutMs);
      return { threads: parseFaulthandlerText(text), text, format: 'txt' };
    },
  };
}

/**
 * The signal ends a process that does not catch it. The file must be its own as well: a child that was forked just now
 * still writes into its parent's, and a process that closed all its files might write into any other.
 */
function assertListens(pid: number, path: string): void {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readProc(`${pid}/status`) ?? '')?.[1];
  if (caught === undefined) throw new StackSourceError('the process is gone', 'passing');
  const catches = (BigInt(`0x${caught}`) >> BigInt(stackSignal - 1)) & 1n;
  const holdsFile = listProc(`${pid}/fd`).some((fd) => readProcLink(`${pid}/fd/${fd}`) === path);
  if (catches === 1n && holdsFile) return;
  throw new StackSourceError(
    "this Python did not load the gate's sitecustomize (`-I`, `-E`, `-S`, or its environment was cleared)",
    'passing',
  );
}

function send(pid: number): void {
  try {
    process.kill(pid, stackSignal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StackSourceError(`the signal was not sent (${code})`, 'passing');
  }
}

async function newText(path: string, fromBytes: number, timeoutMs: number): Promise<string> {
  const deadline = performance.now() + timeoutMs;
  let size = fromBytes;
  let changedAt = performance.now();
  while (performance.now() < deadline) {
    await sleep(pollMs);
    const now = sizeOf(path);
    if (now !== size) {
      size = now;
      changedAt = performance.now();
    } else if (size > fromBytes && performance.now() - changedAt >= quietMs) {
      const text = read(path, fromBytes, size);
      if (isWholeFaulthandlerText(text)) return text;
    }
  }
  throw new StackSourceError(`no complete dump within ${Math.ceil(timeoutMs)} ms`, 'late');
}

function sizeOf(path: string): number {
  try {
    return lstatSync(path).size;
  } catch {
    return 0;
  }
}

/** The backend can put anything in its place, so neither a link nor a pipe is read. */
function read(path: string, fromBytes: number, toBytes: number): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!fstatSync(file).isFile()) throw new StackSourceError(`${path} is no file`, 'useless');
    const bytes = Buffer.alloc(Math.min(toBytes - fromBytes, longestTextBytes));
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, fromBytes)).toString('utf8');
  } finally {
    closeSync(file);
  }
}

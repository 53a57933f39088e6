import { setPriority } from 'node:os';
import { execa } from 'execa';
import { messageOf } from '../../errors.ts';
import { toolEnvironment } from '../../own-process/tool-environment.ts';
import { readProcessEntry } from '../../processes/process-table.ts';
import { readScheduling } from '../../processes/scheduling.ts';
import { cutShort } from '../../redaction/cut-short.ts';
import { parsePySpyJson } from '../py-spy-output.ts';
import { type FailureKind, type StackSource, StackSourceError } from '../source.ts';

/** Says of a process that is there that it is not, when it may not be read: a refusal in disguise. */
const disguisedDenial = /Failed to get process executable name/;
const denial = /permission denied|operation not permitted|EPERM|EACCES|requires root/i;
/** Seen while an interpreter is still starting, or while threads come and go; asking again helps. */
const passing =
  /Failed to find python version|Failed to find a python interpreter|Failed to copy|failed to lock|unexpected waitpid result/i;
const retries = 3;
const retryDelayMs = 150;

/** Of a process's niceness. On a machine with far too much to do, a dump is else taken seconds too late. */
const urgent = -10;

/** 100 threads of 500 frames fit. */
const longestDumpBytes = 8 * 1024 * 1024;
/** It quotes what it could not read. */
const longestError = 400;

/** What `timeout -s KILL` exits with when it had to. */
const killedExitCode = 137;

/** py-spy as this user. */
export function pySpySource(path: string): StackSource {
  return commandSource('py-spy', path, (_timeoutMs) => []);
}

/**
 * py-spy through `sudo -n`. A process of another user cannot be killed by us, so `timeout` runs as root beside it. The
 * path is absolute because sudo has a PATH of its own.
 */
export function sudoPySpySource(path: string): StackSource {
  const source = commandSource('sudo py-spy', path, (timeoutMs) => [
    'sudo',
    '-n',
    'nice',
    '-n',
    String(urgent),
    'timeout',
    '-s',
    'KILL',
    // Not every `timeout` takes fractions, and it must be the first to end: its own caller cannot kill it.
    String(Math.max(1, Math.floor(timeoutMs / 1_000))),
  ]);
  return { ...source, onlyAfterDenial: true };
}

function commandSource(
  name: string,
  path: string,
  prefix: (timeoutMs: number) => readonly string[],
): StackSource {
  const call = async (pid: number, timeoutMs: number, flags: readonly string[]): Promise<string> => {
    const [file = path, ...args] = [...prefix(timeoutMs), path, 'dump', '--pid', String(pid), ...flags];
    const dumping = execa(file, args, {
      reject: false,
      timeout: Math.ceil(timeoutMs),
      killSignal: 'SIGKILL',
      stdin: 'ignore',
      // Of whoever recurses or starts threads without end.
      maxBuffer: longestDumpBytes,
      extendEnv: false,
      // An inherited RUST_BACKTRACE adds a stack of py-spy's own to every error.
      env: { ...toolEnvironment(process.env), NO_COLOR: '1', RUST_BACKTRACE: '0' },
    });
    if (dumping.pid !== undefined) hurry(dumping.pid);
    const result = await dumping;
    if (result.exitCode === 0) return result.stdout;
    if (result.timedOut || result.exitCode === killedExitCode)
      throw new StackSourceError(`no answer within ${Math.ceil(timeoutMs)} ms`, 'late');
    if (result.isMaxBuffer)
      throw new StackSourceError(`it printed more than ${longestDumpBytes} bytes`, 'useless');
    // A crash would come again.
    if (result.signal === 'SIGKILL' || result.signal === 'SIGTERM')
      throw new StackSourceError(`it was ended by ${result.signal}`, 'passing');
    throw explain(pid, result.stderr || result.shortMessage || '');
  };
  return {
    name,
    // It stops the thread and lets it go on.
    wakes: 2,
    dump: async (pid, timeoutMs) => {
      const text = await withRetries(timeoutMs, (leftMs) => call(pid, leftMs, ['--json']));
      try {
        return { text, threads: parsePySpyJson(text), format: 'json' };
      } catch (error) {
        throw new StackSourceError(
          `py-spy printed something else than a dump: ${cutShort(messageOf(error), longestError)}`,
          'useless',
        );
      }
    },
    dumpText: (pid, timeoutMs) => call(pid, timeoutMs, []),
  };
}

/** Few may do this; for everybody else py-spy waits for its turn like the rest. */
function hurry(pid: number): void {
  try {
    setPriority(pid, urgent);
  } catch {
    // Not allowed, or it has ended already.
  }
}

async function withRetries(timeoutMs: number, attempt: (leftMs: number) => Promise<string>): Promise<string> {
  const deadline = performance.now() + timeoutMs;
  for (let tried = 0; ; tried += 1) {
    try {
      return await attempt(Math.max(1, deadline - performance.now()));
    } catch (error) {
      const again =
        tried < retries && passing.test(messageOf(error)) && performance.now() + retryDelayMs < deadline;
      if (!again) throw error;
      await new Promise((resolve) => setTimeout(resolve, retryDelayMs));
    }
  }
}

function explain(pid: number, stderr: string): StackSourceError {
  const [said = ''] = stderr.split('Stack backtrace:');
  // What went wrong stands first, and why below it.
  const lines = said.split('\n').map((line) => line.trim());
  const text = lines.filter((line) => line !== '' && line !== 'Caused by:').join(' ');
  return new StackSourceError(cutShort(text, longestError), kindOf(text, pid));
}

function kindOf(text: string, pid: number): FailureKind {
  const alive = readProcessEntry(pid) !== undefined;
  // The kernel refuses a second tracer with the same word, and only for as long as there is a first.
  if (denial.test(text)) return readScheduling(pid, pid)?.tracerPid === undefined ? 'denied' : 'passing';
  if (alive && disguisedDenial.test(text)) return 'denied';
  return !alive || passing.test(text) ? 'passing' : 'useless';
}

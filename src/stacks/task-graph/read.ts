import { execa } from 'execa';
import * as z from 'zod';
import { messageOf } from '../../errors.ts';
import type { TaskGraph } from '../../evidence/schema.ts';
import { toolEnvironment } from '../../own-process/tool-environment.ts';
import { readProc, readProcLink } from '../../processes/process-table.ts';
import { isAtLeast } from '../../version-order.ts';
import { oneLine } from '../one-line.ts';
import { taskGraphSnippet } from './snippet.ts';

/** The first Python that can read the tasks of another process. */
const oldestPython = '3.14';
/** Usually a tenth of a second. The reader is killed after this; what it had printed by then counts. */
const timeoutMs = 1_500;
const longestAnswerBytes = 16 * 1024 * 1024;

export type TaskGraphReading = Pick<TaskGraph, 'pid' | 'tasks' | 'omitted' | 'error'>;

const answer = z.object({
  pid: z.number(),
  error: z.string().transform(oneLine).nullable().default(null),
  omitted: z.number().int().default(0),
  tasks: z
    .array(
      z.object({
        id: z.string(),
        name: z.string().transform(oneLine),
        stack: z.array(
          z.object({
            function: z.string().transform(oneLine),
            file: z.string().transform(oneLine),
            line: z.number().int(),
          }),
        ),
        awaitedBy: z.array(z.string()),
      }),
    )
    .default([]),
});

/** @param python Its version as {@link import('../../processes/python.ts').pythonVersionOf} tells it. */
export function hasTaskGraph(python: string | null): boolean {
  return /^\d/.test(python ?? '') && isAtLeast(python ?? '', oldestPython);
}

/**
 * Reads the asyncio tasks of running processes. Only an interpreter of the very same build can, so each process is read
 * by its own executable, once for all processes that share it. The processes are not stopped and run no code for it.
 */
export async function readTaskGraphs(pids: readonly number[]): Promise<TaskGraphReading[]> {
  const unreadable = pids.map((pid) => failed(pid, whyUnreadable(pid))).filter(({ error }) => error !== null);
  const readable = pids.filter((pid) => !unreadable.some((reading) => reading.pid === pid));
  const groups = Map.groupBy(readable, (pid) => readProcLink(`${pid}/exe`) ?? '');
  const readings = await Promise.all(
    [...groups].map(([executable, group]) =>
      readWith(executable, group).catch((error) => allFailed(group, error)),
    ),
  );
  return [...unreadable, ...readings.flat()];
}

/** Its executable is about to run with the gate's rights, so it has to be one that the gate could have started. */
function whyUnreadable(pid: number): string | null {
  const executable = readProcLink(`${pid}/exe`);
  if (executable === undefined) return 'the process is gone or not ours to read';
  if (executable.endsWith(' (deleted)')) return 'its executable is not there any more';
  const user = /^Uid:\s+\d+\s+(\d+)/m.exec(readProc(`${pid}/status`) ?? '')?.[1];
  if (user !== String(process.geteuid?.())) return 'it runs as another user';
  if (readProcLink(`${pid}/ns/mnt`) !== readProcLink('self/ns/mnt')) return 'it runs in a container';
  return null;
}

async function readWith(executable: string, pids: readonly number[]): Promise<TaskGraphReading[]> {
  const args = ['-I', '-S', '-c', taskGraphSnippet, ...pids.map(String)];
  const result = await execa(executable, args, {
    reject: false,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: longestAnswerBytes,
    stdin: 'ignore',
    stripFinalNewline: false,
    extendEnv: false,
    env: toolEnvironment(process.env),
  });
  const answers = parseTaskGraphs(result.stdout);
  const why = result.timedOut
    ? `no answer within ${timeoutMs} ms`
    : result.stderr.trim().split('\n').at(-1) || `exit code ${result.exitCode}`;
  return pids.map((pid) => answers.find((reading) => reading.pid === pid) ?? failed(pid, why));
}

/** What the reader printed. A last line without its end is of a reader that was killed. */
export function parseTaskGraphs(text: string): TaskGraphReading[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => answer.parse(JSON.parse(line)));
}

function allFailed(pids: readonly number[], error: unknown): TaskGraphReading[] {
  return pids.map((pid) => failed(pid, messageOf(error)));
}

function failed(pid: number, error: string | null): TaskGraphReading {
  return { pid, tasks: [], omitted: 0, error: error && oneLine(error) };
}

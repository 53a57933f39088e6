/**
 * Golden evidence: dumps of backends that really hung, on every release of Python, made small. A frame is written
 * `function (file:line)`; frames of frameworks between the application and the loop are cut out, and so is the machine.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dump, Evidence, Frame, Probe, Scheduling, Thread } from '../../src/evidence/schema.ts';
import { backendPid, backendProcess, dump, loopThread, makeHang, probe, workspace } from './make-evidence.ts';

const folder = join(import.meta.dirname, '../unit/rules/golden');

interface GoldenThread {
  readonly name: string | null;
  /** Further threads that stood just there. */
  readonly alike?: readonly string[];
  readonly ownsGil?: boolean;
  readonly frames: readonly string[];
}

interface GoldenFile {
  readonly python: string;
  readonly expected: { readonly ruleId: string; readonly culprit: string | null; readonly because: string };
  readonly sources: Evidence['sources'];
  /** Where the loop was free: what else was seen meanwhile. */
  readonly lastLogLines?: readonly string[];
  readonly processors?: number;
  readonly probes?: readonly Pick<Probe, 'path' | 'sentMs' | 'latencyMs' | 'status'>[];
  /** Child processes, each with the frames that it showed in every dump. */
  readonly children?: readonly (readonly string[])[];
  readonly dumps: readonly {
    readonly waiting?: number;
    readonly atMs: number;
    readonly loop: Scheduling;
    readonly threads: readonly GoldenThread[] | 'as before';
  }[];
}

export interface Golden extends Pick<GoldenFile, 'python' | 'expected'> {
  /** The file's name without its end, such as `sleep.3.13`. */
  readonly name: string;
  readonly evidence: Evidence;
}

export function readGoldens(): Golden[] {
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const golden: GoldenFile = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      const { python, expected } = golden;
      return { name: file.replace(/\.json$/, ''), python, expected, evidence: evidenceOf(golden) };
    });
}

function evidenceOf({ python, sources, dumps, ...seen }: GoldenFile): Evidence {
  let threads: Thread[] = [];
  const series = dumps.map(({ atMs, loop, threads: now }): Dump => {
    if (now !== 'as before') threads = now.flatMap((thread) => threadsOf(thread, python));
    return dump({ startMs: 3_400 + atMs, loopScheduling: loop, threads: numbered(threads) });
  });
  const children = (seen.children ?? []).map((frames, index) => ({
    pid: backendPid + 100 + index,
    frames: frames.map((text) => frameOf(text, python)),
  }));
  const childDumps = series.flatMap(({ startMs }) =>
    children.map(({ pid, frames }) => dump({ pid, startMs, threads: [loopThread(frames, pid)] })),
  );
  return makeHang({
    dumps: [...series, ...childDumps],
    processes: [
      backendProcess(),
      ...children.map(({ pid }) => backendProcess({ pid, parentPid: backendPid, listening: false })),
    ],
    acceptQueue: dumps.flatMap(({ atMs, waiting: connections }) =>
      connections === undefined ? [] : [{ atMs: 3_400 + atMs, connections }],
    ),
    ...(seen.lastLogLines && { backend: { lastLogLines: [...seen.lastLogLines] } }),
    ...(seen.processors && { gate: { processors: seen.processors } }),
    ...(seen.probes && { probes: seen.probes.map((each) => probe(each)) }),
    sources: sources.map(({ file, ...excerpt }) => ({ file: `${workspace}/${file}`, ...excerpt })),
  });
}

function threadsOf({ name, alike = [], ownsGil = false, frames }: GoldenThread, python: string): Thread[] {
  return [name, ...alike].map((each) => ({
    tid: null,
    name: each,
    ownsGil,
    frames: frames.map((text) => frameOf(text, python)),
  }));
}

function numbered(threads: readonly Thread[]): Thread[] {
  return threads.map((thread, index) => ({ ...thread, tid: backendPid + index }));
}

function frameOf(text: string, python: string): Frame {
  const [, name = '', file = '', line = '0'] = /^(.*) \((.*):(\d+)\)$/.exec(text) ?? [];
  return { function: name, file: wholePath(file, python), line: Number(line) };
}

function wholePath(file: string, python: string): string {
  if (file.startsWith('<')) return file;
  if (file.startsWith('site-packages/')) return `${workspace}/.venv/lib/python${python}/${file}`;
  return file.startsWith('lib/') ? `/usr/${file}` : `${workspace}/${file}`;
}

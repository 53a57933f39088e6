import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readProc } from '../processes/process-table.ts';

export interface ThrottledFigures {
  readonly throttledMs: number | null;
  readonly throttledPeriods: number | null;
}

/** Of the control group of a process and of all above it, of either version: what holds it up most. */
export class Throttling {
  readonly #pid: number | null;
  /** What each group counted when it was first seen; a process may be put into another one after its start. */
  readonly #first = new Map<string, GroupFigures>();

  constructor(pid: number | null) {
    this.#pid = pid;
    this.read();
  }

  /** Since its beginning; `null` where no control group tells. */
  read(): ThrottledFigures {
    for (const file of filesOf(this.#pid)) {
      const figures = this.#first.has(file) ? undefined : readStat(file);
      if (figures) this.#first.set(file, figures);
    }
    const since = [...this.#first].flatMap(([file, first]) => {
      const now = readStat(file);
      return now ? [wallFigures(first, now)] : [];
    });
    if (since.length === 0) return { throttledMs: null, throttledPeriods: null };
    return {
      throttledMs: Math.round(Math.max(...since.map(({ ms }) => ms))),
      throttledPeriods: Math.max(...since.map(({ periods }) => periods)),
    };
  }
}

interface GroupFigures {
  /** Of all processors together: eight threads that wait for the same tenth of a second are told as 0.8 s. */
  readonly ms: number;
  readonly periods: number;
  readonly periodMs: number;
}

const usualPeriodUs = 100_000;

/** What went by on the clock, which is at most the periods in which there was a wait. */
export function wallFigures(first: GroupFigures, now: GroupFigures): { ms: number; periods: number } {
  const periods = now.periods - first.periods;
  return { ms: Math.min(now.ms - first.ms, periods * now.periodMs), periods };
}

function filesOf(pid: number | null): string[] {
  const mounts = mountsOfGroups();
  const lines = (readProc(`${pid ?? 'self'}/cgroup`) ?? '').split('\n');
  return lines.flatMap((line) => {
    // The path may hold colons itself.
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) return [];
    const root = controllers === '' ? mounts.unified : mounts.cpu;
    if (root === undefined || (controllers !== '' && !controllers.split(',').includes('cpu'))) return [];
    return pathsUp(path).map((at) => join(root, at, 'cpu.stat'));
  });
}

/** `/a/b`, `/a` and `/`. In a container the upper ones are not there, or are not what their names say. */
function pathsUp(path: string): string[] {
  const paths = [path];
  for (let at = path; at !== dirname(at); at = dirname(at)) paths.push(dirname(at));
  return paths;
}

function mountsOfGroups(): { unified: string | undefined; cpu: string | undefined } {
  const rows = (readProc('self/mounts') ?? '').split('\n').map((line) => line.split(' '));
  const unified = rows.find(([, , type]) => type === 'cgroup2')?.[1];
  const cpu = rows.find(
    ([, , type, options]) => type === 'cgroup' && options?.split(',').includes('cpu'),
  )?.[1];
  return { unified, cpu };
}

/** Version 2 counts in microseconds, version 1 in nanoseconds. A group without a quota has neither. */
function readStat(file: string): GroupFigures | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const figure = (name: string) => new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1];
  const [micro, nano] = [figure('throttled_usec'), figure('throttled_time')];
  if (micro === undefined && nano === undefined) return undefined;
  const ms = micro === undefined ? Number(nano) / 1e6 : Number(micro) / 1e3;
  return { ms, periods: Number(figure('nr_throttled') ?? 0), periodMs: periodOf(dirname(file)) };
}

/** Over what a quota is counted: in microseconds, of version 2 behind the quota. */
function periodOf(group: string): number {
  const [own, older] = ['cpu.max', 'cpu.cfs_period_us'].map((name) => {
    try {
      return Number(readFileSync(join(group, name), 'utf8').trim().split(' ').at(-1));
    } catch {
      return Number.NaN;
    }
  });
  return (own || older || usualPeriodUs) / 1e3;
}

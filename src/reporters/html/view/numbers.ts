/** The figures that the verdict rests on, so that a reader can check it. */
import { measuredBatches, measures } from '../../../analysis/growth.ts';
import { summarizeLatency } from '../../../analysis/latency.ts';
import { samplesIn, wakesPerDump } from '../../../analysis/samples.ts';
import { asleepShare, spinningShare } from '../../../analysis/standing.ts';
import { honestTurnMs, starvedShare } from '../../../analysis/starvation.ts';
import type { Evidence, LoopEvidence } from '../../../evidence/schema.ts';
import { seconds } from '../../../rules/wording.ts';
import type { Report } from '../../reporter.ts';
import type { Table } from '../model.ts';
import { attemptsTable } from './attempts.ts';
import { figure, percent } from './figures.ts';

/** Of a run with many waves the first and the last ones are told. */
const mostPhases = 12;

export function tables({ evidence, result }: Report): Table[] {
  return [
    attemptsTable(result),
    latency(evidence),
    kernel(evidence),
    resources(evidence),
    thresholds(evidence),
  ].filter(({ rows }) => rows.length > 0);
}

function latency(evidence: Evidence): Table {
  const phases = telling(evidence.phases.filter(({ name }) => probed.test(name)));
  const byPath = Map.groupBy(evidence.probes, ({ path }) => path);
  const rows = phases.flatMap(({ name, startMs, durationMs }) => {
    const endMs = startMs + (durationMs ?? Number.POSITIVE_INFINITY);
    return evidence.probeRoutes.flatMap(({ path }) => {
      const probes = (byPath.get(path) ?? []).filter(({ sentMs }) => sentMs >= startMs && sentMs < endMs);
      if (probes.length === 0) return [];
      const { count, p50Ms, p99Ms, maxMs } = summarizeLatency(probes, evidence);
      const unanswered = probes.filter(({ latencyMs }) => latencyMs === null).length;
      return [[name, path, String(count), figure(p50Ms), figure(p99Ms), figure(maxMs), String(unanswered)]];
    });
  });
  return {
    caption: 'Latency of the probes, by phase',
    head: ['phase', 'route', 'probes', 'median', '99 %', 'slowest', 'unanswered'],
    rows,
    marked: rows.flatMap((row, index) => (row.at(-1) === '0' ? [] : [index])),
    note: 'An unanswered probe counts with the time that it waited in vain.',
  };
}

const probed = /^(baseline|wave \d+|reopen|leaks|proof)$/;

function telling<T>(phases: readonly T[]): readonly T[] {
  return phases.length <= mostPhases ? phases : [...phases.slice(0, 2), ...phases.slice(2 - mostPhases)];
}

/** One row a loop, of its longest absence, as the kernel accounts for it; below it what such rows look like. */
function kernel({ loops }: Evidence): Table {
  const rows = loops.flatMap((loop) => (loop.samples === 0 ? [] : [kernelRow(loop)]));
  return {
    caption: 'Kernel accounting of each loop thread, over its longest absence from the selector',
    head: [
      '',
      'at its selector',
      'absent for',
      'processor',
      'waited for one',
      'gave it up',
      'state',
      'kernel function',
    ],
    rows: rows.length === 0 ? [] : [...rows, ...references],
    marked: rows.map((_, index) => index),
    note: `“Gave it up” counts the thread's voluntary switches; taking a dump explains up to ${wakesPerDump}. A thread that never gave up its processor, or only for its dumps, and was never at its selector, did not come back, however busy the machine was.`,
  };
}

function kernelRow({ pid, tid, samples, samplesAtSelector, stints }: LoopEvidence): string[] {
  const name = tid === pid ? `pid ${pid}` : `pid ${pid}, thread ${tid}`;
  const atSelector = `${samplesAtSelector} of ${samples} samples`;
  const longest = stints.toSorted((a, b) => b.durationMs - a.durationMs)[0];
  if (!longest) return [name, atSelector, 'never for long', '–', '–', '–', '–', '–'];
  const { durationMs, ranMs, queuedMs, voluntarySwitches, states, waitChannels, dumps = 0 } = longest;
  return [
    name,
    atSelector,
    seconds(durationMs),
    percent(ranMs, durationMs),
    percent(queuedMs, durationMs),
    `${voluntarySwitches ?? '?'} times${dumps > 0 ? `, ${dumps} dumps` : ''}`,
    shares(states),
    shares(waitChannels),
  ];
}

/** `S 93 %, R 7 %` */
function shares(counts: Readonly<Record<string, number>>): string {
  const total = samplesIn(counts);
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 2)
    .map(([name, count]) => `${name} ${percent(count, total)}`)
    .join(', ');
}

/** What was measured of loops of which it was known how they stood. */
const references: readonly string[][] = [
  ['such as: blocked, it waits', 'none', '–', '0 %', '0 %', 'never', 'S 100 %', 'one, and no epoll'],
  ['such as: blocked, it computes', 'none', '–', '98 %', '1 %', 'never', 'R 100 %', 'running'],
  [
    'such as: another thread has the GIL',
    'few',
    '–',
    '1 %',
    '1 %',
    '195 times a second',
    'S 95 %',
    'futex_do_wait',
  ],
  ['such as: starved', 'few', '–', '0 %', '99 %', 'hardly', 'R 99 %', 'running'],
];

function resources(evidence: Evidence): Table {
  const pids = [...new Set(evidence.resources.map(({ pid }) => pid))].slice(0, 20);
  const rows = pids.map((pid) => {
    const samples = evidence.resources.filter((sample) => sample.pid === pid);
    const change = (of: (sample: (typeof samples)[number]) => number | null | undefined) => {
      const [first, last] = [samples[0], samples.at(-1)].map((sample) => (sample ? of(sample) : undefined));
      return `${first ?? '–'} → ${last ?? '–'}`;
    };
    const mib = (kb: number | null | undefined) => (kb == null ? kb : Math.round(kb / 1_024));
    return [
      `pid ${pid}`,
      change(({ fds }) => fds),
      change(({ sockets }) => sockets),
      change(({ closeWait }) => closeWait),
      change(({ threads }) => threads),
      change(({ residentKb }) => mib(residentKb)),
    ];
  });
  const batches = measuredBatches(evidence);
  return {
    caption: 'What each process held, before the streams and at the end',
    head: ['', 'descriptors', 'sockets', 'in CLOSE_WAIT', 'threads', 'MiB'],
    rows,
    note:
      batches === 0
        ? 'The run did not get as far as measuring leaks.'
        : `Measured after ${batches === 1 ? 'one batch' : `${batches} batches`} of waves, with the upstream let go.`,
  };
}

function thresholds({ plan }: Evidence): Table {
  const share = (part: number) => `${Math.round(100 * part)} %`;
  const leaks = measures.map(
    ({ noun, thresholdPerStream, notableGrowth }) =>
      `${thresholdPerStream} ${noun} a stream, and ${notableGrowth} in all`,
  );
  return {
    caption: 'Thresholds',
    head: ['what', 'from'],
    rows: [
      ['A probe has missed its deadline, and a loop stood still', seconds(plan.deadlineMs)],
      ['A silence is worth a dump', seconds(plan.dumpAfterMs)],
      ['The backend does not boot', seconds(plan.bootTimeoutMs)],
      ['A thread slept all the time, by its samples', share(asleepShare)],
      ['A thread spun all the time, by its use of a processor', share(spinningShare)],
      ['A loop was starved, by the time it waited for a processor', share(starvedShare)],
      ['… unless it ran that long all the same', seconds(honestTurnMs)],
      ...leaks.map((text) => ['A leak, in two batches of streams', text]),
    ],
  };
}

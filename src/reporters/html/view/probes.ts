import { findMisses } from '../../../analysis/misses.ts';
import type { Evidence, Probe } from '../../../evidence/schema.ts';
import { type ProbeLane, probeKinds } from '../model.ts';
import { tenth } from './figures.ts';

/** Of one route, drawn one by one: those that were not answered well, and those around what went wrong. */
const mostDrawn = 1_200;
const mostBins = 400;

type Kind = (typeof probeKinds)[number];
interface Drawn {
  readonly sentMs: number;
  readonly waitedMs: number;
  readonly kind: Kind;
}

export function probeLanes(evidence: Evidence, focus: readonly [number, number]): ProbeLane[] {
  const misses = new Map(findMisses(evidence).map((miss) => [`${miss.sentMs} ${miss.path}`, miss]));
  const byPath = Map.groupBy(evidence.probes, ({ path }) => path);
  return evidence.probeRoutes.map(({ path, chosen }) => {
    const drawn = (byPath.get(path) ?? []).map((probe): Drawn => {
      const miss = misses.get(`${probe.sentMs} ${path}`);
      const waitedMs =
        probe.latencyMs ?? miss?.waitedMs ?? (evidence.probingEndedMs ?? probe.sentMs) - probe.sentMs;
      return { sentMs: probe.sentMs, waitedMs: Math.max(0, waitedMs), kind: kindOf(probe, miss?.kind) };
    });
    const each = drawn.length <= mostDrawn ? drawn : tellingOnes(drawn, focus);
    const alone = new Set(each);
    const rest = drawn.filter((probe) => !alone.has(probe));
    return { path, discovered: chosen === 'discovered', each: each.map(compact), bins: binned(rest) };
  });
}

function kindOf({ latencyMs, error }: Probe, miss: string | undefined): Kind {
  if (miss === 'server-error') return 'server-error';
  if (error !== null) return 'failed';
  if (miss !== undefined) return 'missed';
  return latencyMs === null ? 'waiting' : 'answered';
}

/** The worst first, then those in the focus, as many as may be drawn. */
function tellingOnes(drawn: readonly Drawn[], [fromMs, toMs]: readonly [number, number]): Drawn[] {
  const isBad = ({ kind }: Drawn) => kind !== 'answered';
  const isNear = ({ sentMs }: Drawn) => sentMs >= fromMs && sentMs <= toMs;
  const bad = drawn.filter(isBad);
  const near = toMs - fromMs > 120_000 ? [] : drawn.filter((probe) => !isBad(probe) && isNear(probe));
  // Of too many bad ones every n-th; the first and the last are what the silence is told by.
  return evenly([...bad, ...near].slice(0, 4 * mostDrawn), mostDrawn).sort((a, b) => a.sentMs - b.sentMs);
}

function evenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from(
    { length: most },
    (_, index) => items[Math.round((index * (items.length - 1)) / (most - 1))] as T,
  );
}

function compact({ sentMs, waitedMs, kind }: Drawn): [number, number, number] {
  return [tenth(sentMs), tenth(waitedMs), probeKinds.indexOf(kind)];
}

function binned(probes: readonly Drawn[]): ProbeLane['bins'] {
  const [first, last] = [probes[0], probes.at(-1)];
  if (!first || !last) return [];
  const widthMs = Math.max(1, (last.sentMs - first.sentMs) / mostBins);
  const bins = Map.groupBy(probes, ({ sentMs }) =>
    Math.min(mostBins - 1, Math.floor((sentMs - first.sentMs) / widthMs)),
  );
  return [...bins.values()].map((bin) => {
    const waits = bin.map(({ waitedMs }) => waitedMs).sort((a, b) => a - b);
    const at = (share: number) => tenth(waits[Math.floor(share * (waits.length - 1))] ?? 0);
    const [from, to] = [bin[0], bin.at(-1)];
    return [tenth(from?.sentMs ?? 0), tenth(to?.sentMs ?? 0), bin.length, at(0), at(0.5), at(1)];
  });
}

import { type ProbeLane, probeKinds, type Timeline } from '../../model.ts';
import { s } from '../dom.ts';
import { duration } from '../words.ts';
import type { Drawing, Lane } from './lane.ts';
import { waitScale } from './scale.ts';

/** Every probe by when it was sent and how long it waited. */
export function probesLane(probes: ProbeLane, { deadlineMs }: Timeline): Lane {
  return {
    label: probes.path,
    hint: probes.discovered ? 'by a worker thread' : 'latency',
    height: 84,
    draw: (drawing) => {
      const y = scaleOf(drawing, deadlineMs);
      return [grid(drawing, y, deadlineMs), bins(probes, drawing, y), marks(probes, drawing, y)];
    },
  };
}

type Y = (ms: number) => number;

function scaleOf({ top, height }: Drawing, deadlineMs: number): Y {
  return waitScale(deadlineMs * 1.25, top + height - 3, top + 4);
}

function grid({ scale }: Drawing, y: Y, deadlineMs: number): SVGElement {
  const lines = [10, 100, 1_000, 10_000, 60_000].filter((ms) => y(ms) - y(deadlineMs) > 12);
  const hasGutter = scale.left > 0;
  const name = (ms: number, kind: string) =>
    s(
      'text',
      {
        x: hasGutter ? scale.left - 6 : scale.left + 2,
        y: y(ms),
        class: kind,
        'text-anchor': hasGutter ? 'end' : 'start',
      },
      duration(ms),
    );
  return s(
    'g',
    {},
    s('line', { x1: scale.left, x2: scale.right, y1: y(0), y2: y(0), class: 'base' }),
    lines.map((ms) => [
      s('line', { x1: scale.left, x2: scale.right, y1: y(ms), y2: y(ms), class: 'grid' }),
      y(0) - y(ms) < 10 ? null : name(ms, 'scale-name'),
    ]),
    s('line', { x1: scale.left, x2: scale.right, y1: y(deadlineMs), y2: y(deadlineMs), class: 'deadline' }),
    name(deadlineMs, 'scale-name deadline-name'),
  );
}

/** From the fastest to the slowest of each stretch of time, with the median as a mark on it. */
function bins({ bins: all }: ProbeLane, { scale }: Drawing, y: Y): SVGElement {
  const seen = all.filter(([fromMs, toMs]) => toMs >= scale.fromMs && fromMs <= scale.toMs);
  const x = (fromMs: number, toMs: number) => (scale.clamped(fromMs) + scale.clamped(toMs)) / 2;
  const ranges = seen.map(
    ([from, to, , fastest, , slowest]) => `M${at(x(from, to))} ${at(y(fastest) + 0.5)}V${at(y(slowest))}`,
  );
  const medians = seen.map(([from, to, , , median]) => `M${at(x(from, to) - 1.5)} ${at(y(median))}h3`);
  return s(
    'g',
    {},
    s('path', { d: ranges.join(''), class: 'probe-range' }),
    s('path', { d: medians.join(''), class: 'probe-median' }),
  );
}

/** Each kind as one path: thousands of marks are a handful of elements. */
function marks({ each }: ProbeLane, { scale }: Drawing, y: Y): SVGElement {
  const seen = each.filter(([sentMs]) => sentMs >= scale.fromMs && sentMs <= scale.toMs);
  return s(
    'g',
    {},
    probeKinds.map((kind, index) => {
      const own = seen.filter((probe) => probe[2] === index);
      if (own.length === 0) return null;
      const path = own.map(([sentMs, waitedMs]) => shapes[kind](scale.x(sentMs), y(waitedMs))).join('');
      return s(
        'path',
        { d: path, class: `probe ${kind}` },
        s('title', {}, `${own.length} probes: ${kindWords[kind]}`),
      );
    }),
  );
}

export const kindWords: Readonly<Record<(typeof probeKinds)[number], string>> = {
  answered: 'answered',
  missed: 'missed the deadline',
  waiting: 'unanswered when probing ended',
  failed: 'no connection',
  'server-error': 'server error since the streams',
};

export const shapes: Readonly<Record<(typeof probeKinds)[number], (x: number, y: number) => string>> = {
  answered: (x, y) => `M${at(x - 2)} ${at(y)}a2 2 0 1 0 4 0a2 2 0 1 0 -4 0Z`,
  missed: (x, y) => `M${at(x - 3)} ${at(y - 3)}l6 6m0 -6l-6 6`,
  waiting: (x, y) => `M${at(x - 2.5)} ${at(y)}a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0Z`,
  failed: (x, y) => `M${at(x)} ${at(y - 3.5)}l3.5 6h-7Z`,
  'server-error': (x, y) => `M${at(x)} ${at(y - 3.5)}l3.5 3.5l-3.5 3.5l-3.5 -3.5Z`,
};

function at(value: number): string {
  return value.toFixed(1);
}

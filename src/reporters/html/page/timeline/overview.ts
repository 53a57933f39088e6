import type { PageModel, WorkerLane } from '../../model.ts';
import { type Child, h, s } from '../dom.ts';
import { onResize } from '../resize.ts';
import type { Store } from '../store.ts';
import { duration, moment } from '../words.ts';
import { fillOf, patterns } from './patterns.ts';
import { anchorOf, type TimeScale, ticks, timeScale, waitScale } from './scale.ts';
import { dragToChoose } from './view.ts';

const names = 14;
const latencyHeight = 34;
const barHeight = 9;
const mostBars = 8;

/** The whole run in a few lines: what is drawn large below is marked on it, and can be moved. */
export function overview(model: PageModel, store: Store): HTMLElement {
  const holder = h('div', { class: 'overview-holder' });
  const draw = () => {
    const width = holder.clientWidth;
    if (width === 0) return;
    const scale = timeScale([0, model.timeline.endMs], 0, width);
    const element = drawOverview(model, store, scale, width);
    dragToChoose(element, scale, store);
    holder.replaceChildren(element);
  };
  onResize(holder, draw);
  store.on(['view', 'dump'], draw);
  return h('figure', { class: 'overview' }, holder, h('figcaption', {}, caption(model)));
}

function caption({ timeline }: PageModel): string {
  const { silences, workers } = timeline;
  const longest = silences.toSorted((a, b) => b.endMs - b.startMs - (a.endMs - a.startMs))[0];
  const blocked = workers.filter(({ spans }) => spans.some(({ state }) => state === 'blocked')).length;
  const parts = [
    `The whole run, ${duration(timeline.endMs)}, to scale: slowest answers, streams left (▾)`,
    ...(workers.length === 0
      ? []
      : [workers.length === 1 ? 'the event loop' : `the event loops of ${workers.length} processes`]),
    ...(longest
      ? [`silent for ${duration(longest.endMs - longest.startMs)} from ${moment(longest.startMs)} on`]
      : []),
    ...(blocked > 0 && workers.length > 1 ? [`${blocked} of ${workers.length} loops stood`] : []),
  ];
  return `${parts.join('; ')}.`;
}

function drawOverview(model: PageModel, store: Store, scale: TimeScale, width: number): SVGSVGElement {
  const { timeline, dumps } = model;
  const workers = timeline.workers.slice(0, mostBars);
  const barsTop = names + latencyHeight + 4;
  const dumpsTop = barsTop + workers.length * (barHeight + 3);
  const axisTop = dumpsTop + 8;
  const height = axisTop + 14;
  const [from, to] = store.state.view;
  return s(
    'svg',
    { class: 'overview-chart', viewBox: `0 0 ${width} ${height}`, width, height, 'aria-hidden': 'true' },
    patterns('overview'),
    timeline.silences.map(({ startMs, endMs }) =>
      s('rect', {
        x: scale.x(startMs),
        y: names,
        width: Math.max(2, scale.x(endMs) - scale.x(startMs)),
        height: dumpsTop - names,
        class: 'silence',
      }),
    ),
    phaseNames(timeline.phases, scale),
    latency(model, scale, names),
    timeline.waves.map(({ abortedMs }) =>
      abortedMs === null
        ? null
        : s('path', { d: `M${scale.x(abortedMs) - 4} ${names}h8l-4 6Z`, class: 'abort-tick' }),
    ),
    workers.map((worker, index) => bars(worker, scale, barsTop + index * (barHeight + 3))),
    dumps.dumps.map(({ atMs }, index) =>
      s('rect', {
        x: scale.x(atMs) - 2.5,
        y: dumpsTop,
        width: 5,
        height: 5,
        transform: `rotate(45 ${scale.x(atMs)} ${dumpsTop + 2.5})`,
        class: store.state.dump === index ? 'dump-tick chosen' : 'dump-tick',
      }),
    ),
    axisNames(scale, axisTop),
    from <= 0 && to >= timeline.endMs
      ? null
      : s('rect', {
          x: scale.x(from),
          y: names - 0.5,
          width: Math.max(3, scale.x(to) - scale.x(from)),
          height: dumpsTop + 7 - names,
          class: 'brush',
        }),
  );
}

function phaseNames(phases: PageModel['timeline']['phases'], scale: TimeScale): Child[] {
  return phases.map(({ name, startMs, endMs }) => {
    const [x1, x2] = [scale.x(startMs), scale.x(endMs)];
    return [
      s('line', { x1, x2: x1, y1: 0, y2: names + latencyHeight, class: 'tick' }),
      x2 - x1 > name.length * 6 + 6
        ? s('text', { x: x1 + 4, y: names / 2, class: 'phase-name' }, name)
        : null,
    ];
  });
}

/** The slowest answer of each column of pixels. */
function latency({ timeline }: PageModel, scale: TimeScale, top: number): SVGElement {
  const y = waitScale(timeline.deadlineMs * 1.25, top + latencyHeight, top + 4);
  const columns = new Map<number, number>();
  const add = (sentMs: number, waitedMs: number) => {
    const x = Math.round(scale.x(sentMs) / 2) * 2;
    columns.set(x, Math.max(columns.get(x) ?? 0, waitedMs));
  };
  for (const { each, bins } of timeline.probes) {
    for (const [sentMs, waitedMs] of each) add(sentMs, waitedMs);
    for (const [fromMs, toMs, , , , slowestMs] of bins) add((fromMs + toMs) / 2, slowestMs);
  }
  const bottom = top + latencyHeight;
  const path = (isLate: boolean) =>
    [...columns]
      .filter(([, waitedMs]) => waitedMs >= timeline.deadlineMs === isLate)
      .map(([x, waitedMs]) => `M${x} ${bottom}V${y(waitedMs).toFixed(1)}`)
      .join('');
  return s(
    'g',
    {},
    s('path', { d: path(false), class: 'column' }),
    s('path', { d: path(true), class: 'column late' }),
    s('line', {
      x1: scale.left,
      x2: scale.right,
      y1: y(timeline.deadlineMs),
      y2: y(timeline.deadlineMs),
      class: 'deadline',
    }),
  );
}

function bars({ spans }: WorkerLane, scale: TimeScale, top: number): SVGElement {
  return s(
    'g',
    {},
    spans.map(({ startMs, endMs, state }) => {
      const inset = state === 'free' ? 2.5 : state === 'unseen' ? 4 : 0;
      return s('rect', {
        x: scale.x(startMs),
        y: top + inset,
        width: Math.max(state === 'unseen' ? 0 : 1, scale.x(endMs) - scale.x(startMs)),
        height: barHeight - 2 * inset,
        class: `state ${state}`,
        fill: fillOf(state, 'overview'),
      });
    }),
  );
}

function axisNames(scale: TimeScale, top: number): Child[] {
  const { everyMs, at } = ticks(scale, 90);
  return at.map((ms) => {
    const x = scale.x(ms);
    return s(
      'text',
      { x, y: top + 8, class: 'tick-name', 'text-anchor': anchorOf(x, scale) },
      moment(ms, everyMs),
    );
  });
}

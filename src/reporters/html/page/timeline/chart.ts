import type { PageModel } from '../../model.ts';
import { type Child, s } from '../dom.ts';
import type { Store } from '../store.ts';
import { duration, moment } from '../words.ts';
import { delaysLane } from './delays-lane.ts';
import { dumpMarks } from './dump-marks.ts';
import type { Drawing, Lane } from './lane.ts';
import { logLane } from './log-lane.ts';
import { patterns } from './patterns.ts';
import { phasesLane } from './phases-lane.ts';
import { probesLane } from './probes-lane.ts';
import { anchorOf, type TimeScale, ticks, timeScale } from './scale.ts';
import { streamsLane } from './streams-lane.ts';
import { dumpsLane, workerLane } from './worker-lane.ts';

const axisHeight = 24;
/** For the names of silences, where there are any. */
const silenceHeight = 16;
const gap = 12;
const labelHeight = 16;
/** Narrower drawings have the labels above the lanes and not beside them. */
const leastForGutter = 640;
const gutterPixels = 128;

export interface Chart {
  readonly element: SVGSVGElement;
  readonly scale: TimeScale;
}

/** The timeline of the chosen part of the run, as wide as it is told to be. */
export function drawChart(model: PageModel, store: Store, width: number): Chart {
  const hasGutter = width >= leastForGutter;
  const scale = timeScale(store.state.view, hasGutter ? gutterPixels : 0, width - 1);
  const lanes = lanesOf(model, store);
  let top = axisHeight + (model.timeline.silences.length > 0 ? silenceHeight : 0) + gap / 2;
  const drawn = lanes.map((lane) => {
    const at = top + (hasGutter ? 0 : labelHeight);
    top = at + lane.height + gap;
    return { lane, drawing: { model, scale, top: at, height: lane.height } };
  });
  const height = top;
  const element = s(
    'svg',
    {
      class: 'chart',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'group',
      'aria-label': `Timeline from ${moment(scale.fromMs)} to ${moment(scale.toMs)}. The same as tables stands below it.`,
    },
    patterns('chart'),
    s(
      'g',
      { 'aria-hidden': 'true' },
      silences(model, scale, height),
      axis(scale, height),
      momentLines(model, scale, height),
    ),
    drawn.map(({ lane, drawing }) => [
      label(lane, drawing, hasGutter),
      s('g', {}, lane.draw(drawing) as Child),
    ]),
    s('line', { class: 'cursor', y1: axisHeight, y2: height, x1: -10, x2: -10 }),
  );
  return { element, scale };
}

function lanesOf(model: PageModel, store: Store): Lane[] {
  const { timeline, dumps, log } = model;
  const marks = dumpMarks(model, store);
  const workers = timeline.workers.map(({ pid }) => pid);
  const others = [...new Set(dumps.dumps.map(({ pid }) => pid))].filter((pid) => !workers.includes(pid));
  const lanes = [
    phasesLane(timeline),
    streamsLane(timeline),
    ...timeline.probes.map((probes) => probesLane(probes, timeline)),
    ...timeline.workers.map((worker) => workerLane(worker, marks)),
    dumpsLane(others, marks),
    logLane(log),
    delaysLane(timeline),
  ];
  return lanes.filter((lane) => lane !== undefined);
}

const labelLetters = 18;

function label({ label: text, hint }: Lane, { top, height }: Drawing, hasGutter: boolean): SVGElement {
  const shown = text.length > labelLetters && hasGutter ? `${text.slice(0, labelLetters - 1)}…` : text;
  const y = hasGutter ? top + Math.min(11, height / 2) : top - labelHeight / 2 - 1;
  return s(
    'g',
    { class: 'lane-label' },
    s('title', {}, text),
    s('text', { x: 0, y, class: 'lane-name' }, shown, !hasGutter && hint ? ` · ${hint}` : null),
    hasGutter && hint && height > 30 ? s('text', { x: 0, y: y + 15, class: 'lane-hint' }, hint) : null,
  );
}

function axis(scale: TimeScale, height: number): SVGElement {
  const { everyMs, at } = ticks(scale);
  return s(
    'g',
    {},
    at.map((ms) => [
      s('line', { x1: scale.x(ms), x2: scale.x(ms), y1: axisHeight, y2: height, class: 'tick' }),
      s(
        'text',
        {
          x: scale.x(ms),
          y: axisHeight - 10,
          class: 'tick-name',
          'text-anchor': anchorOf(scale.x(ms), scale),
        },
        moment(ms, everyMs),
      ),
    ]),
  );
}

function silences({ timeline }: PageModel, scale: TimeScale, height: number): SVGElement {
  return s(
    'g',
    {},
    timeline.silences
      .filter(({ startMs, endMs }) => endMs > scale.fromMs && startMs < scale.toMs)
      .map(({ startMs, endMs }) => {
        const [x1, x2] = [scale.clamped(startMs), scale.clamped(endMs)];
        const name = `silent for ${duration(endMs - startMs)}`;
        return [
          s('rect', { x: x1, y: axisHeight, width: x2 - x1, height: height - axisHeight, class: 'silence' }),
          s('rect', {
            x: x1,
            y: axisHeight,
            width: x2 - x1,
            height: height - axisHeight,
            fill: 'url(#chart-silence)',
          }),
          s('rect', {
            x: x1,
            y: axisHeight - 1,
            width: Math.max(2, x2 - x1),
            height: 4,
            class: 'silence-bar',
          }),
          x2 - x1 > name.length * 6.6
            ? s('text', { x: x1 + 4, y: axisHeight + 12, class: 'silence-name' }, name)
            : null,
        ];
      }),
  );
}

function momentLines({ timeline }: PageModel, scale: TimeScale, height: number): SVGElement {
  return s(
    'g',
    {},
    timeline.moments
      .filter(({ atMs }) => atMs >= scale.fromMs && atMs <= scale.toMs)
      .map(({ atMs, text }) =>
        s(
          'line',
          { x1: scale.x(atMs), x2: scale.x(atMs), y1: axisHeight, y2: height, class: 'moment' },
          s('title', {}, text),
        ),
      ),
  );
}

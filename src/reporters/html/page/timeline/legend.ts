import { type PageModel, probeKinds } from '../../model.ts';
import { type Child, h, s } from '../dom.ts';
import { endWords } from '../words.ts';
import { fillOf, patterns } from './patterns.ts';
import { kindWords, shapes } from './probes-lane.ts';
import { glyph } from './streams-lane.ts';
import { dumpShape, stateWords } from './worker-lane.ts';

/** Only what this run shows. */
export function legend({ timeline, dumps }: PageModel): HTMLElement {
  const kinds = new Set(timeline.probes.flatMap(({ each }) => each.map((probe) => probe[2])));
  const ends = new Set(timeline.streams.each.map(({ end }) => end));
  const states = new Set(timeline.workers.flatMap(({ spans }) => spans.map(({ state }) => state)));
  const entries: (readonly [Child, string])[] = [
    ...probeKinds.flatMap((kind, index) =>
      kinds.has(index)
        ? [
            [
              s('path', { d: shapes[kind](9, 7), class: `probe ${kind}` }),
              `probe ${kindWords[kind]}`,
            ] as const,
          ]
        : [],
    ),
    ...[...ends].map(
      (end) =>
        [
          [s('line', { x1: 0, x2: 11, y1: 7, y2: 7, class: 'stream sending' }), glyph(end, 12, 7)],
          `stream ${endWords(end)}`,
        ] as const,
    ),
    ...Object.keys(stateWords).flatMap((state) =>
      states.has(state as never) && state !== 'unseen'
        ? [
            [
              s('rect', {
                x: 0,
                y: state === 'free' ? 4 : 1,
                width: 18,
                height: state === 'free' ? 6 : 12,
                class: `state ${state}`,
                fill: fillOf(state, 'legend'),
              }),
              `loop ${stateWords[state]}`,
            ] as const,
          ]
        : [],
    ),
    ...(dumps.dumps.length > 0
      ? [[s('path', { d: dumpShape(9, 7), class: 'dump-shape' }), 'dump of stacks'] as const]
      : []),
  ];
  return h(
    'details',
    { class: 'legend' },
    h('summary', {}, 'Legend'),
    h(
      'ul',
      {},
      entries.map(([drawing, text], index) =>
        h(
          'li',
          {},
          s(
            'svg',
            { width: 18, height: 14, viewBox: '0 0 18 14', 'aria-hidden': 'true' },
            index === 0 ? patterns('legend') : null,
            drawing,
          ),
          text,
        ),
      ),
    ),
  );
}

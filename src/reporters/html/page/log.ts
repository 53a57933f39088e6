import type { PageModel } from '../model.ts';
import { h } from './dom.ts';
import { selectDump } from './dumps/select.ts';
import { onResize } from './resize.ts';
import type { Store } from './store.ts';
import { counted, duration, endWords, moment } from './words.ts';

interface Entry {
  readonly atMs: number | null;
  readonly text: string;
  readonly note?: string | null;
  /** Of the gate, and not printed by the backend. */
  readonly kind: 'line' | 'phase' | 'event' | 'silence' | 'dump';
  readonly dump?: number;
}

/** What the backend printed, among what was done to it: the list goes where the reader points in the timeline. */
export function logPanel(model: PageModel, store: Store): HTMLElement {
  const entries = entriesOf(model);
  const rows = entries.map((entry) => row(entry, store));
  const list = h('ol', {}, rows);
  const box = h(
    'div',
    {
      class: 'log',
      tabindex: 0,
      role: 'region',
      'aria-label': 'Log of the backend, with what was done to it',
    },
    list,
  );
  let near: HTMLElement | undefined;
  const goTo = (atMs: number, isExact: boolean) => {
    const at = entries.findLastIndex((entry) => entry.atMs !== null && entry.atMs <= atMs);
    const next = rows[Math.max(0, at)];
    if (!next || next === near) return;
    near?.classList.remove('near');
    if (isExact) next.classList.add('near');
    near = isExact ? next : undefined;
    box.scrollTop = next.offsetTop - (isExact ? box.clientHeight / 2 : 4);
  };
  const toView = () => goTo(store.state.view[0], false);
  store.on(['view'], toView);
  // Not before it has a height.
  onResize(box, toView);
  store.on(['cursorMs'], () => {
    const { cursorMs } = store.state;
    if (cursorMs !== null) goTo(cursorMs, true);
  });
  return h(
    'div',
    { class: 'log-panel' },
    h('h3', {}, 'Log'),
    box,
    h('p', { class: 'muted' }, model.log.note),
  );
}

function entriesOf({ timeline, log, dumps }: PageModel): Entry[] {
  const own: Entry[] = [
    ...timeline.phases.map(({ name, startMs, note }) => ({
      atMs: startMs,
      text: name,
      note,
      kind: 'phase' as const,
    })),
    ...timeline.moments.map(({ atMs, text }) => ({ atMs, text, kind: 'event' as const })),
    ...timeline.waves.flatMap(({ abort, abortedMs, streams }) =>
      abortedMs === null
        ? []
        : [
            {
              atMs: abortedMs,
              text: `${counted(streams, 'stream')} ${endWords(abort)}`,
              kind: 'event' as const,
            },
          ],
    ),
    ...timeline.silences.flatMap(({ startMs, endMs, paths, isOver }) => [
      { atMs: startMs, text: `${paths.join(' and ')} fall silent`, kind: 'silence' as const },
      ...(isOver
        ? [
            {
              atMs: endMs,
              text: `answers again after ${duration(endMs - startMs)}`,
              kind: 'silence' as const,
            },
          ]
        : []),
    ]),
    ...dumps.dumps.map(({ atMs, pid, loop }, index) => ({
      atMs,
      text: `dump ${index + 1} of pid ${pid}${loop === null ? '' : `, loop ${loop}`}`,
      kind: 'dump' as const,
      dump: index,
    })),
  ];
  const lines = log.lines.map(({ atMs, text }) => ({ atMs, text, kind: 'line' as const }));
  const isTimed = lines.every(({ atMs }) => atMs !== null);
  const timed = [...own, ...(isTimed ? lines : [])].sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0));
  return isTimed ? timed : [...timed, ...lines];
}

function row({ atMs, text, note, kind, dump }: Entry, store: Store): HTMLElement {
  return h(
    'li',
    { class: kind },
    h('span', { class: 'at' }, atMs === null ? '' : moment(atMs)),
    dump === undefined
      ? h('span', { class: 'text' }, text, note ? h('span', { class: 'note' }, ` ${note}`) : null)
      : h('button', { type: 'button', class: 'text', click: () => selectDump(store, dump, true) }, text),
  );
}

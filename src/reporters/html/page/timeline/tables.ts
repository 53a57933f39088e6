import type { PageModel, Table } from '../../model.ts';
import { h } from '../dom.ts';
import { figureTable } from '../numbers.ts';
import { duration, endWords, moment } from '../words.ts';

const mostRows = 60;

/** The timeline for those who do not see it, and for copying. */
export function timelineTables(model: PageModel): HTMLElement {
  const tables = [phases(model), waves(model), streams(model), silences(model), loops(model), dumps(model)];
  return h(
    'details',
    { class: 'as-tables' },
    h('summary', {}, 'The timeline as tables'),
    h('div', { class: 'tables' }, tables.filter(({ rows }) => rows.length > 0).map(figureTable)),
  );
}

function phases({ timeline }: PageModel): Table {
  const rows = timeline.phases.map(({ name, startMs, endMs, note }) => [
    name,
    moment(startMs),
    duration(endMs - startMs),
    note ?? '',
  ]);
  return bounded({ caption: 'Phases', head: ['phase', 'from', 'for', 'how it went'], rows });
}

function waves({ timeline }: PageModel): Table {
  const rows = timeline.waves.map(
    ({
      index,
      abort,
      openedMs,
      abortedMs,
      settledMs,
      streams: count,
      exercised,
      events,
      slowestFirstByteMs,
    }) => [
      String(index),
      moment(openedMs),
      abortedMs === null ? '–' : moment(abortedMs),
      endWords(abort),
      String(count),
      String(exercised),
      String(events),
      slowestFirstByteMs === null ? '–' : duration(slowestFirstByteMs),
      settledMs === null ? 'never' : moment(settledMs),
    ],
  );
  return bounded({
    caption: 'Waves of streams',
    head: [
      'wave',
      'opened',
      'left',
      'how',
      'streams',
      'open when left',
      'events',
      'slowest first byte',
      'everything answered',
    ],
    rows,
  });
}

function streams({ timeline }: PageModel): Table {
  const rows = timeline.streams.each.map(({ wave, openedMs, firstByteMs, endedMs, events, status, end }) => [
    String(wave),
    moment(openedMs),
    firstByteMs === null ? 'none' : duration(firstByteMs - openedMs),
    String(events),
    status === null ? '–' : String(status),
    moment(endedMs),
    endWords(end),
  ]);
  return bounded({
    caption: 'Streams',
    head: ['wave', 'opened', 'first byte after', 'events', 'status', 'ended', 'how'],
    rows,
  });
}

function silences({ timeline }: PageModel): Table {
  const rows = timeline.silences.map(({ startMs, endMs, paths, isOver }) => [
    moment(startMs),
    duration(endMs - startMs),
    paths.join(', '),
    isOver ? 'yes' : 'not in this run',
  ]);
  return bounded({ caption: 'Silences', head: ['from', 'for', 'routes', 'answered again'], rows });
}

function loops({ timeline }: PageModel): Table {
  const rows = timeline.workers.flatMap(({ label, spans }) =>
    spans
      .filter(({ state }) => state !== 'unseen')
      .map(({ startMs, endMs, state, detail }) => [
        label,
        moment(startMs),
        duration(endMs - startMs),
        state,
        detail,
      ]),
  );
  return bounded({ caption: 'Event loops', head: ['process', 'from', 'for', 'state', 'what tells'], rows });
}

function dumps({ dumps: { dumps: all } }: PageModel): Table {
  const rows = all.map(({ pid, atMs, trigger, source, loop, kernel, error }, index) => [
    String(index + 1),
    moment(atMs),
    `pid ${pid}`,
    trigger,
    source,
    loop ?? '–',
    kernel ?? error ?? '–',
  ]);
  return bounded({ caption: 'Dumps', head: ['dump', 'at', 'process', 'why', 'by', 'loop', 'kernel'], rows });
}

function bounded(table: Table): Table {
  const left = table.rows.length - mostRows;
  return left <= 0
    ? table
    : { ...table, rows: table.rows.slice(0, mostRows), note: `${left} more, see evidence.json.` };
}

import type { PageModel, RulePage, SourcePlace } from '../model.ts';
import { type Child, h, link, mark, sentence } from './dom.ts';
import { selectDump } from './dumps/select.ts';
import type { Store } from './store.ts';
import { overview } from './timeline/overview.ts';
import { counted, duration, endWords } from './words.ts';

const marks = { pass: '✓', fail: '✕', inconclusive: '?' } as const;

/** The answer: what happened, where, what to change, and when, on one screen. */
export function verdict(model: PageModel, store: Store): HTMLElement {
  const [seen, because] = halves(model.message);
  return h(
    'section',
    { id: 'verdict', class: 'verdict', 'aria-labelledby': 'sentence', tabindex: -1 },
    h(
      'p',
      { class: 'outcome' },
      mark(marks[model.verdict], 'seal'),
      h('strong', {}, model.verdict),
      h('span', { class: 'reason' }, model.reason),
      h(
        'span',
        { class: 'when' },
        `${model.run.startedAt.replace('T', ' ').slice(0, 16)} UTC · took ${duration(model.run.durationMs)}`,
      ),
    ),
    h('h1', { id: 'sentence' }, sentence(seen)),
    because === undefined ? null : h('p', { class: 'because' }, sentence(because)),
    model.notices.map(({ kind, text }) =>
      h('p', { class: `notice ${kind}` }, mark(kind === 'trouble' ? '⚠ ' : '↻ ', 'sign'), sentence(text)),
    ),
    h('div', { class: 'answer' }, h('div', { class: 'places' }, places(model, store)), aside(model)),
    overview(model, store),
  );
}

/** What was seen, and why; the colon of a sentence stands between them, never that of a code mark. */
function halves(message: string): [string, string | undefined] {
  const parts = message.split('`');
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const colon = index % 2 === 0 ? part.search(/[:;] /) : -1;
    if (colon >= 0) {
      const cut = at + colon;
      return [message.slice(0, cut), capital(message.slice(cut + 2))];
    }
    at += part.length + 1;
  }
  return [message, undefined];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function places({ culprit, waitsFor, verdict: outcome, proofs, timeline }: PageModel, store: Store): Child[] {
  if (culprit) {
    return [
      placeCard('The line', culprit, 'culprit'),
      waitsFor && placeCard(`It waits for ${counted(waitsFor.threads, 'thread')} here`, waitsFor, 'partner'),
    ];
  }
  return outcome === 'pass' && proofs.length > 0 ? [proofCard(proofs, timeline.waves, store)] : [];
}

/** Why green is green: every loop as it was seen last, and every wave that it has been through. */
function proofCard(
  proofs: PageModel['proofs'],
  waves: PageModel['timeline']['waves'],
  store: Store,
): HTMLElement {
  return h(
    'div',
    { class: 'card proof' },
    h('h2', {}, 'The proof'),
    h(
      'ul',
      { class: 'plain' },
      proofs.map((proof) => h('li', {}, proofOf(proof, store))),
    ),
    h(
      'ul',
      { class: 'plain' },
      waves
        .slice(-mostWaves)
        .map(({ index, abort, streams, abortedMs, settledMs }) =>
          h(
            'li',
            {},
            h('strong', {}, `wave ${index}: `),
            `${counted(streams, 'stream')} ${endWords(abort)}`,
            abortedMs === null || settledMs === null
              ? null
              : `, everything answered for the ${duration(settledMs - abortedMs)} after it`,
          ),
        ),
    ),
  );
}

const mostWaves = 4;

export function proofOf(
  { pid, result, detail, frames, dump }: PageModel['proofs'][number],
  store: Store,
): Child[] {
  return [
    h('strong', {}, `pid ${pid}: ${result}`),
    `, ${detail}. `,
    frames.length === 0
      ? null
      : ['It stands in ', frames.map((frame, at) => [at > 0 ? ' ← ' : null, sentence(frame)]), '. '],
    dump !== null &&
      h(
        'button',
        { type: 'button', class: 'quiet', click: () => selectDump(store, dump, true) },
        `Its stacks (dump ${dump + 1})`,
      ),
  ];
}

function placeCard(title: string, place: SourcePlace, kind: string): HTMLElement {
  return h(
    'div',
    { class: `card place ${kind}` },
    h('h2', {}, title),
    h('p', { class: 'where' }, h('code', {}, place.place), ' in ', h('code', {}, place.function)),
    place.lines.length === 0 ? null : source(place),
  );
}

export function source({ lines, place }: SourcePlace): HTMLElement {
  return h(
    'pre',
    { class: 'source', tabindex: 0, 'aria-label': `Source around ${place}`, role: 'region' },
    lines.map(({ number, text, marked }) =>
      h(
        marked ? 'mark' : 'span',
        { class: 'line' },
        h('span', { class: 'number' }, `${marked ? '▸ ' : ''}${number}`.padStart(6)),
        ` ${text}\n`,
      ),
    ),
  );
}

function aside({ fix, rulePage, facts, otherFindings }: PageModel): HTMLElement {
  return h(
    'div',
    { class: 'side' },
    fix === null
      ? null
      : h(
          'div',
          { class: 'card fix' },
          h('h2', {}, 'Fix'),
          h('p', {}, sentence(fix)),
          rulePage && h('p', {}, pageOf(rulePage)),
        ),
    fix === null && rulePage ? h('p', {}, pageOf(rulePage)) : null,
    h(
      'dl',
      { class: 'facts' },
      facts.map(({ label, value }) => h('div', {}, h('dt', {}, label), h('dd', {}, value))),
    ),
    otherFindings.map(({ level, message, fix: change, page }) =>
      h(
        'p',
        { class: 'finding' },
        h('strong', {}, `${level}: `),
        sentence(message),
        change === null ? ' ' : [' ', sentence(change), ' '],
        pageOf(page),
      ),
    ),
  );
}

function pageOf({ id, path, url }: RulePage): HTMLElement {
  return url === null
    ? h('span', { class: 'more' }, 'More: ', h('code', {}, path))
    : link(url, `More about ${id}`, mark(' ↗', 'arrow'));
}

import type { PageModel, RulePage, SourcePlace } from '../model.ts';
import { type Child, h, link, mark, sentence } from './dom.ts';
import type { Store } from './store.ts';
import { overview } from './timeline/overview.ts';
import { counted, duration } from './words.ts';

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
        `${new Date(model.run.startedAt).toLocaleString()} · took ${duration(model.run.durationMs)}`,
      ),
    ),
    h('h1', { id: 'sentence' }, sentence(seen)),
    because === undefined ? null : h('p', { class: 'because' }, sentence(because)),
    h('div', { class: 'answer' }, h('div', { class: 'places' }, places(model)), aside(model)),
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

function places({ culprit, waitsFor, verdict: outcome, proofs }: PageModel): Child[] {
  if (culprit) {
    return [
      placeCard('The line', culprit, 'culprit'),
      waitsFor && placeCard(`It waits for ${counted(waitsFor.threads, 'thread')} here`, waitsFor, 'partner'),
    ];
  }
  if (outcome !== 'pass' || proofs.length === 0) return [];
  return [
    h(
      'div',
      { class: 'card proof' },
      h('h2', {}, 'The proof'),
      h(
        'ul',
        { class: 'plain' },
        proofs.map(({ pid, result, detail }) =>
          h('li', {}, h('strong', {}, `pid ${pid}: ${result}`), `, ${detail}`),
        ),
      ),
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
    otherFindings.map(({ level, message, page }) =>
      h('p', { class: 'finding' }, h('strong', {}, `${level}: `), sentence(message), ' ', pageOf(page)),
    ),
  );
}

function pageOf({ id, path, url }: RulePage): HTMLElement {
  return url === null
    ? h('span', { class: 'more' }, 'More: ', h('code', {}, path))
    : link(url, `More about ${id}`, mark(' ↗', 'arrow'));
}

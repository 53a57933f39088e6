import type { PageModel } from '../model.ts';
import { about } from './about.ts';
import { besideBaseline } from './baseline.ts';
import { checks } from './checks.ts';
import { h } from './dom.ts';
import { firstDump } from './dumps/first-dump.ts';
import { dumpSection } from './dumps/section.ts';
import { numbers } from './numbers.ts';
import { openForPrint } from './print.ts';
import { repeat } from './repeat.ts';
import { Store } from './store.ts';
import { themeButton } from './theme.ts';
import { timelineSection } from './timeline/section.ts';
import { verdict } from './verdict.ts';

const data = document.getElementById('report')?.textContent ?? '';
draw(JSON.parse(data) as PageModel);

function draw(model: PageModel): void {
  const store = new Store({
    view: model.timeline.focus,
    dump: firstDump(model),
    compare: null,
    cursorMs: null,
  });
  const sections = [
    { id: 'timeline', title: 'Timeline', content: timelineSection(model, store) },
    { id: 'dumps', title: 'Stacks', content: dumpSection(model, store) },
    { id: 'checks', title: 'Checks', content: checks(model, store) },
    { id: 'baseline', title: 'Beside the baseline', content: besideBaseline(model) },
    { id: 'numbers', title: 'Numbers', content: numbers(model) },
    { id: 'repeat', title: 'By hand', content: repeat(model) },
    { id: 'about', title: 'About', content: about(model) },
  ].filter(({ content }) => content !== null);
  document.getElementById('unscripted')?.remove();
  document.body.append(
    h('a', { class: 'skip', href: '#verdict' }, 'Skip to the verdict'),
    h(
      'header',
      { class: 'bar' },
      h('span', { class: 'brand' }, 'hang-gate'),
      h(
        'nav',
        { 'aria-label': 'Parts of the report' },
        ...sections.map(({ id, title }) => h('a', { href: `#${id}` }, title)),
      ),
      themeButton(),
    ),
    h(
      'main',
      {},
      verdict(model, store),
      ...sections.map(({ id, title, content }) =>
        h(
          'section',
          { id, 'aria-labelledby': `${id}-title`, tabindex: -1 },
          h('h2', { id: `${id}-title` }, title),
          content,
        ),
      ),
    ),
  );
  openForPrint();
}

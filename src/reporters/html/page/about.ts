import type { PageModel } from '../model.ts';
import { h, sentence } from './dom.ts';

export function about({ run, bounds }: PageModel): HTMLElement {
  const rows: readonly (readonly [string, string])[] = [
    ['command', run.command],
    ['folder', run.workingDirectory],
    ['stream', run.stream],
    ['upstream', run.upstream],
    ['begun', run.startedAt],
    ['hang-gate', run.gate],
    ['machine', run.system],
  ];
  return h(
    'div',
    {},
    h(
      'dl',
      { class: 'run' },
      rows.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
    ),
    bounds.length === 0
      ? null
      : [
          h('h3', {}, 'Summed up or left out on this page'),
          h(
            'ul',
            {},
            bounds.map((text) => h('li', {}, text)),
          ),
        ],
    h(
      'p',
      { class: 'muted' },
      sentence(
        'This page holds names of functions and files, line numbers, a few source lines of the workspace, the command line and the backend’s log, never the values of variables. It loads nothing and sends nothing. `evidence.json` beside it holds all that was seen; `hang-gate diagnose evidence.json` judges it again.',
      ),
    ),
  );
}

import type { PageModel } from '../model.ts';
import { h, sentence } from './dom.ts';

export function repeat({ repeat: steps }: PageModel): HTMLElement {
  return h(
    'ol',
    { class: 'repeat' },
    steps.map(({ title, note, command }) =>
      h(
        'li',
        {},
        h('h3', {}, title),
        h('p', {}, sentence(note)),
        h(
          'div',
          { class: 'command' },
          h('pre', { tabindex: 0, role: 'region', 'aria-label': title }, command),
          copyButton(command),
        ),
      ),
    ),
  );
}

function copyButton(text: string): HTMLElement {
  const button = h('button', { type: 'button', class: 'quiet copy' }, 'Copy');
  button.addEventListener('click', () => {
    const say = (word: string) => {
      button.textContent = word;
      setTimeout(() => {
        button.textContent = 'Copy';
      }, 1_500);
    };
    navigator.clipboard.writeText(text).then(
      () => say('Copied'),
      () => say('Not allowed here'),
    );
  });
  return button;
}

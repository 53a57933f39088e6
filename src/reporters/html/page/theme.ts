import { h } from './dom.ts';

const themes = ['auto', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];
const key = 'hang-gate-theme';

/** Goes through the three; the choice is kept where the browser lets a page keep one. */
export function themeButton(): HTMLElement {
  let theme = kept();
  const button = h('button', {
    type: 'button',
    class: 'theme',
    click: () => {
      theme = themes[(themes.indexOf(theme) + 1) % themes.length] as Theme;
      keep(theme);
      show();
    },
  });
  const show = () => {
    document.documentElement.dataset['theme'] = theme;
    button.textContent = `Theme: ${theme}`;
  };
  show();
  return button;
}

function kept(): Theme {
  try {
    return themes.find((theme) => theme === localStorage.getItem(key)) ?? 'auto';
  } catch {
    return 'auto';
  }
}

function keep(theme: Theme): void {
  try {
    localStorage.setItem(key, theme);
  } catch {
    // A page from a sandbox may keep nothing.
  }
}

import { s } from '../dom.ts';

/** Fills that can be told apart without their colours. */
export function patterns(prefix: string): SVGElement {
  return s(
    'defs',
    {},
    s(
      'pattern',
      {
        id: `${prefix}-hatch`,
        width: 6,
        height: 6,
        patternUnits: 'userSpaceOnUse',
        patternTransform: 'rotate(45)',
      },
      s('rect', { width: 6, height: 6, class: 'hatch-ground' }),
      s('rect', { width: 2, height: 6, class: 'hatch-line' }),
    ),
    s(
      'pattern',
      { id: `${prefix}-dots`, width: 6, height: 6, patternUnits: 'userSpaceOnUse' },
      s('rect', { width: 6, height: 6, class: 'dots-ground' }),
      s('circle', { cx: 3, cy: 3, r: 1.4, class: 'dots-dot' }),
    ),
    s(
      'pattern',
      { id: `${prefix}-bars`, width: 5, height: 5, patternUnits: 'userSpaceOnUse' },
      s('rect', { width: 5, height: 5, class: 'bars-ground' }),
      s('rect', { width: 2, height: 5, class: 'bars-line' }),
    ),
    s(
      'pattern',
      {
        id: `${prefix}-silence`,
        width: 8,
        height: 8,
        patternUnits: 'userSpaceOnUse',
        patternTransform: 'rotate(-45)',
      },
      s('rect', { width: 1, height: 8, class: 'silence-line' }),
    ),
  );
}

/** What a state is filled with where it has a pattern; others take the colour of their class. */
export function fillOf(state: string, prefix: string): string | undefined {
  if (state === 'blocked') return `url(#${prefix}-hatch)`;
  if (state === 'starved') return `url(#${prefix}-dots)`;
  if (state === 'held') return `url(#${prefix}-bars)`;
  return undefined;
}

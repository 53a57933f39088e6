import type { Style } from '../marks.ts';
import type { Report } from '../reporter.ts';
import type { Page } from './page.ts';
import { type TimelineRow, timeline } from './timeline.ts';

/** Marks that matter, by their row. */
const accents: Readonly<Partial<Record<TimelineRow['kind'], readonly [marks: RegExp, style: Style]>>> = {
  probes: [/×+/g, 'red'],
  silence: [/━+/g, 'red'],
  lane: [/█+/g, 'red'],
  dumps: [/▲/g, 'cyan'],
  streams: [/┤/g, 'yellow'],
};

export function printTimeline(page: Page, { evidence }: Report): void {
  const rows = timeline(evidence, page.width - 2);
  if (rows.length > 0) page.line();
  for (const { kind, label, text } of rows) {
    const accent = accents[kind];
    if (kind === 'legend') page.paragraph(text);
    else if (!accent) page.line(`  ${page.paint('dim', `${label}  ${text}`.trimEnd())}`);
    else
      page.line(`  ${label}  ${text.trimEnd().replace(accent[0], (marks) => page.paint(accent[1], marks))}`);
  }
}

import { baselineText } from '../baseline-text.ts';
import { sentence } from '../markdown.ts';
import type { Report } from '../reporter.ts';
import type { Part } from './parts.ts';

/** Nothing where no baseline was given. */
export function besideBaseline({ result }: Report): Part[] {
  if (!result.baseline) return [];
  const { heading, sentences } = baselineText(result.baseline);
  const text = [`### ${sentence(heading)}`, sentences.map((each) => `- ${sentence(each)}`).join('\n')].join(
    '\n\n',
  );
  return [{ what: 'the comparison with the baseline', text }];
}

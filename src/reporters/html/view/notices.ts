import { reportFiles } from '../../../report-folder/report-folder.ts';
import { seconds } from '../../../rules/wording.ts';
import type { Report } from '../../reporter.ts';
import type { Notice } from '../model.ts';

/** What a reader has to know of the report itself before reading on. */
export function notices({ result: { attempts }, troubles = [] }: Report): Notice[] {
  const [first] = attempts;
  return [
    ...(first && attempts.length > 1
      ? [{ kind: 'attempt' as const, text: secondAttempt(first, attempts.length) }]
      : []),
    ...troubles.map((trouble) => ({
      kind: 'trouble' as const,
      text: `The report is not complete: ${trouble}. The verdict stands.`,
    })),
  ];
}

type Attempt = Report['result']['attempts'][number];

function secondAttempt({ verdict, reason, longestWaitMs }: Attempt, count: number): string {
  const waited = longestWaitMs === null ? '' : ` with a longest wait of ${seconds(longestWaitMs)}`;
  return `This is attempt ${count} of ${count}, on a fresh boot. The first ended as \`${verdict}\`, \`${reason}\`${waited}; its log and dumps are in \`${reportFiles.firstAttempt}/\`.`;
}

import type { Annotations } from './annotations.ts';
import type { Secrets } from './secrets.ts';

const largestBytes = 1024 * 1024;

/** What a job's page shows of the summary: all of it with its secrets masked line by line, or nothing and an error. */
export function acceptSummary(text: string, annotations: Annotations, secrets: Secrets): string {
  const bytes = Buffer.byteLength(text);
  if (bytes <= largestBytes) {
    return text
      .split('\n')
      .map((line) => secrets.mask(line))
      .join('\n');
  }
  annotations.add(
    'error',
    `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${Math.floor(bytes / 1024)}k.`,
  );
  return '';
}

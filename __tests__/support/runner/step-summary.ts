import type { Annotations } from './annotations.ts';

const largestBytes = 1024 * 1024;

/** What a job's page shows of the summary: all of it, or nothing and an error. */
export function acceptSummary(text: string, annotations: Annotations): string {
  const bytes = Buffer.byteLength(text);
  if (bytes <= largestBytes) return text;
  annotations.add(
    'error',
    `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${Math.ceil(bytes / 1024)}k.`,
  );
  return '';
}

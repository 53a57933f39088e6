/** What makes two findings of different runs the same. */
import { bareName } from '../analysis/frames.ts';
import type { Evidence } from '../evidence/schema.ts';
import type { Finding, Location } from './rule.ts';
import { libraryFile } from './wording.ts';

interface Described {
  readonly ruleId: string;
  readonly location: Location | null;
  readonly subject?: string | undefined;
}

/**
 * Cause, file and function, such as `executor-exit app/main.py news_stream`: lines move with every change, and names are
 * qualified on some releases of Python only. `null` without a place or a subject: two crashes need not be the same one.
 */
export function fingerprintOf({ ruleId, location, subject }: Described): string | null {
  const place = location && `${libraryFile(location.file)} ${bareName(location)}`;
  const parts = [place, subject].filter((part) => part !== null && part !== undefined);
  return parts.length > 0 ? [ruleId, ...parts].join(' ') : null;
}

/** Whether the baseline has it too: as what failed it, what stood behind that, or what it knew in its turn. */
export function isKnown(
  fingerprint: Finding['fingerprint'],
  { baseline }: Pick<Evidence, 'baseline'>,
): boolean {
  if (fingerprint === null || !baseline) return false;
  return knownFindings(baseline.result).some((finding) => finding.fingerprint === fingerprint);
}

export function knownFindings({
  findings,
}: NonNullable<Evidence['baseline']>['result']): NonNullable<Evidence['baseline']>['result']['findings'] {
  return findings.filter(({ level, known, behind }) => level === 'error' || known || behind);
}

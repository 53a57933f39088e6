import { posix } from 'node:path';
import type { Evidence } from '../evidence/schema.ts';
import type { Location } from '../rules/rule.ts';

/**
 * A place as GitHub knows it, its file relative to the repository. `undefined` for one outside, which nothing can be shown
 * at. The repository need not lie at the root of the workspace.
 */
export function repositoryPlace(
  { file, ...place }: Location,
  { gate }: Pick<Evidence, 'gate'>,
): Location | undefined {
  const way = posix.relative(gate.checkout ?? '', file);
  const isOutside =
    way === '' || way.startsWith('..') || posix.isAbsolute(file) || /^([A-Za-z]:|<)/.test(file);
  return isOutside ? undefined : { file: way, ...place };
}

import type { Finding } from '../rules/rule.ts';
import type { Report } from './reporter.ts';

/** A finding's page as people can open it: a link where the repository's address is known, else the path in it. */
export function pageLink({ page }: Finding, { repositoryUrl }: Pick<Report, 'repositoryUrl'>): string {
  return repositoryUrl === undefined ? page : `${repositoryUrl}/${page}`;
}

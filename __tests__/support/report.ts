import type { Evidence } from '../../src/evidence/schema.ts';
import type { Report } from '../../src/reporters/reporter.ts';
import { judge } from '../../src/verdict/judge.ts';

/** What a reporter gets for this evidence. */
export function reportOf(evidence: Evidence): Report {
  const repositoryUrl = 'https://github.com/octo/hang-gate/blob/v1';
  return { evidence, result: judge(evidence), reportDir: '/nowhere', repositoryUrl };
}

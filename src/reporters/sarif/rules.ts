/** The table of rules and causes in a SARIF log. */
import { blockedLoopCauses } from '../../rules/blocked-loop/index.ts';
import { freeLoopCauses } from '../../rules/free-loop/index.ts';
import { rules } from '../../rules/index.ts';
import { pageOf } from '../../rules/rule.ts';
import type { Report } from '../reporter.ts';

/** Sorted by nothing: a result names its rule by its place in this list. */
const described: readonly { readonly id: string; readonly title: string }[] = [
  ...rules,
  ...blockedLoopCauses,
  ...freeLoopCauses,
];

export function ruleIndexOf(ruleId: string): number {
  return described.findIndex(({ id }) => id === ruleId);
}

export function ruleDescriptors({ repositoryUrl }: Pick<Report, 'repositoryUrl'>) {
  return described.map(({ id, title }) => {
    const page = repositoryUrl === undefined ? undefined : `${repositoryUrl}/${pageOf(id)}`;
    const where = page ?? `${pageOf(id)} in the repository of hang-gate`;
    return {
      id,
      name: id.replace(/(^|-)(\w)/g, (_match, _dash, letter: string) => letter.toUpperCase()),
      shortDescription: { text: sentence(title) },
      fullDescription: { text: sentence(title) },
      help: {
        text: `What it means, how it is told from the rest and how to fix it: ${where}`,
        ...(page && {
          markdown: `[What it means, how it is told from the rest and how to fix it](${page})`,
        }),
      },
      ...(page && { helpUri: page }),
      defaultConfiguration: { level: 'error' },
      properties: { tags: ['reliability', 'asyncio'], 'problem.severity': 'error', precision: 'very-high' },
    };
  });
}

function sentence(title: string): string {
  return /[.?!]$/.test(title) ? title : `${title}.`;
}

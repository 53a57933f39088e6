import { bundlePage } from '../../../scripts/lib/page-bundle.ts';
import type { Evidence } from '../../../src/evidence/schema.ts';
import type { Report } from '../../../src/reporters/reporter.ts';
import { judge } from '../../../src/verdict/judge.ts';

export const repositoryUrl = 'https://github.com/octo/hang-gate/blob/v1';

/** Answers `renderHtml` with the page's script and style as the build puts them in. */
export async function rendererWithScript(): Promise<(report: Report) => string> {
  const { script, style } = await bundlePage();
  // Not defined by a build, they are looked for here.
  Object.assign(globalThis, { __HANG_GATE_PAGE_SCRIPT__: script, __HANG_GATE_PAGE_STYLE__: style });
  const { renderHtml } = await import('../../../src/reporters/html/render.ts');
  return renderHtml;
}

export async function renderWithScript(
  evidence: Evidence,
  troubles: readonly string[] = [],
): Promise<string> {
  const render = await rendererWithScript();
  return render({ evidence, result: judge(evidence), reportDir: '/tmp/report', repositoryUrl, troubles });
}

import { describe, expect, test } from '@jest/globals';
import { annotationsOf } from '../../../src/reporters/github/annotations.ts';
import type { Finding } from '../../../src/rules/rule.ts';
import { readGoldens } from '../../support/golden.ts';
import { makeEvidence, workspace } from '../../support/make-evidence.ts';
import { reportOf } from '../../support/report.ts';

const golden = (name: string) =>
  reportOf(readGoldens().find((each) => each.name === name)?.evidence ?? makeEvidence());
const red = golden('executor-exit.3.13');
const places = (report = red) =>
  annotationsOf(report).map(({ level, at }) => [level, at && `${at.file}:${at.line}`]);

function withFindings(...findings: Partial<Finding>[]) {
  const [first] = red.result.findings;
  const all = [
    first,
    ...findings.map((finding) => ({ ...first, level: 'warning', location: null, ...finding })),
  ];
  return { ...red, result: { ...red.result, findings: all as Finding[] } };
}

test('a pass has none', () => {
  expect(annotationsOf(reportOf(makeEvidence()))).toEqual([]);
});

test('the culprit comes first, and then for whom it waits', () => {
  expect(places()).toEqual([
    ['error', 'app/executor_exit.py:17'],
    ['notice', 'app/executor_exit.py:12'],
  ]);
  const [error, notice] = annotationsOf(red);
  expect(error?.message).toMatch(/did not answer for .* Fix: .* See https:.*executor-exit\.md$/);
  expect(notice?.message).toMatch(
    /^The event loop, which stands at app\/executor_exit\.py:17, waits for what runs here\. See /,
  );
});

test.each(readGoldens())('$name has at most three, one of them an error', ({ evidence, expected }) => {
  const all = places(reportOf(evidence));
  expect(all.length).toBeLessThanOrEqual(3);
  expect(all.filter(([level]) => level === 'error')).toEqual([['error', expected.culprit ?? undefined]]);
});

test('warnings with a place come before others, three at most and no line twice', () => {
  const at = (line: number) => ({ file: 'app/x.py', line, function: 'f' });
  const report = withFindings(
    { ruleId: 'a' },
    { ruleId: 'b', location: at(3) },
    { ruleId: 'c', location: at(3) },
  );
  expect(places(report)).toEqual([
    ['error', 'app/executor_exit.py:17'],
    ['notice', 'app/executor_exit.py:12'],
    ['warning', 'app/x.py:3'],
  ]);
});

describe('where the repository is', () => {
  const under = (gate: Partial<ReturnType<typeof makeEvidence>['gate']>) => ({
    ...red,
    evidence: { ...red.evidence, gate: { ...red.evidence.gate, ...gate } },
  });

  test('below the workspace, files are relative to it', () => {
    expect(places(under({ workspace, checkout: 'app' }))[0]).toEqual(['error', 'executor_exit.py:17']);
  });

  test('elsewhere, the annotation has no place, which GitHub could not show', () => {
    expect(places(under({ workspace, checkout: 'other' }))).toEqual([['error', undefined]]);
  });
});

test('a long message is cut where the runner would, and keeps its link', () => {
  const { result } = red;
  const [error] = annotationsOf({ ...red, result: { ...result, message: 'x\n'.repeat(5_000) } });
  expect(error?.message).toHaveLength(4_096);
  expect(error?.message).toMatch(/… See https:.*executor-exit\.md$/);
  expect(error?.message).not.toContain('\n');
});

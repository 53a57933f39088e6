import { describe, expect, test } from '@jest/globals';
import { sarifLog } from '../../../src/reporters/sarif/index.ts';
import { pageOf } from '../../../src/rules/rule.ts';
import { readGoldens } from '../../support/golden.ts';
import {
  frame,
  loopThread,
  makeEvidence,
  makeHang,
  silenceDumps,
  stack,
  workspace,
} from '../../support/make-evidence.ts';
import { reportOf } from '../../support/report.ts';
import { validator } from '../../support/validate.ts';

const errorsOf = validator('__tests__/support/schemas/sarif-2.1.0.json');
const runOf = (evidence: Parameters<typeof reportOf>[0]) => {
  const log = sarifLog(reportOf(evidence));
  expect(errorsOf(log)).toEqual([]);
  return JSON.parse(JSON.stringify(log)).runs[0];
};
const sleepingIn = (file: string, name = 'read_news', line = 12) =>
  makeHang({ dumps: silenceDumps([loopThread([frame(name, file, line), ...stack.idleAsyncio().slice(1)])]) });

describe('every golden run', () => {
  test.each(readGoldens())(
    '$name is a valid log with one alert that code scanning can show',
    ({ evidence, expected }) => {
      const { results, tool } = runOf(evidence);
      expect(results).toHaveLength(1);
      const [{ ruleId, ruleIndex, level, message, locations }] = results;
      expect({ ruleId, level }).toEqual({ ruleId: expected.ruleId, level: 'error' });
      expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
      expect(message.text.length).toBeLessThanOrEqual(4_000);
      const { artifactLocation, region } = locations[0].physicalLocation;
      expect(artifactLocation.uri).toMatch(/^[^/:][^:]*$/);
      expect(artifactLocation.uriBaseId).toBe('SRCROOT');
      if (expected.culprit) expect(`${artifactLocation.uri}:${region.startLine}`).toBe(expected.culprit);
    },
  );
});

test('the table of rules keeps to the limits of code scanning', () => {
  const { rules } = runOf(makeEvidence()).tool.driver;
  expect(new Set(rules.map(({ id }: { id: string }) => id)).size).toBe(rules.length);
  for (const { id, name, shortDescription, fullDescription, helpUri, properties } of rules) {
    expect(name.length).toBeLessThanOrEqual(255);
    expect(shortDescription.text.length).toBeLessThanOrEqual(1_024);
    expect(fullDescription.text.length).toBeLessThanOrEqual(1_024);
    expect(properties.tags.length).toBeLessThanOrEqual(10);
    expect(helpUri).toBe(`https://github.com/octo/hang-gate/blob/v1/${pageOf(id)}`);
  }
});

test('without a known repository a rule has no link, rather than a dead one', () => {
  const { repositoryUrl: _unknown, ...report } = reportOf(makeEvidence());
  const log = sarifLog(report);
  expect(errorsOf(log)).toEqual([]);
  expect(JSON.stringify(log)).not.toContain('helpUri');
});

test('a pass has no results, and says so', () => {
  const run = runOf(makeEvidence());
  expect(run.results).toEqual([]);
  expect(run.properties).toMatchObject({ verdict: 'pass', reason: 'healthy' });
  expect(run.invocations[0]).toMatchObject({ executionSuccessful: true, exitCode: 0 });
});

test('what could not be judged is a notification of the tool and no alert', () => {
  const run = runOf(
    makeHang({ gate: { delays: [{ startMs: 2_300, durationMs: 5_000 }], maxDelayMs: 5_000 } }),
  );
  expect(run.results).toEqual([]);
  expect(run.invocations[0]).toMatchObject({ executionSuccessful: false, exitCode: 125 });
  const [notification] = run.invocations[0].toolExecutionNotifications;
  expect(notification).toMatchObject({ level: 'error', associatedRule: { id: 'runner-starved' } });
});

test("a file that could not be written is no alert at somebody's code", () => {
  const run = runOf(makeEvidence({ gateErrors: [{ code: 'report', message: 'backend.log is not whole.' }] }));
  expect(run.results).toEqual([]);
  expect(run.invocations[0].toolExecutionNotifications).toMatchObject([{ level: 'warning' }]);
});

describe('an alert', () => {
  test('shows the stack, and the application alone as the way to it', () => {
    const [{ codeFlows, stacks }] = runOf(sleepingIn(`${workspace}/app/news.py`)).results;
    const flow = codeFlows[0].threadFlows[0].locations;
    expect(flow).toHaveLength(1);
    expect(flow[0].location.physicalLocation.region.startLine).toBe(12);
    const [top, next] = stacks[0].frames;
    expect(top.location.physicalLocation.artifactLocation.uri).toBe('app/news.py');
    expect(next.location.physicalLocation.artifactLocation).toMatchObject({
      uri: expect.stringMatching(/^asyncio\//),
      uriBaseId: 'PYTHONLIB',
    });
  });

  test('points to those that are waited for', () => {
    const golden = readGoldens().find(({ name }) => name === 'executor-exit.3.13');
    const [{ relatedLocations }] = runOf(golden?.evidence ?? makeEvidence()).results;
    expect(relatedLocations).toHaveLength(1);
    expect(relatedLocations[0].logicalLocations[0].fullyQualifiedName).toBe('read_feed');
  });

  test('is the same one after its lines have moved, and another one in another function', () => {
    const printOf = (...place: Parameters<typeof sleepingIn>) =>
      runOf(sleepingIn(...place)).results[0].partialFingerprints['hangGate/v1'];
    const file = `${workspace}/app/news.py`;
    expect(printOf(file, 'read_news', 40)).toBe(printOf(file));
    expect(printOf(file, 'read_more')).not.toBe(printOf(file));
  });

  test('outside the workspace is shown in it, since code scanning refuses the whole log otherwise', () => {
    const [{ locations }] = runOf(sleepingIn('/srv/elsewhere/news.py')).results;
    expect(locations[0].physicalLocation.artifactLocation.uri).not.toMatch(/^\/|:/);
  });

  test('counts from the repository, where that lies below the workspace', () => {
    const evidence = sleepingIn(`${workspace}/shop/app/news.py`);
    const { results, originalUriBaseIds } = runOf({
      ...evidence,
      gate: { ...evidence.gate, checkout: 'shop' },
    });
    expect(results[0].locations[0].physicalLocation.artifactLocation.uri).toBe('app/news.py');
    expect(originalUriBaseIds.SRCROOT.uri).toBe(`file://${workspace}/shop/`);
  });

  test('takes any name', () => {
    const [{ locations, message }] = runOf(
      sleepingIn(`${workspace}/a b/ü%[x](1){0}##[error].py`, '<lambda>'),
    ).results;
    const { uri } = locations[0].physicalLocation.artifactLocation;
    expect(decodeURIComponent(uri)).toBe('a b/ü%[x](1){0}## [error].py');
    expect(message.text).toContain('\\[x\\](1)');
  });
});

import { expect, test } from '@jest/globals';
import type { Evidence } from '../../../src/evidence/schema.ts';
import { evaluateRules, rules } from '../../../src/rules/index.ts';
import { failedDump, makeEvidence, makeHang, probe } from '../../support/make-evidence.ts';

/** Of the contract's table of verdicts, and those of the gate's own that it leaves open with "…". */
const documented = {
  fail: [
    'loop-blocked',
    'service-unresponsive',
    'boot-blocked',
    'crashed',
    'worker-replaced',
    'stream-refused',
    'leak',
    'shutdown-blocked',
  ],
  inconclusive: [
    'not-ready',
    'not-exercised',
    'runner-starved',
    'port-in-use',
    'interrupted',
    'loop-unproven',
    'gate-failed',
    'not-reproduced',
    'backend-stopped',
  ],
};

test('rules have unique ids and a question each', () => {
  const ids = rules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, title } of rules) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(title).toMatch(/^[A-Z].*\?$/);
  }
});

test.each(rules.map((rule) => [rule.id, rule] as const))('%s gives a documented reason', (_, rule) => {
  expect(documented[rule.outcome]).toContain(rule.reason);
});

test('whatever is broken in the evidence, a rule that throws is never a pass', () => {
  const probes = undefined as unknown as Evidence['probes'];
  const results = evaluateRules(makeEvidence({ probes }));
  const [first] = results;
  expect(first).toMatchObject({
    reason: 'gate-failed',
    rule: { id: 'loop-blocked', outcome: 'inconclusive' },
    finding: { level: 'error', location: null },
  });
  expect(first?.finding.message).toMatch(/^The rule loop-blocked could not be applied: /);
});

test('only the weightiest error is told, with every remark', () => {
  const gateErrors = [{ code: 'left-behind', message: 'pid 99 is still there.' }];
  const evidence = makeHang({ gateErrors, streams: [], dumps: [failedDump()] });
  expect(evaluateRules(evidence).map(({ finding }) => `${finding.level} ${finding.ruleId}`)).toEqual([
    'error service-unresponsive',
    'warning left-behind',
  ]);
});

test('connections that failed in passing are no remark where a probe missed or the backend is gone', () => {
  const reset = probe({ sentMs: 900, latencyMs: null, status: null, error: 'read ECONNRESET' });
  const ids = (evidence: Evidence) => evaluateRules(evidence).map(({ rule }) => rule.id);
  const hang = makeHang();
  expect(ids({ ...hang, probes: [reset, ...hang.probes] })).toEqual(['service-unresponsive']);
  const exit = { atMs: 7_400, code: 1, signal: null };
  expect(ids(makeEvidence({ probes: [reset, ...makeEvidence().probes], backend: { exit } }))).toEqual([
    'crashed',
  ]);
});

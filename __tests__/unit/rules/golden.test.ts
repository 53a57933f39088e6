/** Every cause, by what was seen of backends that really hung so: the same evidence gives the same result, always. */
import { describe, expect, test } from '@jest/globals';
import type { Evidence } from '../../../src/evidence/schema.ts';
import { blockedLoopCauses } from '../../../src/rules/blocked-loop/index.ts';
import { freeLoopCauses } from '../../../src/rules/free-loop/index.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { readGoldens } from '../../support/golden.ts';

const goldens = readGoldens();
const pythons = ['3.10', '3.11', '3.12', '3.13'];

function said(evidence: Evidence) {
  const { verdict, reason, culprit, findings, message } = judge(evidence);
  return {
    outcome: `${verdict} ${reason}`,
    ruleId: findings.find(({ level }) => level === 'error')?.ruleId,
    culprit: culprit && `${culprit.file}:${culprit.line}`,
    because: message.replace(/^.* aborted by TCP reset[:;] /, ''),
  };
}

const outcomeOf = (ruleId: string) =>
  freeLoopCauses.some(({ id }) => id === ruleId) ? 'fail service-unresponsive' : 'fail loop-blocked';

test.each(goldens)('$name', ({ evidence, expected }) => {
  expect(said(evidence)).toEqual({ outcome: outcomeOf(expected.ruleId), ...expected });
  expect(judge(structuredClone(evidence))).toEqual(judge(evidence));
});

test.each([...blockedLoopCauses, ...freeLoopCauses])('$id has golden evidence of every Python', ({ id }) => {
  const files = goldens.filter(({ expected }) => expected.ruleId === id);
  expect([...new Set(files.map(({ python }) => python))].sort()).toEqual(pythons);
});

/** As on 3.10, where py-spy knows bare names only and `re` was one file. How many came is not Python's doing. */
const asOn310 = (text: string) =>
  text
    .replaceAll(/`\w+\.(\w+)`/g, '`$1`')
    .replaceAll('re/__init__.py', 're.py')
    .replaceAll(/\d+ (threads|connections|probes)/g, 'some $1');

test('every Python gives the same sentence', () => {
  const families = Map.groupBy(goldens, ({ name, python }) => name.slice(0, -python.length - 1));
  for (const [family, members] of families) {
    const sentences = new Set(members.map(({ evidence }) => asOn310(said(evidence).because)));
    expect([family, ...sentences]).toHaveLength(2);
  }
});

function without(evidence: Evidence, what: { channels?: true; sources?: true }): Evidence {
  const dumps = evidence.dumps.map((dump) => ({
    ...dump,
    loopScheduling: what.channels ? null : dump.loopScheduling,
  }));
  return { ...evidence, dumps, sources: what.sources ? [] : evidence.sources };
}

/** Of these no frame tells: the call is C, and only the kernel or the source line names it. */
const inC = goldens.filter(({ name }) =>
  /^(sleep|lock|sqlite-busy|file-wait|full-log-pipe)\.[^l]|in-c|subprocess\.system/.test(name),
);

describe('what cannot be told is said to be so', () => {
  test.each(goldens)(
    "$name without the kernel's word and without source lines still fails",
    ({ evidence, expected }) => {
      for (const what of [
        { channels: true },
        { sources: true },
        { channels: true, sources: true },
      ] as const) {
        expect(said(without(evidence, what)).outcome).toBe(outcomeOf(expected.ruleId));
      }
    },
  );

  test.each(inC)("$name is not guessed without the kernel's word", ({ evidence, expected }) => {
    const { ruleId, because } = said(without(evidence, { channels: true }));
    expect([expected.ruleId, ruleId]).not.toEqual([expected.ruleId, expected.ruleId]);
    if (ruleId === 'unnamed' && because.includes('into C')) {
      expect(because).toContain('the kernel does not show where threads sleep here');
    }
  });

  test('there are such', () => {
    expect(inC.length).toBeGreaterThan(20);
  });

  test.each(goldens.filter(({ name }) => /^sleep|in-c|subprocess\.system/.test(name)))(
    '$name is not guessed without its line',
    ({ evidence }) => {
      const { ruleId, because } = said(without(evidence, { sources: true }));
      expect(ruleId).toBe('unnamed');
      expect(because).toContain('its source line was not kept');
    },
  );
});

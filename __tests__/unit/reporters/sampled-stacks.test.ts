import { describe, expect, test } from '@jest/globals';
import { collapsedStacks } from '../../../src/reporters/sampled-stacks/collapsed.ts';
import { speedscopeFile } from '../../../src/reporters/sampled-stacks/speedscope.ts';
import { readGoldens } from '../../support/golden.ts';
import {
  dump,
  frame,
  loopThread,
  makeEvidence,
  makeHang,
  stack,
  thread,
  workspace,
} from '../../support/make-evidence.ts';
import { reportOf } from '../../support/report.ts';
import { validator } from '../../support/validate.ts';

const errorsOf = validator('__tests__/support/schemas/speedscope.json');

test.each([{ name: 'healthy', evidence: makeEvidence() }, ...readGoldens()])(
  '$name is a file that speedscope reads, and collapsed stacks',
  ({ evidence }) => {
    const file = speedscopeFile(reportOf(evidence));
    expect(errorsOf(file)).toEqual([]);
    for (const { samples, weights, startValue, endValue } of file.profiles) {
      expect(weights).toHaveLength(samples.length);
      expect(weights.reduce((sum, weight) => sum + weight, startValue)).toBeCloseTo(endValue);
      for (const index of samples.flat()) expect(file.shared.frames[index]).toBeDefined();
    }
    for (const line of collapsedStacks(evidence).split('\n').filter(Boolean))
      expect(line).toMatch(/^[^;]+(;[^;]+)* \d+$/);
  },
);

describe('the profile of a thread', () => {
  const sleeping = loopThread([frame('read', `${workspace}/app/news.py`, 12)]);
  const idle = loopThread(stack.idleAsyncio());
  const evidence = makeHang({
    dumps: [
      dump({ trigger: 'baseline', startMs: 800, durationMs: 40, threads: [idle] }),
      dump({ startMs: 3_400, threads: [sleeping, thread([frame('beside', '/x.py', 1)], { name: 'a;b' })] }),
      dump({ startMs: 3_900, threads: [sleeping] }),
      dump({ startMs: 4_900, durationMs: 50, threads: [sleeping] }),
    ],
  });

  test('is drawn to scale, with nothing where nobody looked', () => {
    const { profiles, shared } = speedscopeFile(reportOf(evidence));
    const [loop] = profiles;
    expect(loop?.name).toBe('pid 4711, MainThread (event loop)');
    expect(loop).toMatchObject({ startValue: 800, endValue: 4_950, weights: [40, 2_560, 500, 1_000, 50] });
    expect(loop?.samples[1]).toEqual([]);
    const innermost = loop?.samples[2]?.at(-1) ?? -1;
    expect(shared.frames[innermost]).toEqual({ name: 'read', file: 'app/news.py', line: 12 });
  });

  test('is counted in the collapsed stacks', () => {
    const lines = collapsedStacks(evidence).split('\n');
    expect(lines).toContain('pid 4711, MainThread (event loop);read (app/news.py:12) 3');
    expect(lines).toContain('pid 4711, a:b;beside (/x.py:1) 1');
  });
});

test('a run without dumps gives empty files', () => {
  const evidence = makeEvidence({ dumps: [] });
  expect(errorsOf(speedscopeFile(reportOf(evidence)))).toEqual([]);
  expect(collapsedStacks(evidence)).toBe('');
});

/** Every rule and every cause has a page, and every page a rule: what a finding links to is there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { blockedLoopCauses } from '../../../src/rules/blocked-loop/index.ts';
import { freeLoopCauses } from '../../../src/rules/free-loop/index.ts';
import { rules } from '../../../src/rules/index.ts';
import { pageOf } from '../../../src/rules/rule.ts';

const root = join(import.meta.dirname, '../../..');
const causes = [...blockedLoopCauses, ...freeLoopCauses];
const pageText = (id: string) => readFileSync(join(root, pageOf(id)), 'utf8');
const headings = (text: string) => [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);

test('every page has a rule, and no two rules share one', () => {
  const ids = [...rules, ...causes].map(({ id }) => id);
  expect(readdirSync(join(root, 'docs/rules')).sort()).toEqual(ids.map((id) => `${id}.md`).sort());
});

test.each([...rules, ...causes])('the page of $id has its name', ({ id, title }) => {
  expect(pageText(id).split('\n')[0]).toBe(`# \`${id}\`: ${title}`);
});

test.each(rules)('the page of $id says what it means and what to do', ({ id }) => {
  expect(headings(pageText(id))).toEqual(['What it means', 'What to do']);
});

describe.each(causes)('the page of $id', ({ id, needs }) => {
  test('has a stack, a fix and a way to check', () => {
    const text = pageText(id);
    expect(headings(text)).toEqual(['The stack as it looks', 'Before and after', 'How to check']);
    expect(text).toMatch(/```text\n[^`]*\(/);
    const diff = /```diff\n(.*?)```/s.exec(text)?.[1];
    expect(diff).toMatch(/^-/m);
    expect(diff).toMatch(/^\+/m);
    expect(needs.length).toBeGreaterThan(0);
  });

  test('leads nowhere else than to what is there', () => {
    const links = [...pageText(id).matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, link]) => link ?? '');
    for (const link of links) expect(() => readFileSync(join(root, 'docs/rules', link))).not.toThrow();
  });
});

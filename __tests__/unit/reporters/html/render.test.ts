import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { renderHtml } from '../../../../src/reporters/html/render.ts';
import { judge } from '../../../../src/verdict/judge.ts';
import { frame, loopThread, makeHang, silenceDumps, stack } from '../../../support/make-evidence.ts';

const evidence = makeHang({
  dumps: silenceDumps([loopThread(stack.onLoop([frame('</script><b>', '/work/shop/<!--\u2028.py', 3)]))]),
});
const html = renderHtml({ evidence, result: judge(evidence), reportDir: '/tmp/report' });

test('whatever the backend named is data, in which no element can begin or end', () => {
  const data = /<script type="application\/json" id="report">(.*)<\/script>/.exec(html)?.[1] ?? '';
  expect(data).not.toMatch(/[<\u2028\u2029]/);
  expect(JSON.parse(data)).toMatchObject({ verdict: 'fail', culprit: { function: '</script><b>' } });
  expect(html.split(data).join('')).not.toContain('shop');
});

test('the policy lets nothing run or look but what the page came with', () => {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const script = /<script>([\s\S]*)<\/script>/.exec(html)?.[1] ?? '?';
  const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '?';
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ]);
});

test('the same report gives the same page', () => {
  expect(renderHtml({ evidence, result: judge(evidence), reportDir: '/elsewhere' })).toBe(html);
});

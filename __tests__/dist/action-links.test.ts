/** From the red cross to the line to change and the page with its fix: every way on is there, and no other is needed. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { copyAction, repository } from '../support/runner/action-copy.ts';
import { ArtifactService } from '../support/runner/artifact-service.ts';
import { type GateStep, newsInputs, runGateStep } from '../support/runner/gate-step.ts';
import { GitHubApi } from '../support/runner/github-api.ts';
import { linksOf, outline } from '../support/runner/markdown-outline.ts';

const own = 'https://github.com/octo/hang-gate/blob/v1/';
const run = 'https://github.com/octo/news/actions/runs/4711';
const page = `${own}docs/rules/executor-exit.md`;
const address = /https?:\/\/[^\s)\]>`'"]+/g;

let step: GateStep;
let comment = '';
let artifactIds: string[] = [];

beforeAll(async () => {
  await using service = await ArtifactService.start('ok');
  await using api = await GitHubApi.start();
  step = await runGateStep({
    action: copyAction(),
    resultsUrl: service.url,
    apiUrl: api.url,
    actionSource: { repository: 'octo/hang-gate', ref: 'v1' },
    event: { pull_request: { number: 7 } },
    inputs: { ...newsInputs('blocking'), comment: 'on-change', 'github-token': 'ghs_x' },
  });
  comment = api.comments[0]?.body ?? '';
  artifactIds = service.artifacts.map((_, index) => String(101 + index));
});

describe('a red run', () => {
  test('is annotated at the line to change', () => {
    const [annotation] = step.annotations;
    const source = readFileSync(join(step.workspace, annotation?.file ?? ''), 'utf8').split('\n');
    expect(source[(annotation?.line ?? 0) - 1]).toMatch(/^\s*with ThreadPoolExecutor\(/);
    expect(step.outputs['culprit']).toBe(`${annotation?.file}:${annotation?.line}`);
  });

  test.each([
    ['the annotation', () => step.annotations[0]?.message ?? ''],
    ['the summary', () => addressesOf(step.summary)],
    ['summary.md', () => addressesOf(readFileSync(join(step.reportDir, 'summary.md'), 'utf8'))],
    ['the log', () => step.log],
    ['the comment', () => addressesOf(comment)],
  ])('%s leads to the page of the cause, and nowhere in vain', (_, text) => {
    const addresses = (text().match(address) ?? []).filter((each) => !each.startsWith('http://127.0.0.1'));
    expect(addresses).toContain(page);
    expect(addresses.filter((each) => !isThere(each))).toEqual([]);
  });

  test('ends at a page that tells the fix and leads on to pages that are there', () => {
    const file = join(repository, fileOf(page));
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^## (Before and after|What to do)$/m);
    const dead = linksOf(text)
      .map(([, to]) => to)
      .filter((to) => !/^https?:/.test(to) && !isTarget(join(dirname(file), to), file));
    expect(dead).toEqual([]);
  });
});

test('a link that leads nowhere would be found', () => {
  expect(
    [`${own}docs/rules/no-such.md`, `${own}README.md#no-such`, `${run}/artifacts/1`].map(isThere),
  ).toEqual([false, false, false]);
  expect([`${own}README.md#settings`, `${run}/artifacts/101`, run].map(isThere)).toEqual([true, true, true]);
});

function addressesOf(markdown: string): string {
  return linksOf(markdown)
    .map(([, to]) => to)
    .join('\n');
}

function fileOf(link: string): string {
  return link.slice(own.length);
}

function isThere(link: string): boolean {
  if (link.startsWith(own)) return isTarget(join(repository, fileOf(link)), '');
  const artifact = /^\/artifacts\/(\d+)$/.exec(link.slice(run.length))?.[1];
  return link === run || (link.startsWith(run) && artifactIds.includes(artifact ?? ''));
}

/** A file of the repository, and a heading in it where one is named. */
function isTarget(path: string, from: string): boolean {
  const [file = from, anchor] = path.split('#');
  if (!existsSync(file)) return false;
  if (anchor === undefined) return true;
  const headings = outline(readFileSync(file, 'utf8')).outside.filter((line) => /^#+ /.test(line));
  return headings.some((line) => slugOf(line) === anchor);
}

/** As GitHub makes it of a heading. */
function slugOf(heading: string): string {
  return heading
    .replace(/^#+ /, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

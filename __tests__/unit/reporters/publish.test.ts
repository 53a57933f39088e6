import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { writeWhole } from '../../../src/report-folder/write-whole.ts';
import { renderSummary, summaryFile } from '../../../src/reporters/job-summary.ts';
import { publish } from '../../../src/reporters/publish.ts';
import type { Report, Reporter } from '../../../src/reporters/reporter.ts';
import { resultFile } from '../../../src/reporters/result-file.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { makeEvidence } from '../../support/make-evidence.ts';

const evidence = makeEvidence();

test('a reporter that fails breaks neither the others nor the verdict', async () => {
  const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const heard: string[] = [];
  try {
    await publish({ evidence, result: judge(evidence), reportDir: '/' }, [
      { name: 'first', report: () => Promise.reject(new Error('disk\n::error::full')) },
      {
        name: 'second',
        report: () => {
          throw new Error('no');
        },
      },
      { name: 'third', report: ({ result }) => void heard.push(result.verdict) },
    ]);
    expect(heard).toEqual(['pass']);
    expect(stderr.mock.calls.flat()).toEqual([
      'hang-gate: the first report failed: disk ::error::full\n',
      'hang-gate: the second report failed: no\n',
    ]);
  } finally {
    stderr.mockRestore();
  }
});

test('links that a reporter has made are known to those after it, and those of one that fails are not', async () => {
  const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const heard: unknown[] = [];
  const hear = { name: 'hear', report: ({ links }: Report) => void heard.push(links) };
  try {
    await publish({ evidence, result: judge(evidence), reportDir: '/' }, [
      hear,
      { name: 'uploads', report: () => Promise.resolve({ report: 'https://example.org/1' }) },
      { name: 'fails', report: () => Promise.reject(new Error('no')) },
      hear,
    ]);
    expect(heard).toEqual([undefined, { report: 'https://example.org/1' }]);
  } finally {
    stderr.mockRestore();
  }
});

test('result and summary are files of the report', async () => {
  const reportDir = await mkdtemp(join(tmpdir(), 'hang-gate-report-'));
  try {
    const result = judge(evidence);
    await publish({ evidence, result, reportDir }, [resultFile, summaryFile]);
    expect(JSON.parse(await readFile(join(reportDir, 'result.json'), 'utf8'))).toEqual(result);
    expect(await readFile(join(reportDir, 'summary.md'), 'utf8')).toMatch(/^## ✅ hang-gate: pass/);
  } finally {
    await rm(reportDir, { recursive: true });
  }
});

test('a trouble is told to whoever can still say it', async () => {
  const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const heard: unknown[] = [];
  const hears = (name: string): Reporter => ({
    name,
    report: ({ troubles }) => void heard.push([name, troubles]),
    addTroubles: (troubles) => void heard.push([`${name}, afterwards`, troubles]),
  });
  const fails = (name: string): Reporter => ({ name, report: () => Promise.reject(new Error('no')) });
  try {
    const report = {
      evidence,
      result: judge(evidence),
      reportDir: '/',
      troubles: ['evidence.json is missing'],
    };
    await publish(report, [hears('first'), fails('second'), hears('third'), fails('fourth')]);
  } finally {
    stderr.mockRestore();
  }
  const [own, second, fourth] = [
    'evidence.json is missing',
    'the second report failed: no',
    'the fourth report failed: no',
  ];
  expect(heard).toEqual([
    ['first', [own]],
    ['third', [own, second]],
    ['first, afterwards', [second, fourth]],
    ['third, afterwards', [fourth]],
  ]);
});

test('a trouble is on the page, and harmless', () => {
  const troubles = ['evidence.json could not be written: <b>\n::error::x'];
  const page = renderSummary({ evidence, result: judge(evidence), reportDir: '/', troubles });
  expect(page).toContain(
    '⚠️ The report is not complete: evidence.json could not be written: &lt;b&gt; ::error::x. The verdict stands.',
  );
});

test('a file is written whole or not at all', async () => {
  const reportDir = await mkdtemp(join(tmpdir(), 'hang-gate-report-'));
  try {
    await mkdir(join(reportDir, 'result.json'));
    expect(() => writeWhole(join(reportDir, 'result.json'), 'new')).toThrow();
    expect(await readdir(reportDir)).toEqual(['result.json']);
  } finally {
    await rm(reportDir, { recursive: true });
  }
});

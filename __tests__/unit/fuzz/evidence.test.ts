/** Evidence is a file that anybody may have written, and every text in it was the backend's to choose. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { diagnose } from '../../../src/commands/diagnose.ts';
import { GateError } from '../../../src/errors.ts';
import { type Dump, type Evidence, evidenceSchema } from '../../../src/evidence/schema.ts';
import { Redactor } from '../../../src/redaction/redactor.ts';
import { ReportFolder } from '../../../src/report-folder/report-folder.ts';
import { annotations } from '../../../src/reporters/github/annotations.ts';
import { outputs } from '../../../src/reporters/github/outputs.ts';
import { fileReporters } from '../../../src/reporters/index.ts';
import { renderSummary } from '../../../src/reporters/job-summary.ts';
import { Terminal } from '../../../src/reporters/terminal.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { FakeTerminal } from '../../support/fake-terminal.ts';
import { fuzz, hostileJson, hostileText } from '../../support/fuzz.ts';
import { readGoldens } from '../../support/golden.ts';
import { makeEvidence, makeHang } from '../../support/make-evidence.ts';
import { parseCommand } from '../../support/runner/command-syntax.ts';
import { outline } from '../../support/runner/markdown-outline.ts';
import { settingsOf } from '../../support/settings.ts';

const everyReporter = 'html, summary, junit, sarif, stacks';
const outputModes = ['normal', 'verbose', 'quiet'] as const;
const folder = mkdtempSync(join(tmpdir(), 'hang gate fuzz '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bases = [makeEvidence(), makeHang(), ...readGoldens().map(({ evidence }) => evidence)];

/** A change of one place in the evidence: where, counted over all its places, and what stands there afterwards. */
type Change = readonly [at: number, value: unknown];

function changed(base: Evidence, changes: readonly Change[]): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(base));
  for (const [at, value] of changes) {
    const places = placesIn(copy);
    const [owner, key] = places[at % places.length] ?? [];
    if (owner && key !== undefined) owner[key] = value;
  }
  return copy;
}

function placesIn(value: unknown): [Record<string, unknown>, string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [
    [value as Record<string, unknown>, key] as [Record<string, unknown>, string],
    ...placesIn(item),
  ]);
}

/** Texts for texts, numbers for numbers: most of what comes out fits the schema. */
function withHostileTexts(value: unknown, texts: readonly string[], keep: number): unknown {
  let at = 0;
  const replace = (item: unknown, key: string): unknown => {
    if (typeof item === 'string') {
      at += 1;
      const free = !/^(role|trigger|chosen|end|schemaVersion)$/.test(key) && at % (keep + 1) === 0;
      return free ? texts[at % texts.length] : item;
    }
    if (Array.isArray(item)) return item.map((each) => replace(each, key));
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(Object.entries(item).map(([name, each]) => [name, replace(each, name)]));
  };
  return replace(value, '');
}

const base = fc.constantFrom(...bases);
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -1, 1e300),
);
const change = fc.tuple(
  fc.nat(),
  fc.oneof(hostileText, number, fc.constant(null), hostileJson, fc.constant([])),
);
const mutated = fc.oneof(
  fc
    .tuple(base, fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([evidence, changes]) => changed(evidence, changes)),
  fc
    .tuple(base, fc.array(hostileText, { minLength: 1, maxLength: 4 }), fc.nat(5))
    .map(([evidence, texts, keep]) => withHostileTexts(evidence, texts, keep)),
);

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there.
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/;
const isCommand = (line: string) => parseCommand(line, () => true) !== undefined;

fuzz<[unknown]>(
  'every evidence that fits its schema is judged and told, and none breaks out',
  [mutated],
  (value) => {
    const parsed = evidenceSchema.safeParse(value);
    if (!parsed.success) return;
    const evidence = new Redactor([]).data(parsed.data);
    const result = judge(evidence);
    const report = { evidence, result, reportDir: folder };
    expect(['pass', 'fail', 'inconclusive']).toContain(result.verdict);
    if (result.verdict === 'pass') expect(evidence.gateErrors).toEqual([]);

    for (const output of outputModes) {
      const terminal = new FakeTerminal();
      const shown = new Terminal({ stream: terminal.asStdout, output });
      shown.onNotice(evidence.plan.command);
      void shown.report(report, { files: [] });
      expect(terminal.text).not.toMatch(control);
      expect(terminal.text.split('\n').filter(isCommand)).toEqual([]);
    }

    const page = renderSummary(report);
    expect(page).not.toMatch(control);
    expect(outline(page).open).toBe(false);
    const markup = outline(page)
      .outside.join('\n')
      // Neither is read as Markdown.
      .replace(/<(code|summary)>[^<]*<\/\1>/g, '');
    expect(markup).not.toMatch(/<script|<\/pre|<\/code|\]\(https:\/\/x/);
    expect(markup.match(/<\/details>/g)?.length ?? 0).toBe(markup.match(/<details>/g)?.length ?? 0);

    for (const output of Object.values(outputs)) {
      expect(
        String(output.value(report))
          .split(/\r\n|\n|\r/)
          .filter(isCommand),
      ).toEqual([]);
    }
  },
);

/** What each reporter that writes files would write, by the file's name. */
async function filesOf(evidence: Evidence): Promise<Record<string, string>> {
  const written: Record<string, string> = {};
  const files = new ReportFolder(folder);
  jest.spyOn(files, 'write').mockImplementation(async (name, text) => {
    written[name] = text;
  });
  const report = { evidence, result: judge(evidence), reportDir: folder };
  for (const reporter of fileReporters(settingsOf({ reporter: everyReporter }).reporters))
    await reporter.report(report, files);
  return written;
}

const scriptsIn = (page: string | undefined) => page?.match(/<\/?script/gi)?.length;

fuzz<[unknown]>(
  'every reporter writes its files, and no text leaves its place in them',
  [mutated],
  async (value) => {
    const parsed = evidenceSchema.safeParse(value);
    if (!parsed.success) return;
    const files = await filesOf(parsed.data);
    const ordinary = await filesOf(makeEvidence());
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining(['report.html', 'summary.md', 'junit.xml', 'results.sarif']),
    );
    for (const [name, text] of Object.entries(files)) {
      if (/\.(json|sarif)$/.test(name)) expect(() => JSON.parse(text)).not.toThrow();
      else expect(text).not.toMatch(control);
    }
    expect(scriptsIn(files['report.html'])).toBe(scriptsIn(ordinary['report.html']));
  },
);

fuzz<[unknown]>(
  'the runner gets one error with a title, whatever the evidence holds',
  [mutated],
  async (value) => {
    const parsed = evidenceSchema.safeParse(value);
    if (!parsed.success) return;
    const written: string[] = [];
    const stdout = jest
      .spyOn(process.stdout, 'write')
      .mockImplementation((text) => Boolean(written.push(String(text))));
    try {
      const report = { evidence: parsed.data, result: judge(parsed.data), reportDir: folder };
      await annotations.report(report, new ReportFolder(folder));
    } finally {
      stdout.mockRestore();
    }
    const lines = written
      .join('')
      .split(/\r\n|\n|\r/)
      .filter((line) => line !== '');
    const commands = lines.map((line) => parseCommand(line, () => true));
    expect(commands.filter((command) => !command?.properties['title']?.startsWith('hang-gate: '))).toEqual(
      [],
    );
    expect(commands.filter((command) => command?.name === 'error').length).toBeLessThanOrEqual(1);
  },
);

const fileText = fc.oneof(
  mutated.map((value) => JSON.stringify(value)),
  hostileJson.map((value) => JSON.stringify(value) ?? ''),
  hostileText,
  fc.tuple(base, fc.nat()).map(([evidence, at]) => JSON.stringify(evidence).slice(0, at % 20_000)),
);
fuzz<[string]>('no file that is no evidence is a pass', [fileText], async (text) => {
  const file = join(folder, 'evidence.json');
  writeFileSync(file, text);
  const stdout = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  let exitCode: number | undefined;
  try {
    exitCode = await diagnose([file]);
  } catch (error) {
    expect(error).toBeInstanceOf(GateError);
    expect((error as GateError).message).not.toMatch(/\n\s+at |TypeError/);
  } finally {
    stdout.mockRestore();
  }
  if (exitCode === 0) expect(evidenceSchema.safeParse(JSON.parse(text)).success).toBe(true);
});

test('a stack source of an evidence file is no escape', () => {
  const [first, ...rest] = makeEvidence().dumps;
  const evidence = makeEvidence({ dumps: [{ ...(first as Dump), source: 'x\u009b2J' }, ...rest] });
  const terminal = new FakeTerminal();
  void new Terminal({ stream: terminal.asStdout }).report(
    { evidence, result: judge(evidence), reportDir: folder },
    { files: [] },
  );
  expect(terminal.text).not.toMatch(control);
});

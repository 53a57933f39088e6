import { mkdir, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { GateError, messageOf } from '../errors.ts';
import { type Evidence, evidenceSchema } from '../evidence/schema.ts';
import { ReportFolder } from '../report-folder/report-folder.ts';
import { fileReporters } from '../reporters/index.ts';
import { publish } from '../reporters/publish.ts';
import { resultFile } from '../reporters/result-file.ts';
import { Terminal } from '../reporters/terminal.ts';
import { readFlags } from '../settings/flags.ts';
import { loadSettings } from '../settings/load.ts';
import { exitCodeOf } from '../verdict/exit-codes.ts';
import { judge } from '../verdict/judge.ts';

/**
 * `hang-gate diagnose EVIDENCE.json [--reporter …]`: rules and verdict over the evidence of an earlier run. It only tells,
 * unless reports are asked for: then `result.json` is written too, so that the two never disagree.
 */
export async function diagnose(args: readonly string[]): Promise<number> {
  const [path, ...flags] = args;
  if (path === undefined || isFlag(path) || (flags[0] !== undefined && !isFlag(flags[0])))
    throw wrongArguments();
  const { values, label } = readFlags(flags);
  if (Object.keys(values).some((name) => name !== 'reporter' && name !== 'report-dir'))
    throw wrongArguments();
  const settings = await loadSettings({ values, label }, { needsCommand: false });
  const evidence = await readEvidence(path);
  const result = judge(evidence);
  const reportDir = resolve('report-dir' in values ? settings.reportDir : dirname(path));
  const rendered = 'reporter' in values ? [resultFile, ...fileReporters(settings.reporters)] : [];
  if (rendered.length > 0) await mkdir(reportDir, { recursive: true });
  const files = new ReportFolder(reportDir);
  await files.adopt();
  await publish(
    { evidence, result, reportDir },
    [...rendered, new Terminal({ stream: process.stdout })],
    files,
  );
  return exitCodeOf(result);
}

function isFlag(word: string): boolean {
  return word.startsWith('-');
}

function wrongArguments(): GateError {
  return new GateError(
    'wrong-settings',
    'diagnose takes one file and then maybe --reporter and --report-dir, such as `hang-gate diagnose hang-gate-report/evidence.json --reporter summary`',
  );
}

async function readEvidence(path: string): Promise<Evidence> {
  let content: unknown;
  try {
    content = parseJson(await readFile(path, 'utf8'));
  } catch (error) {
    throw new GateError(
      'wrong-settings',
      `cannot read ${path} (${messageOf(error)}); give the evidence.json of a report`,
    );
  }
  const parsed = evidenceSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new GateError(
    'wrong-settings',
    `${path} is no evidence that this version can judge (at ${issue?.path.join('.') || 'its top'}: ${issue?.message})`,
  );
}

/** The parser's own message quotes the file, which may hold anything. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it is no JSON');
  }
}

import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { GateError, messageOf } from '../errors.ts';
import { type Evidence, evidenceSchema } from '../evidence/schema.ts';
import { publish } from '../reporters/publish.ts';
import { Terminal } from '../reporters/terminal.ts';
import { exitCodeOf } from '../verdict/exit-codes.ts';
import { judge } from '../verdict/judge.ts';

/** `hang-gate diagnose EVIDENCE.json`: rules, verdict and report over the evidence of an earlier run. */
export async function diagnose(args: readonly string[]): Promise<number> {
  const [path, ...rest] = args;
  if (path === undefined || rest.length > 0) {
    throw new GateError(
      'wrong-settings',
      'diagnose takes one file, such as `hang-gate diagnose hang-gate-report/evidence.json`',
    );
  }
  const evidence = await readEvidence(path);
  const result = judge(evidence);
  await publish({ evidence, result, reportDir: dirname(resolve(path)) }, [
    new Terminal({ stream: process.stdout }),
  ]);
  return exitCodeOf(result);
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

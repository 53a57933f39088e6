import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Evidence, evidenceSchema } from '../../../src/evidence/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import type { Result } from '../../../src/verdict/result.ts';

/** What a run has written. */
export interface Written {
  readonly evidence: Evidence | undefined;
  readonly result: Pick<Result, 'reason' | 'message'> | undefined;
  /** By the evidence alone, as `diagnose` says it. */
  readonly diagnosed: Pick<Result, 'reason' | 'message'> | undefined;
}

/** @throws when a file is there and is not whole. */
export function readWritten(reportDir: string): Written {
  const evidence = readJson(join(reportDir, 'evidence.json'), (value) => evidenceSchema.parse(value));
  const result = readJson(join(reportDir, 'result.json'), (value) => value as Result);
  return { evidence, result, diagnosed: evidence && judge(evidence) };
}

function readJson<T>(path: string, parse: (value: unknown) => T): T | undefined {
  return existsSync(path) ? parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined;
}

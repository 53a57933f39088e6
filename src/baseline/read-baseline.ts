import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { GateError } from '../errors.ts';
import { type Baseline, type EarlierResult, earlierResultSchema } from '../evidence/baseline-schema.ts';
import { emptyEvidence } from '../evidence/recorder.ts';
import { sharedSettings } from '../evidence/shared-settings.ts';
import { makePlan } from '../plan/plan.ts';
import { reportFiles } from '../report-folder/report-folder.ts';
import type { Settings } from '../settings/schema.ts';
import { resultSchemaVersion } from '../verdict/result.ts';

/** A result of thousands of findings is none of the gate's. */
const largestBytes = 8 * 1024 * 1024;
/** What is kept of it becomes a part of the evidence. */
const mostEntries = 100;
const longestMessage = 1_000;

/**
 * The earlier run that the settings name, read before anything is started, since a new report may take its place.
 * `undefined` where they name none.
 * @throws {GateError} `wrong-settings` when it is missing, is no result, or is one of a run that cannot be compared.
 */
export async function readBaseline(settings: Settings, workspace: string): Promise<Baseline | undefined> {
  const { baseline: path, newOnly } = settings;
  if (path === undefined) return undefined;
  const file = await findResult(resolve(workspace, path), path);
  const result = parseResult(
    await readFile(file, 'utf8').catch(() => wrong(path, 'it cannot be read')),
    path,
  );
  // The port plays no part in what is compared.
  const plan = makePlan(settings, settings.command, 1, workspace);
  const [before, now] = [result.settings, sharedSettings(emptyEvidence(plan, workspace))];
  const different = (Object.keys(now) as (keyof typeof now)[]).filter(
    (name) => !isDeepStrictEqual(before[name], now[name]),
  );
  if (different.length > 0) {
    const list = different.map((name) => `${name} ${shown(before[name])} and not ${shown(now[name])}`);
    wrong(path, `it was made with ${list.join(', ')}`);
  }
  return { path, newOnly, result: shortened(result) };
}

/** The file itself, that of a folder, or that of the only folder in it: an artifact is downloaded into one of its name. */
async function findResult(absolute: string, path: string): Promise<string> {
  const found = await stat(absolute).catch(() => undefined);
  if (!found) return wrong(path, 'there is no such file or folder');
  if (!found.isDirectory()) return withinSize(absolute, found.size, path);
  const folders = (await readdir(absolute, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const candidates = ['', ...folders.map(({ name }) => name)].map((name) =>
    join(absolute, name, reportFiles.result),
  );
  const sizes = await Promise.all(candidates.map((file) => stat(file).catch(() => undefined)));
  const own = candidates.filter((_, index) => sizes[index]?.isFile());
  const [file] = own;
  if (!file) return wrong(path, `no ${reportFiles.result} is in it`);
  if (file !== candidates[0] && own.length > 1)
    return wrong(path, `${own.length} folders in it hold a ${reportFiles.result}; name one of them`);
  return withinSize(file, sizes[candidates.indexOf(file)]?.size ?? 0, path);
}

function withinSize(file: string, bytes: number, path: string): string {
  return bytes > largestBytes ? wrong(path, `its ${bytes} bytes are too many for a result`) : file;
}

function parseResult(text: string, path: string): EarlierResult {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return wrong(path, 'it is no JSON');
  }
  const version = (content as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (version !== resultSchemaVersion)
    return wrong(
      path,
      `it has schemaVersion ${shown(version)}, and this version reads ${resultSchemaVersion}`,
    );
  const parsed = earlierResultSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const at = parsed.error.issues[0]?.path.join('.') || 'its top';
  return wrong(path, `it is no result that can be compared (at ${at}); make it anew with this version`);
}

function shortened(result: EarlierResult): EarlierResult {
  return {
    ...result,
    findings: result.findings
      .slice(0, mostEntries)
      .map((finding) => ({ ...finding, message: finding.message.slice(0, longestMessage) })),
    probes: result.probes.slice(0, mostEntries),
    stalls: result.stalls.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, 1),
    leaks: result.leaks.slice(0, mostEntries),
  };
}

/** It may be any file, so not much of it is repeated. */
function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 80);
}

function wrong(path: string, what: string): never {
  throw new GateError(
    'wrong-settings',
    `setting "baseline" got ${JSON.stringify(path)}: ${what}; it takes the result.json of an earlier run with the same stream, probes, deadline, clients, waves and upstream, or a folder that holds one`,
  );
}

import leven from 'leven';
import type * as z from 'zod';
import { GateError } from '../errors.ts';
import { Redactor } from '../redaction/redactor.ts';
import {
  type SettingName,
  type Settings,
  settingMeta,
  settingNames,
  settingsSchema,
  toSettings,
} from './schema.ts';

/** Settings as one source gave them, before any check; `label` tells the user where a value came from. */
export interface SettingsSource {
  readonly label: (name: string) => string;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface ResolveOptions {
  /** False where nothing is started. */
  readonly needsCommand?: boolean;
}

/**
 * Merges the sources, later ones winning, and checks the result.
 * @throws {GateError} `wrong-settings`, naming every setting that is wrong, one a line.
 */
export function resolveSettings(
  sources: readonly SettingsSource[],
  { needsCommand = true }: ResolveOptions = {},
): Settings {
  // Without a prototype `__proto__` is a name like any other, and as unknown as it.
  const given: Record<string, unknown> = Object.create(null);
  const origin: Record<string, string> = Object.create(null);
  for (const source of sources) {
    for (const [name, value] of Object.entries(source.values)) {
      given[name] = value;
      origin[name] = source.label(name);
    }
  }
  const unknown = Object.keys(given).filter((name) => !isSettingName(name));
  if (unknown.length > 0) throw wrong(unknown.map((name) => describeUnknown(name, origin[name])));

  const misfits = settingNames.flatMap((name) => {
    const suggestion = name in given ? misfit(name, given[name]) : undefined;
    return suggestion === undefined ? [] : describeWrong(name, given[name], origin[name]) + suggestion;
  });
  if (misfits.length > 0) throw wrong(misfits);
  const settings = toSettings(settingsSchema.parse(given));
  const contradictions = crossChecks(settings, needsCommand);
  if (contradictions.length > 0) throw wrong(contradictions);
  return Object.freeze(settings);
}

/** Whether a value does not fit: the words that may help, or `undefined` when it does. */
function misfit(name: SettingName, value: unknown): string | undefined {
  try {
    const { error } = settingsSchema.shape[name].safeParse(value, { reportInput: true });
    return error && suggestValue(error.issues[0]);
  } catch {
    // Zod measures whatever says that it has a length, and a mapping may say anything.
    return '';
  }
}

export function isSettingName(name: string): name is SettingName {
  return (settingNames as readonly string[]).includes(name);
}

/** `; did you mean "probes"?`, or nothing when no valid name is near. */
export function suggestName(name: string): string {
  return suggest(name, settingNames);
}

/** The same for a value, or an item of a list, that is none of those to choose from. */
function suggestValue(issue: z.core.$ZodIssue | undefined): string {
  return issue?.code === 'invalid_value' ? suggest(String(issue.input), issue.values.map(String)) : '';
}

function suggest(given: string, candidates: readonly string[]): string {
  const near = candidates
    .map((candidate) => ({ candidate, distance: leven(given, candidate) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return near && near.distance <= Math.max(2, given.length / 3) ? `; did you mean "${near.candidate}"?` : '';
}

/** True when a backend that already runs is to be tested. */
export function isAttaching({ command, pid, url }: Pick<Settings, 'command' | 'pid' | 'url'>): boolean {
  return command === undefined && (pid !== undefined || url !== undefined);
}

/** Rules that concern more than one setting. Each answer says what to change. */
function crossChecks(settings: Settings, needsCommand: boolean): string[] {
  const problems: string[] = [];
  if (needsCommand && !settings.command && !isAttaching(settings)) {
    problems.push(
      'setting "command" is missing: say how to boot the backend, such as `hang-gate run -- python -m uvicorn app.main:app --port {port}`, or name one that already runs with "url" or "pid"',
    );
  }
  if (settings.command && settings.pid !== undefined) {
    problems.push(
      'setting "pid" names a backend that already runs and "command" boots one; give one of them',
    );
  }
  const used = Array.from(
    { length: settings.waves },
    (_, wave) => settings.abort[wave % settings.abort.length],
  );
  if (used.every((mode) => mode === 'early')) {
    problems.push(
      `setting "abort" leaves only early aborts in ${settings.waves} wave(s), which cannot show that a stream ran; add reset or close, or raise "waves"`,
    );
  }
  if (settings.dumpAfterMs >= settings.deadlineMs) {
    problems.push(
      `setting "dump-after" (${settings.dumpAfterMs} ms) must be shorter than "deadline" (${settings.deadlineMs} ms), or a hang ends before its stack is taken`,
    );
  }
  if (settings.comment !== 'never' && settings.githubToken === undefined) {
    problems.push('setting "comment" needs "github-token": the token of a job with `pull-requests: write`');
  }
  if (settings.newOnly && settings.baseline === undefined) {
    problems.push('setting "new-only" needs "baseline", or nothing tells what is new');
  }
  if (settings.stream.body !== undefined && settings.stream.method === 'GET') {
    problems.push('setting "stream-body" needs "stream-method" POST, PUT or PATCH; it is GET');
  }
  return problems;
}

function describeUnknown(name: string, origin: string | undefined): string {
  return `unknown setting "${name}" (${origin ?? 'unknown source'})${suggestName(name)}`;
}

function describeWrong(name: SettingName, got: unknown, origin: string | undefined): string {
  const from = origin === undefined ? '' : ` (${origin})`;
  const meta = settingMeta(name);
  const value = meta.holdsSecrets ? 'a value that is not shown' : shown(got);
  return `setting "${name}"${from} got ${value}; it takes ${meta.takes}`;
}

/** Long or structured values are cut: an error message has to stay one line. */
function shown(value: unknown): string {
  const text = new Redactor([]).text(JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function wrong(problems: readonly string[]): GateError {
  return new GateError('wrong-settings', problems.join('\n'));
}

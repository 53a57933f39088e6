/** Reads the corpus: what every app says about itself, in its docstring. See `__tests__/corpus/README.md`. */
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type ServiceName, serviceNames } from './services/index.ts';

export const corpusFolder = join(import.meta.dirname, '..', '..', 'corpus');

/** What the apps of a group have in common, and how many there have to be. */
export const groups = {
  blocked: {
    verdict: 'fail',
    reasons: ['loop-blocked', 'boot-blocked', 'shutdown-blocked', 'worker-replaced'],
    atLeast: 26,
  },
  unresponsive: {
    verdict: 'fail',
    reasons: ['service-unresponsive', 'stream-refused', 'crashed', 'worker-replaced'],
    atLeast: 8,
  },
  leaking: { verdict: 'fail', reasons: ['leak'], atLeast: 4 },
  healthy: { verdict: 'pass', reasons: ['healthy'], atLeast: 14 },
  unjudgeable: { verdict: 'inconclusive', reasons: undefined, atLeast: 6 },
} as const;

export type GroupName = keyof typeof groups;

/** What the gate has to say. */
export interface Expectation {
  readonly verdict: string;
  readonly reason: string;
  /** The id of the finding that decides; `null` for a pass. */
  readonly rule: string | null;
  /** The line to name; `null` when nobody may be blamed. */
  readonly culpritLine: number | null;
}

export interface CorpusCase {
  readonly group: GroupName;
  /** The behaviour, which is also the name of its file. */
  readonly name: string;
  readonly file: string;
  readonly sentence: string;
  readonly expected: Expectation;
  /** Flags beside the short ones of every case. */
  readonly settings: readonly string[];
  readonly needs: readonly ServiceName[];
  /** How to boot it, with `{python}`, `{app}` and `{port}`. */
  readonly server: readonly string[];
}

const knownKeys = ['verdict', 'reason', 'rule', 'settings', 'needs', 'server'];
const plainServer = '{python} {app} {port}';

/** Every case, by group and name. */
export function readCorpus(folder = corpusFolder): CorpusCase[] {
  const files = globSync('*/*.py', { cwd: folder })
    .filter((file) => !file.includes('__pycache__'))
    .sort();
  if (files.length === 0) throw new Error(`${folder} holds no cases.`);
  return files.map((file) => parseCase(readFileSync(join(folder, file), 'utf8'), join(folder, file)));
}

/** @throws {Error} naming the file and what is wrong with it. */
export function parseCase(text: string, file: string): CorpusCase {
  const group = basename(dirname(file));
  const fail = (problem: string): never => {
    throw new Error(`${group}/${basename(file)}: ${problem}.`);
  };
  if (!isGroup(group)) return fail(`its folder is none of ${Object.keys(groups).join(', ')}`);
  const docstring = /^"""([\s\S]*?)"""/.exec(text)?.[1] ?? fail('it does not begin with a docstring');
  const [sentence = '', ...rest] = docstring.split(/\n\s*\n/).map((paragraph) => paragraph.trim());
  if (!/^[A-Z][\s\S]*\.$/.test(sentence)) fail('its docstring does not begin with a sentence');

  const values = keyValues(rest.at(-1) ?? '', fail);
  const verdict = values.get('verdict') ?? fail('it names no verdict');
  const reason = values.get('reason') ?? fail('it names no reason');
  const rule = values.get('rule') ?? null;
  const { verdict: groupVerdict, reasons } = groups[group];
  if (verdict !== groupVerdict) fail(`its verdict is ${verdict}, that of ${group} is ${groupVerdict}`);
  if (reasons && !(reasons as readonly string[]).includes(reason)) {
    fail(`its reason is ${reason}, which is none of ${reasons.join(', ')}`);
  }
  if ((rule === null) !== (verdict === 'pass')) {
    fail(verdict === 'pass' ? 'it passes, so no rule decides' : 'it names no rule');
  }
  const needs = wordsOf(values.get('needs') ?? '');
  const culpritLine = markedLine(text, fail);
  if (culpritLine !== null && verdict !== 'fail') fail('it marks a culprit although it does not fail');
  return {
    group,
    name: basename(file, '.py'),
    file,
    sentence: sentence.replace(/\s+/g, ' '),
    expected: { verdict, reason, rule, culpritLine },
    settings: wordsOf(values.get('settings') ?? ''),
    needs: needs.map((need) => (isService(need) ? need : fail(`it needs ${need}, which nobody can start`))),
    server: wordsOf(values.get('server') ?? plainServer),
  };
}

function keyValues(paragraph: string, fail: (problem: string) => never): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of paragraph.split('\n')) {
    const [, key, value] = /^(\w+): (\S.*)$/.exec(line.trim()) ?? fail(`"${line}" is no "key: value"`);
    if (!knownKeys.includes(key as string)) fail(`${key} is none of ${knownKeys.join(', ')}`);
    if (values.has(key as string)) fail(`it names ${key} twice`);
    values.set(key as string, value as string);
  }
  return values;
}

function markedLine(text: string, fail: (problem: string) => never): number | null {
  const marked = text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.includes('# culprit'));
  if (marked.length > 1) fail('it marks more than one line as # culprit');
  return marked[0]?.number ?? null;
}

/** Words as a shell would cut them, double quotes included. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

function isGroup(name: string): name is GroupName {
  return Object.hasOwn(groups, name);
}

function isService(name: string): name is ServiceName {
  return (serviceNames as readonly string[]).includes(name);
}

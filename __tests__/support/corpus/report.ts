/** Renders outcomes: the table, the confusion matrix, and both as a document. */
import { type GroupName, groups } from './case.ts';
import type { Outcome } from './run-case.ts';

/** All runs of one case. */
export interface Tally {
  readonly group: GroupName;
  readonly name: string;
  readonly runs: readonly Outcome[];
  readonly right: number;
}

/** How a run of the corpus was made, for whoever wants to repeat it. */
export interface Conditions {
  readonly command: string;
  readonly pythonVersion: string;
  readonly repeat: number;
  readonly load: number;
  readonly jobs: number;
}

const head = ['right', 'case', 'line', 'reason and rule', 'first dump', 'seconds'];
const verdicts = ['fail', 'pass', 'inconclusive', 'none'] as const;

export function tally(outcomes: readonly Outcome[]): Tally[] {
  const byFile = Map.groupBy(outcomes, ({ case: { file } }) => file);
  return [...byFile.values()].map((runs) => {
    const { group, name } = (runs[0] as Outcome).case;
    return { group, name, runs, right: runs.filter(({ wrong }) => wrong.length === 0).length };
  });
}

/** One line about a run that has just ended. */
export function progressLine(
  { case: { group, name }, wrong, wallMs }: Outcome,
  done: number,
  of: number,
): string {
  const seconds = (wallMs / 1_000).toFixed(1);
  const mark = wrong.length === 0 ? 'right' : 'WRONG';
  const why = wrong.length === 0 ? '' : `: ${wrong.join('; ')}`;
  return `[${done}/${of}] ${mark} ${group}/${name}, ${seconds} s${why}`;
}

/** A row a case, in Markdown. */
export function caseTable(tallies: readonly Tally[]): string {
  return table([head, head.map(() => '---'), ...tallies.map(row)]);
}

function row({ group, name, runs, right }: Tally): string[] {
  // Of several runs the first wrong one is what one wants to see.
  const shown = runs.find(({ wrong }) => wrong.length > 0) ?? (runs[0] as Outcome);
  const { expected } = shown.case;
  const due = [...new Set([expected.reason, expected.rule])].filter((text) => text !== null).join(', ');
  return [
    runs.length === 1 ? (right === 1 ? 'yes' : 'NO') : `${right} of ${runs.length}`,
    `${group}/${name}`,
    // The app is one file, which the case is named after.
    shown.culprit?.replace(`${name}.py:`, '') ?? '–',
    shown.wrong.length === 0 ? due : `${due}; got ${shown.got.verdict}: ${shown.wrong.join('; ')}`,
    seconds(medianOf(runs.map(({ firstDumpMs }) => firstDumpMs))),
    seconds(medianOf(runs.map(({ wallMs }) => wallMs))),
  ].map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' '));
}

/** Rows are what a case is, columns what the gate said of it. */
export function confusionMatrix(tallies: readonly Tally[]): string {
  const columns = verdicts.filter(
    (verdict) =>
      verdict !== 'none' || tallies.some(({ runs }) => runs.some(({ got }) => got.verdict === verdict)),
  );
  const rows = Object.keys(groups).map((group) => {
    const runs = tallies.filter((entry) => entry.group === group).flatMap((entry) => entry.runs);
    const exact = runs.filter(({ wrong }) => wrong.length === 0).length;
    const counts = columns.map((verdict) => runs.filter(({ got }) => got.verdict === verdict).length);
    return [group, ...counts, `${exact} of ${runs.length}`].map(String);
  });
  const titles = ['group', ...columns, 'verdict, reason, rule and line right'];
  return table([titles, titles.map(() => '---'), ...rows]);
}

export function document(tallies: readonly Tally[], conditions: Conditions): string {
  const runs = tallies.flatMap((entry) => entry.runs);
  const right = runs.filter(({ wrong }) => wrong.length === 0).length;
  return `# Accuracy

\`${conditions.command}\` runs the gate over every app of \`__tests__/corpus/\` and writes this page and \`accuracy.json\`.
${right} of ${runs.length} runs said exactly what the app states: verdict, reason, rule and line.

- ${machine(conditions)}
- "Line" is the one that was named. "First dump" counts from the beginning of the first silence; "seconds" is the whole command. ${
    conditions.repeat > 1 ? 'Both are medians.' : ''
  }
- Deadline 2 s, stacks after 500 ms of silence, two waves of 300 ms, unless the app states others.

## What was said of whom

${confusionMatrix(tallies)}

## Every case

${caseTable(tallies)}
`.replaceAll(/ +$/gm, '');
}

function machine({ pythonVersion, repeat, load, jobs }: Conditions): string {
  const times = repeat > 1 ? `${repeat} runs of each` : 'one run of each';
  const busy = load > 0 ? `, beside ${load} busy processes` : '';
  return `CPython ${pythonVersion}; ${times}, ${jobs} at a time${busy}.`;
}

export function toJson(tallies: readonly Tally[], conditions: Conditions) {
  return {
    ...conditions,
    cases: tallies.map(({ group, name, runs, right }) => ({
      group,
      name,
      expected: runs[0]?.case.expected,
      right,
      runs: runs.map(({ got, culprit, message, firstDumpMs, wallMs, wrong }) => ({
        ...got,
        culprit,
        message,
        firstDumpMs: firstDumpMs === null ? null : Math.round(firstDumpMs),
        wallMs: Math.round(wallMs),
        wrong,
      })),
    })),
  };
}

function table(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function medianOf(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

function seconds(ms: number | null): string {
  return ms === null ? '–' : `${(ms / 1_000).toFixed(1)} s`;
}

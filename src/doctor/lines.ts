import { type Mark, marks, paint, widthOf } from '../reporters/marks.ts';
import { harmless, wrap } from '../reporters/text.ts';
import type { Check, CheckResult, Status } from './check.ts';

const statusMarks: Readonly<Record<Status, Mark>> = {
  ok: marks.pass,
  warning: { mark: '!', style: 'yellow' },
  problem: marks.fail,
};
/** Where the details begin: behind the mark and the longest title. */
const column = 14;

/** What was found on one line, or more where it is long, and below it what to do. */
export function printResult(stream: NodeJS.WriteStream, { title }: Check, result: CheckResult): void {
  const { mark, style } = statusMarks[result.status];
  const [first = '', ...rest] = paragraph(result.detail, widthOf(stream) - column);
  const advice = paragraph(result.advice ?? '', widthOf(stream) - column - 2);
  const lines = [
    `  ${paint(stream, style, mark)} ${title.padEnd(column - 4)}${first}`,
    ...rest.map((line) => ' '.repeat(column) + line),
    ...advice.map((line, index) => `${' '.repeat(column)}${index === 0 ? '→' : ' '} ${line}`),
  ];
  for (const line of lines) stream.write(`${line}\n`);
}

/** The sentence that sums up. */
export function printSummary(stream: NodeJS.WriteStream, statuses: readonly Status[]): void {
  const problems = statuses.filter((status) => status === 'problem').length;
  const worst = problems > 0 ? 'problem' : statuses.includes('warning') ? 'warning' : 'ok';
  const text = {
    ok: 'Nothing is missing.',
    warning: 'A run can begin; read the lines marked ! before you rely on it.',
    problem: `${problems === 1 ? 'One thing stands' : `${problems} things stand`} in the way of a run.`,
  }[worst];
  stream.write(`\n  ${paint(stream, statusMarks[worst].style, text)}\n`);
}

function paragraph(text: string, width: number): string[] {
  return text === '' ? [] : wrap(harmless(text), width).map(harmless);
}

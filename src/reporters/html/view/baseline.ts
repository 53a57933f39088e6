import { joined } from '../../../rules/wording.ts';
import type { Comparison, ProbeFigures } from '../../../verdict/result.ts';
import { changeWords } from '../../baseline-text.ts';
import type { Report } from '../../reporter.ts';
import type { BesideBaseline, Table } from '../model.ts';
import { figure } from './figures.ts';

/** The other file may be of any length. */
const most = 60;

/** `null` where no baseline was given. */
export function besideBaseline({ result: { baseline } }: Report): BesideBaseline | null {
  if (!baseline) return null;
  const { path, verdict, reason, newOnly, findings, notExercised } = baseline;
  return {
    ended: `The baseline \`${path}\` ended as \`${verdict}\`, \`${reason}\`.${newOnly ? ' What it has too fails no run; only new findings do.' : ''}`,
    findings: findings.slice(0, most).map(({ change, fingerprint, ruleId, message }) => ({
      isNew: change === 'new' || change === 'grown',
      change: changeWords[change],
      name: fingerprint ?? ruleId,
      message,
    })),
    unlisted: Math.max(0, findings.length - most),
    tables: [latencies(baseline), silencesAndLeaks(baseline)].filter(({ rows }) => rows.length > 0),
    notTested: notExercised.length === 0 ? null : `Not tested by this run: ${joined(notExercised)}.`,
  };
}

function latencies({ probes }: Comparison): Table {
  const shown = probes.slice(0, most);
  return {
    caption: 'Latency of the probes, before and now',
    head: [
      'route',
      'median before',
      'median now',
      'slowest before',
      'slowest now',
      'missed before',
      'missed now',
    ],
    rows: shown.map(({ path, before, now }) => [
      path,
      ...times('p50Ms', before, now),
      ...times('maxMs', before, now),
      missed(before),
      missed(now),
    ]),
    marked: shown.flatMap(({ before, now }, index) =>
      (now?.missed ?? 0) > (before?.missed ?? 0) ? [index] : [],
    ),
    ...(probes.length > most && { note: `${probes.length - most} more, see result.json.` }),
  };
}

function times(name: 'p50Ms' | 'maxMs', ...both: readonly (ProbeFigures | null)[]): string[] {
  return both.map((figures) => figure(figures?.[name] ?? null));
}

function missed(figures: ProbeFigures | null): string {
  return figures === null ? 'not probed' : String(figures.missed);
}

/** What was not seen may not have been looked for, of which `notTested` tells. */
function silencesAndLeaks({ longestStallMs: { before, now }, leaks }: Comparison): Table {
  const silence = (ms: number | null) => (ms === null ? 'none seen' : figure(ms));
  const slope = (perStream: number | null) =>
    perStream === null ? 'none seen' : `${perStream.toFixed(1)} a stream`;
  return {
    caption: 'Silence and growth, before and now',
    head: ['what', 'before', 'now'],
    rows: [
      ...(before === null && now === null ? [] : [['Longest silence', silence(before), silence(now)]]),
      ...leaks.slice(0, most).map((leak) => [`Growth of ${leak.noun}`, slope(leak.before), slope(leak.now)]),
    ],
  };
}

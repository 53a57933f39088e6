import type { GreenOutcome } from './green-runs.ts';
import type { InterruptOutcome } from './interrupt-run.ts';
import { nameOf } from './interruption.ts';

export interface Row {
  readonly what: string;
  readonly runs: number;
  readonly failures: number;
  /** Of what {@link Row.measure} names; `null` without any. */
  readonly medianMs: number | null;
  readonly maxMs: number | null;
  readonly measure: string;
}

/** What was done, how often it was not as promised, and how long it took. */
export function rowsOf(interrupted: readonly InterruptOutcome[], green: readonly GreenOutcome[]): Row[] {
  const stops = (kind: string, label: (outcome: InterruptOutcome) => string) =>
    groups(
      interrupted.filter(({ interruption }) => interruption.kind === kind),
      label,
    ).map(([what, some]) =>
      row(
        what,
        some,
        some.map(({ stoppedMs }) => stoppedMs),
        'signal to end',
      ),
    );
  return [
    ...stops(
      'cancellation',
      ({ interruption: { door, signals } }) => `cancelled: ${door}, ${signals.join(' + ')}`,
    ),
    ...stops('kill', ({ interruption: { door } }) =>
      door === 'action' ? 'killed: action, then its post step' : 'killed: command, then the next start',
    ),
    ...groups(green, ({ loaded }) => (loaded ? 'green, beside busy processes' : 'green')).map(
      ([what, some]) =>
        row(
          what,
          some,
          some.map(({ wallMs }) => wallMs),
          'whole run',
        ),
    ),
  ];
}

/** How often each phase was hit. */
export function phasesOf(interrupted: readonly InterruptOutcome[]): Record<string, number> {
  return Object.fromEntries(
    groups(interrupted, ({ phase }) => phase).map(([phase, some]) => [phase, some.length]),
  );
}

export function table(rows: readonly Row[]): string {
  const cells = rows.map(({ what, runs, failures, medianMs, maxMs, measure }) => [
    what,
    String(runs),
    String(failures),
    medianMs === null ? '–' : `${seconds(medianMs)} (longest ${seconds(maxMs ?? 0)}), ${measure}`,
  ]);
  const lines = [['what', 'runs', 'not as promised', 'median'], ['---', '---', '---', '---'], ...cells];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

export function interruptLine({ interruption, atMs, phase, reason, wrong }: InterruptOutcome): string {
  const what = `${interruption.kind} ${interruption.index}: ${nameOf(interruption)} after ${seconds(atMs)}`;
  return `${what} (${phase}) → ${reason}${failing(wrong)}`;
}

export function greenLine({ index, loaded, reason, wallMs, slowestProbeMs, wrong }: GreenOutcome): string {
  const probe = slowestProbeMs === null ? '' : `, slowest probe ${slowestProbeMs.toFixed(0)} ms`;
  return `green ${index}${loaded ? ', loaded' : ''} → ${reason} in ${seconds(wallMs)}${probe}${failing(wrong)}`;
}

function failing(wrong: readonly string[]): string {
  return wrong.length === 0 ? '' : `\n      ✗ ${wrong.join('\n      ✗ ')}`;
}

function row(
  what: string,
  outcomes: readonly { readonly wrong: readonly string[] }[],
  times: readonly (number | null)[],
  measure: string,
): Row {
  const known = times.filter((time) => time !== null).toSorted((a, b) => a - b);
  return {
    ...{ what, measure, runs: outcomes.length },
    failures: outcomes.filter(({ wrong }) => wrong.length > 0).length,
    medianMs: known[Math.floor(known.length / 2)] ?? null,
    maxMs: known.at(-1) ?? null,
  };
}

function groups<T>(items: readonly T[], label: (item: T) => string): [string, T[]][] {
  return [...Map.groupBy(items, label)].toSorted(([a], [b]) => a.localeCompare(b));
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}

import { homedir } from 'node:os';
import type { PhaseListener, PhaseOutcome } from '../evidence/recorder.ts';
import type { Phase } from '../evidence/schema.ts';
import { seconds } from '../rules/wording.ts';
import type { Settings } from '../settings/schema.ts';
import { marks, type Style } from './marks.ts';
import type { Report, Reporter } from './reporter.ts';
import { printDetails } from './terminal/details.ts';
import { Page } from './terminal/page.ts';
import { printTimeline } from './terminal/print-timeline.ts';
import { printBaseline, printLog, printRemarks, printReport, printVerdict } from './terminal/verdict.ts';
import { cut, harmless, withTilde, wrap } from './text.ts';

/** Redraw of the running phase's line on a terminal. */
const redrawMs = 100;
/** Elsewhere a phase that takes long says so from time to time. */
const heartbeatMs = 10_000;
/** Behind mark, name and time of a phase. */
const noteColumn = 23;
/** In a narrower column a note is hard to read, so it begins on the next line. */
const narrowestNote = 30;

export interface TerminalOptions {
  readonly stream: NodeJS.WriteStream;
  /** `quiet` prints the verdict alone; `verbose` also what a green run usually keeps for its report. */
  readonly output?: Settings['output'];
  /** Of the process by default: what the stream can show. */
  readonly env?: NodeJS.ProcessEnv;
  /** Wraps output that may hold the backend's words; on GitHub it keeps the runner from obeying them. */
  readonly quarantine?: (print: () => void) => void;
}

/** For people at a terminal or in a CI log: a line per phase while it runs, then the timeline, and the verdict last. */
export class Terminal implements PhaseListener, Reporter {
  readonly name = 'terminal';
  readonly #page: Page;
  readonly #output: Settings['output'];
  readonly #quarantine: (print: () => void) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor({
    stream,
    output = 'normal',
    env = process.env,
    quarantine = (print) => print(),
  }: TerminalOptions) {
    this.#page = new Page(stream, env);
    this.#output = output;
    this.#quarantine = quarantine;
  }

  onPhaseStart({ name }: Readonly<Phase>): void {
    if (this.#output === 'quiet') return;
    const began = performance.now();
    const running = () => this.#phaseLine('…', 'cyan', name, seconds(performance.now() - began));
    if (this.#page.isLive) this.#page.write(`\r\x1b[K${running()}`);
    this.#timer = this.#page.isLive
      ? setInterval(() => this.#page.write(`\r\x1b[K${running()}`), redrawMs)
      : setInterval(() => this.#page.line(running()), heartbeatMs);
  }

  onPhaseEnd({ name, durationMs, note }: Readonly<Phase>, outcome: PhaseOutcome): void {
    clearInterval(this.#timer);
    if (this.#output === 'quiet') return;
    const { mark, style } = marks[outcome === 'done' ? 'pass' : 'fail'];
    const [first = '', ...rest] = this.#noteLines(harmless(withTilde(note ?? '', homedir())), outcome);
    const line = this.#phaseLine(mark, style, name, seconds(durationMs ?? 0));
    this.#page.clearLine();
    this.#page.line(first === '' ? line : `${line}  ${first}`);
    for (const more of rest) this.#page.line(more);
  }

  onNotice(text: string): void {
    this.#page.clearLine();
    this.#page.line(`    ${harmless(text)}`);
  }

  report(report: Report, { files }: { readonly files: readonly string[] }): void {
    this.#quarantine(() => this.#print(report, files));
  }

  #print(report: Report, files: readonly string[]): void {
    const isGreen = report.result.verdict === 'pass';
    if (this.#output === 'verbose') printDetails(this.#page, report);
    if (this.#output === 'verbose' || (this.#output === 'normal' && !isGreen))
      printTimeline(this.#page, report);
    if (this.#output !== 'quiet') {
      printLog(this.#page, report);
      printBaseline(this.#page, report);
      printRemarks(this.#page, report);
    }
    printVerdict(this.#page, report);
    if (this.#output !== 'quiet' || !isGreen) printReport(this.#page, report, files);
  }

  #phaseLine(mark: string, style: Style, name: string, elapsed: string): string {
    return `  ${this.#page.paint(style, mark)} ${name.padEnd(9)} ${elapsed.padStart(7)}`;
  }

  /** The first line goes behind the name. Where that leaves little room, what went well is cut and the rest goes below. */
  #noteLines(note: string, outcome: PhaseOutcome): string[] {
    if (note === '') return [];
    const room = this.#page.width - noteColumn;
    const isNarrow = room < narrowestNote;
    if (isNarrow && outcome === 'done') return [cut(note, room)];
    const indent = ' '.repeat(isNarrow ? 4 : noteColumn);
    const lines = wrap(note, this.#page.width - indent.length).map((line) => harmless(line));
    return isNarrow
      ? ['', ...lines.map((line) => indent + line)]
      : lines.map((line, at) => (at === 0 ? line : indent + line));
  }
}

import { homedir } from 'node:os';
import { relative } from 'node:path';
import { hasFrames } from '../analysis/has-frames.ts';
import type { PhaseListener, PhaseOutcome } from '../evidence/recorder.ts';
import type { Phase } from '../evidence/schema.ts';
import type { Finding } from '../rules/rule.ts';
import { joined, seconds } from '../rules/wording.ts';
import { excerptOf } from './excerpt.ts';
import { marks, paint, type Style, widthOf } from './marks.ts';
import { pageLink } from './page-link.ts';
import type { Report, Reporter } from './reporter.ts';
import { cut, harmless, withTilde, wrap } from './text.ts';

/** Redraw of the running phase's line on a terminal. */
const redrawMs = 100;
/** Elsewhere a phase that takes long says so from time to time. */
const heartbeatMs = 10_000;
/** Of the backend's output, where no line of code explains the verdict. */
const logLines = 12;

export interface TerminalOptions {
  readonly stream: NodeJS.WriteStream;
  /** Wraps output that may hold the backend's words; on GitHub it keeps the runner from obeying them. */
  readonly quarantine?: (print: () => void) => void;
}

/** For people at a terminal or in a CI log: a line per phase while it runs, then the verdict. */
export class Terminal implements PhaseListener, Reporter {
  readonly name = 'terminal';
  readonly #stream: NodeJS.WriteStream;
  readonly #quarantine: (print: () => void) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor({ stream, quarantine = (print) => print() }: TerminalOptions) {
    this.#stream = stream;
    this.#quarantine = quarantine;
  }

  onPhaseStart({ name }: Readonly<Phase>): void {
    const began = performance.now();
    const elapsed = () => seconds(performance.now() - began);
    const [draw, everyMs] = this.#stream.isTTY
      ? [() => this.#stream.write(`\r\x1b[K${this.#phaseLine('…', 'cyan', name, elapsed(), '')}`), redrawMs]
      : [() => this.#line(this.#phaseLine('…', 'cyan', name, elapsed(), '')), heartbeatMs];
    if (this.#stream.isTTY) draw();
    this.#timer = setInterval(draw, everyMs);
  }

  onPhaseEnd({ name, durationMs, note }: Readonly<Phase>, outcome: PhaseOutcome): void {
    clearInterval(this.#timer);
    const { mark, style } = marks[outcome === 'done' ? 'pass' : 'fail'];
    this.#clearLine();
    const shown = harmless(withTilde(note ?? '', homedir()));
    this.#line(this.#phaseLine(mark, style, name, seconds(durationMs ?? 0), shown));
  }

  onNotice(text: string): void {
    this.#clearLine();
    this.#line(`    ${harmless(text)}`);
  }

  report(report: Report): void {
    this.#quarantine(() => this.#printVerdict(report));
  }

  #printVerdict(report: Report): void {
    const { evidence, result, reportDir } = report;
    const { mark, style } = marks[result.verdict];
    this.#line('');
    this.#line(
      this.#paint(
        ['bold', style].flat() as Style,
        `${mark} ${result.verdict.toUpperCase()} ${result.reason}`,
      ),
    );
    const [decisive] = result.findings.filter(({ level }) => level === 'error');
    this.#paragraph(result.message);
    if (decisive) this.#printFinding(decisive, report);
    for (const finding of result.findings) {
      if (finding === decisive || finding.level === 'error') continue;
      this.#line('');
      this.#paragraph(`${finding.level}: ${finding.message} (${pageLink(finding, report)})`);
    }
    // Where a line of code or the sentence itself says it all, the log would only distract.
    const { lastLogLines } = evidence.backend;
    const told =
      result.culprit !== null || lastLogLines.every((line) => result.message.includes(line.trim()));
    if (result.verdict !== 'pass' && !told) this.#printLog(lastLogLines.slice(-logLines));
    this.#line('');
    const shown = relative(process.cwd(), reportDir);
    // The rung that gave frames is the one that counts; others only listed threads.
    const filed = evidence.dumps.filter(({ files }) => files.length > 0);
    const framed = filed.filter(hasFrames);
    const telling = framed.length > 0 ? framed : filed;
    const sources = joined([...new Set(telling.map(({ source }) => source))]);
    const dumps = result.dumps.length > 0 ? `, dumps/ by ${harmless(sources)}` : '';
    this.#line(
      `  Report: ${shown.startsWith('..') ? reportDir : shown} (summary.md, result.json, evidence.json, backend.log${dumps})`,
    );
  }

  #printFinding(finding: Finding, report: Report): void {
    const { location, fix } = finding;
    if (location) {
      this.#line('');
      this.#line(
        `  ${this.#paint('bold', harmless(`${location.file}:${location.line}`))} in ${harmless(location.function)}`,
      );
      for (const { number, text, marked } of excerptOf(location, report.evidence)) {
        const line = cut(
          `  ${marked ? '>' : ' '} ${String(number).padStart(4)} │ ${harmless(text)}`,
          this.#width,
        );
        this.#line(marked ? this.#paint(marks.fail.style, line) : this.#paint('dim', line));
      }
    }
    this.#line('');
    if (fix) this.#paragraph(`Fix: ${fix}`);
    this.#paragraph(`See ${pageLink(finding, report)}`);
  }

  #printLog(lines: readonly string[]): void {
    if (lines.length === 0) return;
    this.#line('');
    this.#line('  Last lines of the backend:');
    for (const line of lines) this.#line(this.#paint('dim', cut(`  │ ${harmless(line)}`, this.#width)));
  }

  #paragraph(text: string): void {
    // Again for each line: a break may have put what was harmless to the start of one.
    for (const line of wrap(harmless(text), this.#width - 2)) this.#line(`  ${harmless(line)}`);
  }

  #phaseLine(mark: string, style: Style, name: string, elapsed: string, note: string): string {
    const rest = cut(`${name.padEnd(9)} ${elapsed.padStart(7)}  ${note}`.trimEnd(), this.#width - 4);
    return `  ${this.#paint(style, mark)} ${rest}`;
  }

  get #width(): number {
    return widthOf(this.#stream);
  }

  #clearLine(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[K');
  }

  #line(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  #paint(style: Style, text: string): string {
    return paint(this.#stream, style, text);
  }
}

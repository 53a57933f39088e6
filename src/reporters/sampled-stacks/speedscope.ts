import type { Evidence, Frame } from '../../evidence/schema.ts';
import type { Report } from '../reporter.ts';
import { harmless } from '../text.ts';
import { fileOf, frameKey, type SampledThread, sampledThreads } from './samples.ts';

/** A file for speedscope: a profile for each thread, to scale, with nothing in the times that no dump covers. */
export function speedscopeFile({ evidence, result }: Report) {
  const frames = new FrameTable(evidence);
  const threads = sampledThreads(evidence);
  const pid = result.findings.find(({ level }) => level === 'error')?.pid;
  return {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    exporter: `hang-gate ${evidence.gate.version}`,
    name: `hang-gate: ${result.verdict}, ${result.reason}`,
    activeProfileIndex: Math.max(
      0,
      threads.findIndex((thread) => thread.isLoop && thread.pid === pid),
    ),
    profiles: threads.map((thread) => profileOf(thread, frames)),
    shared: { frames: frames.list },
  };
}

function profileOf({ name, samples }: SampledThread, frames: FrameTable) {
  const startValue = samples[0]?.atMs ?? 0;
  let endValue = startValue;
  const drawn: { stack: number[]; weight: number }[] = [];
  for (const sample of samples) {
    if (sample.atMs > endValue) drawn.push({ stack: [], weight: sample.atMs - endValue });
    const stack = sample.frames.map((frame) => frames.indexOf(frame));
    drawn.push({ stack, weight: sample.durationMs });
    endValue = Math.max(endValue, sample.atMs) + sample.durationMs;
  }
  return {
    type: 'sampled',
    name,
    unit: 'milliseconds',
    startValue,
    endValue,
    samples: drawn.map(({ stack }) => stack),
    weights: drawn.map(({ weight }) => weight),
  };
}

class FrameTable {
  readonly list: { name: string; file: string; line?: number }[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #evidence: Evidence;

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
  }

  indexOf(frame: Frame): number {
    const key = frameKey(frame);
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const { function: name, line } = frame;
    this.#indexes.set(key, this.list.length);
    return (
      this.list.push({
        name: harmless(name),
        file: fileOf(frame, this.#evidence),
        ...(line > 0 && { line }),
      }) - 1
    );
  }
}

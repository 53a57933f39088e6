import { homedir } from 'node:os';
import { wasExercised } from '../../../analysis/exercised.ts';
import { largest } from '../../../analysis/largest.ts';
import { loopLanes } from '../../../analysis/loop-states.ts';
import type { Evidence } from '../../../evidence/schema.ts';
import { seconds } from '../../../rules/wording.ts';
import type { Report } from '../../reporter.ts';
import { withTilde } from '../../text.ts';
import type { SilenceSpan, Span, Timeline, WaveRow, WorkerLane } from '../model.ts';
import { loopDetail } from './loop-detail.ts';
import { probeLanes } from './probes.ts';
import { streamLane } from './streams.ts';

export function timelineOf({ evidence, result }: Report): Timeline {
  const endMs = endOf(evidence);
  const silences = silencesOf(evidence, result.stalls);
  const workers = workerLanes(evidence);
  const focus = focusOf(evidence, silences, workers, result.verdict === 'pass', endMs);
  return {
    endMs,
    focus,
    deadlineMs: evidence.plan.deadlineMs,
    phases: evidence.phases.map(({ name, startMs, durationMs, note }) => ({
      name,
      startMs,
      endMs: durationMs === null ? endMs : startMs + durationMs,
      note: note === null ? null : withTilde(note, homedir()),
    })),
    waves: waveRows(evidence),
    streams: streamLane(evidence, endMs),
    probes: probeLanes(evidence, focus),
    silences,
    workers,
    delays: evidence.gate.delays.slice(0, mostDelays).map(delaySpan),
    moments: momentsOf(evidence),
  };
}

const mostDelays = 200;

function endOf({ durationMs, phases, probingEndedMs }: Evidence): number {
  const ends = phases.map((phase) => phase.startMs + (phase.durationMs ?? 0));
  return Math.max(1, durationMs ?? 0, probingEndedMs ?? 0, largest(ends));
}

function silencesOf(evidence: Evidence, stalls: Report['result']['stalls']): SilenceSpan[] {
  return stalls.map(({ startMs, durationMs }) => {
    const endMs = startMs + durationMs;
    const within = evidence.silences.filter(
      (silence) => silence.startMs >= startMs && silence.startMs <= endMs,
    );
    const paths = [...new Set(within.map(({ path }) => path))].sort();
    return { startMs, endMs, paths, isOver: within.every((silence) => silence.endMs !== null) };
  });
}

function workerLanes(evidence: Evidence): WorkerLane[] {
  return loopLanes(evidence).map(({ pid, spans, goneMs }) => {
    const role = evidence.processes.find((process) => process.pid === pid)?.role ?? 'process';
    return {
      pid,
      goneMs,
      label: `${role} ${pid}`,
      spans: spans.map((span) => ({
        startMs: span.startMs,
        endMs: span.endMs,
        state: span.state,
        detail: loopDetail(span),
      })),
    };
  });
}

/** Around what went wrong: from the wave that led to it to the end. The whole run where nothing stood still. */
function focusOf(
  { waves }: Evidence,
  silences: readonly SilenceSpan[],
  workers: readonly WorkerLane[],
  isGreen: boolean,
  endMs: number,
): [number, number] {
  const stood = workers.flatMap(({ spans }) =>
    spans.filter(({ state }) => ['blocked', 'starved', 'held'].includes(state)),
  );
  const longest = [...silences, ...stood].sort((a, b) => b.endMs - b.startMs - (a.endMs - a.startMs))[0];
  if (isGreen || !longest) return [0, endMs];
  const openedMs = waves.findLast((wave) => wave.openedMs <= longest.startMs)?.openedMs ?? longest.startMs;
  const lengthMs = longest.endMs - longest.startMs;
  // A wave may have been open for long before.
  const fromMs = Math.max(0, openedMs, longest.startMs - lengthMs) - lengthMs * 0.1;
  const toMs = Math.min(endMs, longest.endMs + lengthMs * 0.1);
  return toMs - Math.max(0, fromMs) > endMs * 0.8 ? [0, endMs] : [Math.max(0, fromMs), toMs];
}

function waveRows({ waves, streams }: Evidence): WaveRow[] {
  const byWave = Map.groupBy(streams, ({ wave }) => wave);
  return waves.map((wave) => {
    const own = byWave.get(wave.index) ?? [];
    const firstBytes = own.flatMap(({ firstByteMs, openedMs }) =>
      firstByteMs === null ? [] : firstByteMs - openedMs,
    );
    return {
      ...wave,
      streams: own.length,
      exercised: own.filter(wasExercised).length,
      events: own.reduce((sum, { events }) => sum + events, 0),
      slowestFirstByteMs: firstBytes.length === 0 ? null : largest(firstBytes),
    };
  });
}

function delaySpan({ startMs, durationMs }: Evidence['gate']['delays'][number]): Span {
  return {
    name: 'delay',
    startMs,
    endMs: startMs + durationMs,
    note: `the gate itself was late by ${seconds(durationMs)}`,
  };
}

function momentsOf({ backend, upstream }: Evidence): Timeline['moments'] {
  const moments: [number | null | undefined, string][] = [
    [backend.startedMs, 'The backend is started'],
    [backend.readyMs, 'It answers'],
    [upstream.stalledSinceMs, 'The upstream hangs'],
    [upstream.releasedMs, 'The upstream is let go'],
    [backend.exit?.atMs, 'The backend ends by itself'],
  ];
  return moments.flatMap(([atMs, text]) => (typeof atMs === 'number' ? [{ atMs, text }] : []));
}

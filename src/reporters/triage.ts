/** The steps of triage by hand, each with what the gate found. */

import { wasExercised, wasOpen } from '../analysis/exercised.ts';
import { bareName } from '../analysis/frames.ts';
import { findGrowth, measuredBatches } from '../analysis/growth.ts';
import { hasFrames } from '../analysis/has-frames.ts';
import { largest } from '../analysis/largest.ts';
import { loopOf } from '../analysis/loop-thread.ts';
import { findMisses } from '../analysis/misses.ts';
import { processProofs } from '../analysis/proof.ts';
import { mayServe } from '../analysis/serving.ts';
import type { Evidence } from '../evidence/schema.ts';
import { counted, dumpsBy, joined, routes, seconds } from '../rules/wording.ts';
import type { Report } from './reporter.ts';
import { machineRow } from './triage-machine.ts';
import type { TriageRow } from './triage-row.ts';

export function triage({ evidence }: Report): TriageRow[] {
  return [
    probesAnswer(evidence),
    ...workerThreadsAnswer(evidence),
    stillListening(evidence),
    descriptors(evidence),
    stacks(evidence),
    executorShutdown(evidence),
    responsiveAfterAborts(evidence),
    ...newStreamAccepted(evidence),
    ...nothingKept(evidence),
    loopFreeAtTheEnd(evidence),
    responsiveWhileStreaming(evidence),
    everyWorker(evidence),
    ...machineRow(evidence),
  ];
}

function probesAnswer(evidence: Evidence): TriageRow {
  const step = `${routes(evidence.probeRoutes.map(({ path }) => path))} answer within ${seconds(evidence.plan.deadlineMs)}`;
  if (evidence.probes.length === 0) return notDone(step);
  const misses = findMisses(evidence);
  const detail = `${counted(evidence.probes.length, 'probe')}, ${misses.length} missed the deadline`;
  return { step, result: misses.length > 0 ? 'bad' : 'ok', detail };
}

/** No row where nobody looked. */
function workerThreadsAnswer(evidence: Evidence): TriageRow[] {
  if (!evidence.syncRoute) return [];
  const { path, detail } = evidence.syncRoute;
  const step = 'A route that worker threads serve answers too';
  const asked = evidence.probes.some((probe) => probe.path === path);
  if (path === null || !asked) return [{ step, result: 'info', detail }];
  const missed = findMisses(evidence).some((miss) => miss.path === path);
  return [{ step, result: missed ? 'bad' : 'ok', detail }];
}

function stillListening({ processes, plan }: Evidence): TriageRow {
  const step = `Something listens on ${plan.origin}`;
  const owners = processes.filter(({ listening }) => listening).map(({ pid }) => `pid ${pid}`);
  if (processes.length === 0) return notDone(step);
  return owners.length > 0
    ? { step, result: 'ok', detail: joined(owners) }
    : { step, result: 'info', detail: 'no owner of the port could be seen' };
}

/** Figures only: what well-behaved backends still hold right after an abort is no leak. */
function descriptors({ resources, streams }: Evidence): TriageRow {
  const step = 'Descriptors, sockets and threads before and after';
  const pids = [...new Set(resources.map(({ pid }) => pid))];
  if (pids.length === 0) return notDone(step);
  const changes = pids.map((pid) => {
    const samples = resources.filter((sample) => sample.pid === pid);
    const [first, last] = [samples[0], samples.at(-1)];
    return `pid ${pid}: fds ${first?.fds} → ${last?.fds}, sockets ${first?.sockets} → ${last?.sockets}, threads ${first?.threads} → ${last?.threads}`;
  });
  const aborted = streams.filter(({ end }) => end === 'aborted').length;
  return { step, result: 'info', detail: `${changes.join('; ')} (${counted(aborted, 'aborted stream')})` };
}

function stacks({ dumps }: Evidence): TriageRow {
  const step = 'Stacks of every Python process';
  if (dumps.length === 0) return notDone(step);
  const good = dumps.filter(hasFrames);
  if (good.length > 0) return { step, result: 'ok', detail: dumpsBy(good) };
  const why = dumps[0]?.error ?? 'none could be taken';
  const threadsOnly = dumps.filter(({ threads }) => threads.length > 0);
  return threadsOnly.length > 0
    ? { step, result: 'info', detail: `${dumpsBy(threadsOnly)}, without frames (${why})` }
    : { step, result: 'bad', detail: why };
}

function executorShutdown({ dumps }: Evidence): TriageRow {
  const step = '`ThreadPoolExecutor.shutdown` on an event loop';
  const loops = dumps.map((dump) => loopOf(dump)).filter((loop) => loop !== undefined);
  if (dumps.length === 0) return notDone(step);
  if (loops.length === 0) return { step, result: 'not-done', detail: 'no dump shows an event loop' };
  const seen = loops.filter(({ thread }) =>
    thread.frames.some(
      (frame) => bareName(frame) === 'shutdown' && frame.file.includes('concurrent/futures/'),
    ),
  );
  return seen.length > 0
    ? { step, result: 'bad', detail: `in ${seen.length} of ${counted(loops.length, 'dump')}` }
    : { step, result: 'ok', detail: `in none of ${counted(loops.length, 'dump')}` };
}

function responsiveAfterAborts({ waves, plan, streams }: Evidence): TriageRow {
  const step = 'Responsive after each wave of aborted streams';
  if (waves.length === 0) return notDone(step);
  const settled = waves.filter(({ settledMs }) => settledMs !== null).length;
  const exercised = streams.filter(wasExercised).length;
  // Where something grew, the waves were run once more.
  const due = Math.max(plan.waves, waves.length);
  const detail = `${settled} of ${due} waves, ${exercised} streams open when aborted`;
  return { step, result: settled >= due && exercised > 0 ? 'ok' : 'bad', detail };
}

/** No row where the run did not get that far. */
function newStreamAccepted({ streamsAfter }: Evidence): TriageRow[] {
  const step = 'A new stream is accepted after the aborts';
  const last = streamsAfter?.at(-1);
  if (!last) return [];
  const detail = last.status === null ? 'no answer' : `status ${last.status}`;
  return wasOpen(last)
    ? [{ step, result: 'ok', detail }]
    : [
        {
          step,
          result: 'bad',
          detail: last.status !== null && last.bytes === 0 ? `${detail}, no byte` : detail,
        },
      ];
}

/** No row where nobody looked. One batch alone does not tell a leak from a pool that fills. */
function nothingKept(evidence: Evidence): TriageRow[] {
  const step = 'Aborted streams give back what they took';
  const batches = measuredBatches(evidence);
  if (batches === 0) return [];
  const growth = findGrowth(evidence);
  if (growth.length === 0) return [{ step, result: 'ok', detail: 'nothing grows with every stream' }];
  const grown = `${joined(growth.map(({ measure }) => measure.noun))} grow`;
  return batches > 1
    ? [{ step, result: 'bad', detail: `${grown} with every stream` }]
    : [{ step, result: 'info', detail: `${grown}, measured only once` }];
}

function loopFreeAtTheEnd(evidence: Evidence): TriageRow {
  const step = 'The event loop is free at the end';
  if (!evidence.dumps.some(({ trigger }) => trigger === 'proof')) return notDone(step);
  const proofs = [...processProofs(evidence)];
  const open = proofs.filter(([, proof]) => proof === 'stuck' || proof === 'unseen');
  const free = proofs.filter(([, proof]) => proof === 'free');
  return open.length > 0 || free.length === 0
    ? {
        step,
        result: 'bad',
        detail: `not seen free: ${joined(open.map(([pid]) => `pid ${pid}`)) || 'no loop found'}`,
      }
    : { step, result: 'ok', detail: joined(free.map(([pid]) => `pid ${pid}`)) };
}

function responsiveWhileStreaming(evidence: Evidence): TriageRow {
  const step = 'Responsive while streams are open';
  const { waves, probes } = evidence;
  const during = probes.filter(({ sentMs }) =>
    waves.some(({ openedMs, abortedMs }) => sentMs >= openedMs && (abortedMs === null || sentMs < abortedMs)),
  );
  if (during.length === 0) return notDone(step);
  const slowestMs = largest(during.map(({ latencyMs }) => latencyMs ?? 0));
  const missed = findMisses({ ...evidence, probes: during }).length;
  return missed > 0
    ? { step, result: 'bad', detail: `${counted(missed, 'probe')} without an answer in time` }
    : { step, result: 'ok', detail: `${counted(during.length, 'probe')}, slowest ${seconds(slowestMs)}` };
}

function everyWorker({ processes, dumps }: Evidence): TriageRow {
  const step = 'Every worker looked at';
  const pythons = processes.filter(mayServe);
  if (pythons.length === 0 || dumps.length === 0) return notDone(step);
  const dumpsOf = (pid: number) => dumps.filter((dump) => dump.pid === pid);
  const missing = pythons.filter(({ pid }) => dumpsOf(pid).every(({ threads }) => threads.length === 0));
  if (missing.length > 0)
    return { step, result: 'bad', detail: `no stack of ${joined(missing.map(({ pid }) => `pid ${pid}`))}` };
  const detail = joined(
    pythons.map(
      ({ pid, python }) =>
        `pid ${pid} (Python ${python}${dumpsOf(pid).some(hasFrames) ? '' : ', by the kernel alone'})`,
    ),
  );
  return { step, result: 'ok', detail };
}

function notDone(step: string): TriageRow {
  return { step, result: 'not-done', detail: 'the run did not get that far' };
}

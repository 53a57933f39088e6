/**
 * The probing thread. It shares nothing with the thread that streams and dumps, so neither can delay a probe, and it
 * measures its own delay all the same.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { lostMs } from '../analysis/delays.ts';
import type { Probe } from '../evidence/schema.ts';
import { RunClock } from '../timing/clock.ts';
import type { ProbeCommand, ProbeConfig, ProbeEvent } from './messages.ts';
import { RouteProbe } from './route-probe.ts';
import { SelfDelay } from './self-delay.ts';

const tickMs = 20;
/** What the dumps of a silence take; a route whose baseline is not known yet is left alone until then. */
const dumpReserveMs = 1_500;

// undici makes an error for each header that is too many; a backend that sends them without end would slow this thread down.
Error.stackTraceLimit = 0;
const config = workerData as ProbeConfig;
const port = parentPort as MessagePort;
const clock = new RunClock(config.epochNs);
const selfDelay = new SelfDelay();
const finished: Probe[] = [];
const routes: RouteProbe[] = [];
const silent = new Set<RouteProbe>();
const missed = new Set<RouteProbe>();
let awaited: { readonly sinceMs: number; readonly askedMs: number } | undefined;
let cadence = false;

const timer = setInterval(tick, tickMs);
port.on('message', (command: ProbeCommand) => {
  if (command.kind === 'begin') void measureBaseline(command.paths);
  else if (command.kind === 'await-answers') awaited = { sinceMs: command.sinceMs, askedMs: clock.nowMs() };
  else stop();
});

function tick(): void {
  const nowMs = clock.nowMs();
  selfDelay.tick(nowMs, tickMs);
  for (const route of routes) {
    watch(route, nowMs);
    if (cadence) route.tick(nowMs);
  }
  // Before anything that follows from them.
  if (finished.length > 0) send({ kind: 'probes', probes: finished.splice(0) });
  const question = awaited;
  if (question && routes.every((route) => hasAnswered(route, question))) {
    awaited = undefined;
    send({ kind: 'all-answered' });
  }
}

function hasAnswered(route: RouteProbe, { sinceMs, askedMs }: { sinceMs: number; askedMs: number }): boolean {
  return (
    route.answeredProbeOfMs >= sinceMs && (route.unansweredSinceMs ?? Number.POSITIVE_INFINITY) > askedMs
  );
}

async function measureBaseline(paths: readonly string[]): Promise<void> {
  routes.push(
    ...paths.map((path) => new RouteProbe(config.origin, path, clock, (probe) => finished.push(probe))),
  );
  await Promise.all(routes.map((route) => route.measureBaseline()));
  cadence = true;
  send({
    kind: 'baseline',
    routes: routes.map(({ path, baselineMs, baselineStatus, intervalMs }) => ({
      path,
      baselineMs,
      baselineStatus,
      intervalMs,
    })),
  });
}

/** Tells when a route falls silent, misses its deadline or answers again. */
function watch(route: RouteProbe, nowMs: number): void {
  const { path, unansweredSinceMs: sinceMs } = route;
  const silentMs = sinceMs === undefined ? 0 : nowMs - sinceMs - lostMs(sinceMs, nowMs, selfDelay.delays);
  if (sinceMs !== undefined && silentMs >= dumpThresholdMs(route)) {
    if (!silent.has(route)) send({ kind: 'silent', path, sinceMs });
    silent.add(route);
  } else if (silent.delete(route)) {
    send({ kind: 'answers-again', path, atMs: nowMs });
  }
  if (sinceMs !== undefined && silentMs >= config.deadlineMs && !missed.has(route)) {
    missed.add(route);
    send({ kind: 'missed', path, sinceMs });
  }
}

function dumpThresholdMs({ baselineMs }: RouteProbe): number {
  // Late enough for a route that is slow by nature, and early enough for the dumps before the deadline.
  const latestMs = Math.max(config.dumpAfterMs, config.deadlineMs - dumpReserveMs);
  return Math.min(config.dumpAfterMs + (baselineMs ?? config.deadlineMs), latestMs);
}

function stop(): void {
  clearInterval(timer);
  const atMs = clock.nowMs();
  for (const route of routes) route.stop();
  send({ kind: 'probes', probes: finished.splice(0) });
  send({ kind: 'stopped', delays: selfDelay.delays, maxDelayMs: selfDelay.maxMs, atMs });
  port.close();
}

function send(event: ProbeEvent): void {
  port.postMessage(event);
}

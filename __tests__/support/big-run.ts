/** Evidence of a run as large as the gate is made for: 10 minutes, 2,000 streams, 4 workers, and a hang at its end. */
import type { Dump, Evidence, Probe, Stint, Stream } from '../../src/evidence/schema.ts';
import {
  backendProcess,
  dump,
  earlyStream,
  loopThread,
  makeEvidence,
  newsWorker,
  phase,
  poolWorker,
  probe,
  scheduling,
  stack,
  stream,
  unanswered,
  wave,
} from './make-evidence.ts';

export const bigRun = {
  durationMs: 600_000,
  waves: 40,
  clients: 50,
  workers: 4,
  threadsPerDump: 300,
} as const;

const pids = Array.from({ length: bigRun.workers }, (_, index) => 4_801 + index);
const [hungPid = 0] = pids;
const firstWaveMs = 5_000;
const hangMs = bigRun.durationMs - 8_000;
const waveMs = (hangMs - firstWaveMs) / bigRun.waves;
const aborts = ['reset', 'close', 'early'];

export function bigEvidence(): Evidence {
  const silenceEndMs = hangMs + 5_200;
  return makeEvidence({
    plan: { clients: bigRun.clients, waves: bigRun.waves },
    durationMs: bigRun.durationMs,
    probingEndedMs: silenceEndMs,
    phases: [
      phase('boot', 100, 2_900),
      phase('baseline', 3_000, 2_000),
      ...eachWave((index, startMs) => phase(`wave ${index}`, startMs, waveMs - 10)),
      phase('stop', bigRun.durationMs - 300, 300),
    ],
    waves: eachWave((index, openedMs) =>
      wave({
        index,
        abort: abortOf(index),
        openedMs,
        abortedMs: openedMs + waveMs - 1_500,
        settledMs: index === bigRun.waves ? null : openedMs + waveMs - 500,
      }),
    ),
    streams: eachWave((index, startMs) => streamsOf(index, startMs)).flat(),
    probes: ['/', '/health'].flatMap((path) => probesOf(path)),
    silences: ['/', '/health'].map((path) => ({
      path,
      startMs: hangMs,
      endMs: null,
      firstDumpMs: hangMs + 1_100,
    })),
    processes: pids.map((pid) => backendProcess({ pid, role: 'worker' })),
    loops: pids.map((pid) => ({
      pid,
      tid: pid,
      samples: 11_900,
      samplesAtSelector: 11_000,
      stints: [
        ...Array.from({ length: 49 }, (_, index) => shortStint(index)),
        ...(pid === hungPid ? [longStint()] : []),
      ],
      goneMs: null,
    })),
    dumps: dumps(),
    backend: { pid: 4_800, logLines: logLines() },
    sources: [],
  });
}

function eachWave<T>(make: (index: number, startMs: number) => T): T[] {
  return Array.from({ length: bigRun.waves }, (_, index) => make(index + 1, firstWaveMs + index * waveMs));
}

function abortOf(wave: number): string {
  return aborts[(wave - 1) % aborts.length] ?? 'reset';
}

function streamsOf(wave: number, startMs: number): Stream[] {
  return Array.from({ length: bigRun.clients }, (_, index) => {
    const openedMs = startMs + index * 7;
    const times = { wave, openedMs, endedMs: startMs + waveMs - 1_500 + index };
    return abortOf(wave) === 'early'
      ? earlyStream({ ...times, endedMs: openedMs + 3 })
      : stream({ ...times, firstByteMs: openedMs + 20 + (index % 9), events: 120 + index });
  });
}

function probesOf(path: string): Probe[] {
  const answered = Array.from({ length: Math.floor((hangMs - 3_000) / 100) }, (_, index) =>
    probe({ path, sentMs: 3_000 + index * 100, latencyMs: 2 + ((index * 37) % 90) }),
  );
  return [
    ...answered,
    ...Array.from({ length: 51 }, (_, index) => unanswered(path, hangMs + 10 + index * 100)),
  ];
}

function shortStint(index: number): Stint {
  const isStarved = index % 7 === 3;
  return {
    startMs: 10_000 + index * 11_000,
    durationMs: 300 + index * 10,
    ranMs: isStarved ? 4 : 280,
    queuedMs: isStarved ? 290 : 10,
    voluntarySwitches: 3,
    states: { R: 6 },
    waitChannels: { running: 6 },
  };
}

function longStint(): Stint {
  return {
    startMs: hangMs,
    durationMs: 5_200,
    ranMs: 0.2,
    queuedMs: 0,
    voluntarySwitches: 8,
    states: { S: 100 },
    waitChannels: { futex_do_wait: 100 },
    dumps: 3,
  };
}

/** A baseline and three of the hang a worker. */
function dumps(): Dump[] {
  const moments = [4_000, hangMs + 1_050, hangMs + 1_550, hangMs + 2_550];
  return moments.flatMap((startMs, at) =>
    pids.map((pid, index) =>
      dump({
        pid,
        trigger: at === 0 ? 'baseline' : 'silence',
        startMs: startMs + index * 15,
        loopScheduling: scheduling({
          waitChannel: pid === hungPid && at > 0 ? 'futex_do_wait' : 'do_epoll_wait',
        }),
        threads: [
          loopThread(pid === hungPid && at > 0 ? stack.blockedInExecutorExit311() : stack.idleAsyncio(), pid),
          ...Array.from({ length: bigRun.threadsPerDump }, (_, thread) =>
            (thread % 2 === 0 ? newsWorker : poolWorker)(`ThreadPoolExecutor-${thread >> 3}_${thread % 8}`),
          ).map((thread, nth) => ({ ...thread, tid: pid * 1_000 + nth })),
        ],
      }),
    ),
  );
}

function logLines(): { atMs: number; text: string }[] {
  return Array.from({ length: 400 }, (_, index) => ({
    atMs: hangMs - 40_000 + index * 100,
    text: `INFO:     127.0.0.1:${40_000 + index} - "GET /health HTTP/1.1" 200 OK ${'x'.repeat(60)}`,
  }));
}

/**
 * What a run saw, and nothing that it concluded. Every stage that touches the world writes here; rules, verdict and
 * reporters read only this, so `hang-gate diagnose evidence.json` gives the same answer again without a backend.
 *
 * All times are milliseconds since the run began, on the monotonic clock. Additions keep `schemaVersion`; a change of
 * meaning raises it.
 */
import * as z from 'zod';
import { baselineSchema } from './baseline-schema.ts';

export const evidenceSchemaVersion = 1;

const ms = z.number();
const pid = z.number().int();

const phase = z.object({
  name: z.string(),
  startMs: ms,
  /** `null` when the run ended inside it. */
  durationMs: ms.nullable(),
  /** One line about how it went, for people. */
  note: z.string().nullable(),
});

const frame = z.object({
  function: z.string(),
  /** The workspace's own one where it is known to be the same: see `renamedFiles`. */
  file: z.string(),
  /** 0 when unknown. */
  line: z.number().int(),
});

const thread = z.object({
  tid: z.number().int().nullable(),
  name: z.string().nullable(),
  ownsGil: z.boolean(),
  /** Innermost frame first. */
  frames: z.array(frame),
  /** Its garbage collector runs. Only `faulthandler` tells; absent where nobody does. */
  collectsGarbage: z.boolean().optional(),
});

/** The kernel's accounting of one thread; figures are totals since it started. */
const scheduling = z.object({
  /** `R` running or runnable, `S` sleeping, `D` uninterruptible, `T` stopped, `t` traced, `Z` dead. */
  state: z.string(),
  /** The kernel function it sleeps in; `null` where the kernel hides it. */
  waitChannel: z.string().nullable(),
  ranMs: ms.nullable(),
  /** Time it was runnable and had no processor. */
  queuedMs: ms.nullable(),
  voluntarySwitches: z.number().int().nullable(),
  /** Who traces it, as a debugger does; absent when nobody does. */
  tracerPid: pid.optional(),
});

/**
 * A time in which somebody else kept a loop's thread from running: by a stop signal, by freezing its control group, or by
 * tracing it. The gate's own dumps are not among these.
 */
const hold = z.object({
  startMs: ms,
  durationMs: ms,
  kind: z.enum(['stopped', 'frozen', 'traced']),
  /** The tracer's pid and command line, for people; `null` when nobody traces or it cannot be seen. */
  by: z.string().nullable(),
});

/** What the machine and its control groups took away, as totals since the first sample; `null` where it is not told. */
const machineSample = z.object({
  atMs: ms,
  /** Time of all processors together that the hypervisor gave to others. */
  stolenMs: ms.nullable(),
  /** Time in which at least one runnable thread of the machine had no processor. */
  pressureMs: ms.nullable(),
  /** Time for which a processor quota held up the backend's control group, or one above it. */
  throttledMs: ms.nullable(),
  throttledPeriods: z.number().int().nullable(),
  /** Time that the machine slept, which the monotonic clock and so every other time here leaves out. */
  suspendedMs: ms.nullable(),
});

/** A time in which a loop was never seen at its selector, with the kernel's accounting of its thread over that time. */
const stint = z.object({
  /** Dumps that were begun meanwhile, of which the last may never have come to its end. */
  dumps: z.number().int().optional(),
  startMs: ms,
  durationMs: ms,
  ranMs: ms.nullable(),
  /** Time it was runnable and had no processor. */
  queuedMs: ms.nullable(),
  voluntarySwitches: z.number().int().nullable(),
  /** Samples by the thread's state. */
  states: z.record(z.string(), z.number().int()),
  /** Samples by the kernel function it slept in. */
  waitChannels: z.record(z.string(), z.number().int()),
});

const loop = z.object({
  pid,
  tid: z.number().int(),
  samples: z.number().int(),
  samplesAtSelector: z.number().int(),
  stints: z.array(stint),
  holds: z.array(hold).optional(),
  /** When its process died, the gate not having ended it. */
  goneMs: ms.nullable(),
});

/**
 * Why a dump was taken: the undisturbed backend, a silent probe or a loop that stands still, a boot that does not end, the
 * proof at the end that the loop is free, or a shutdown that does not end.
 */
const trigger = z.enum(['baseline', 'silence', 'boot', 'proof', 'shutdown']);

const dump = z.object({
  pid,
  trigger,
  startMs: ms,
  durationMs: ms,
  /** Which way of taking stacks gave it: `proc` shows threads without frames; `none` when all failed. */
  source: z.string(),
  threads: z.array(thread),
  /** Accounting of the loop thread at that moment. */
  loopScheduling: scheduling.nullable(),
  /** How many voluntary switches of a sleeping thread taking it explains at most; absent in older files. */
  wakes: z.number().int().optional(),
  /** Files of this dump, relative to the report folder. */
  files: z.array(z.string()),
  /** Why there are no frames; `null` when there are. */
  error: z.string().nullable(),
});

const task = z.object({
  /** Unique within its process at that moment. */
  id: z.string(),
  name: z.string(),
  /** Where its coroutine waits, innermost frame first. It ends at an asynchronous generator, whose own frames are hidden. */
  stack: z.array(frame),
  /** Ids of the tasks that wait for it. */
  awaitedBy: z.array(z.string()),
});

/** The asyncio tasks of a process, as Python 3.14 and later can read them from outside. */
const taskGraph = z.object({
  pid,
  /** As of a dump; `released` after a batch of waves, when the upstream had been let go again. */
  trigger: z.enum([...trigger.options, 'released']),
  atMs: ms,
  tasks: z.array(task),
  /** Older tasks that there were beside these. */
  omitted: z.number().int(),
  /** Why there are no tasks; `null` when they could be read, even if there were none. */
  error: z.string().nullable(),
});

const resources = z.object({
  atMs: ms,
  pid,
  fds: z.number().int(),
  sockets: z.number().int(),
  threads: z.number().int(),
  /** Threads that wait for a peer or sleep until a time, by the kernel's word: they get on by themselves. */
  passingThreads: z.number().int().optional(),
  /** Sockets whose other side has left and that are still open here. */
  closeWait: z.number().int().optional(),
  /** Tasks that wait for another part of the application; absent where they cannot all be read, as before Python 3.14. */
  waitingTasks: z.number().int().optional(),
  /** Memory in KiB; `null` when it cannot be read. */
  residentKb: z.number().int().nullable().optional(),
  /** Before the first stream, after a wave, or after a batch of waves when the upstream had been let go again. */
  moment: z.enum(['baseline', 'wave', 'released']).optional(),
  /** Streams that had been aborted by then, in all workers together. */
  abortedStreams: z.number().int().optional(),
});

const stream = z.object({
  wave: z.number().int(),
  openedMs: ms,
  /** HTTP status; `null` when no response head came. */
  status: z.number().int().nullable(),
  contentType: z.string().nullable(),
  /** By its headers a cache in front of the backend gave it. */
  isCached: z.boolean().optional(),
  firstByteMs: ms.nullable(),
  bytes: z.number().int(),
  events: z.number().int(),
  endedMs: ms.nullable(),
  /** `aborted` by us; `ended` by the backend before that; `failed` at the connection. `null`: still open. */
  end: z.enum(['aborted', 'ended', 'failed']).nullable(),
  error: z.string().nullable(),
});

const probe = z.object({
  path: z.string(),
  sentMs: ms,
  /** Until the answer was complete; `null` when none came. */
  latencyMs: ms.nullable(),
  status: z.number().int().nullable(),
  /** By its headers a cache in front of the backend gave it. */
  isCached: z.boolean().optional(),
  /** Connection error; with `latencyMs` and `error` both `null` it was still unanswered when probing ended. */
  error: z.string().nullable(),
});

/** A span in which the gate itself was not scheduled; it never counts against the backend. */
const delay = z.object({ startMs: ms, durationMs: ms });

const attempt = z.object({
  schemaVersion: z.literal(evidenceSchemaVersion),
  gate: z.object({
    version: z.string(),
    startedAt: z.string(),
    platform: z.string(),
    nodeVersion: z.string(),
    /** Folder to which reported files are relative. */
    workspace: z.string(),
    /** Folder in it where the repository lies, when that is not the workspace itself. */
    checkout: z.string().optional(),
    /** Of the machine; Python sizes its thread pools by them. */
    processors: z.number().int().optional(),
    /** Delays of the thread that probes, above its threshold. */
    delays: z.array(delay),
    maxDelayMs: ms,
  }),
  plan: z.object({
    command: z.string(),
    workingDirectory: z.string(),
    origin: z.string(),
    streamMethod: z.string(),
    streamPath: z.string(),
    clients: z.number().int(),
    waves: z.number().int(),
    /** How the waves take their turn; absent in older files, as the next two are. */
    aborts: z.array(z.string()).optional(),
    holdMs: ms.optional(),
    settleMs: ms.optional(),
    deadlineMs: ms,
    bootTimeoutMs: ms,
    dumpAfterMs: ms,
    /** `null` when the end of the backend was not to be looked at; absent in older files. */
    shutdownTimeoutMs: ms.nullable().optional(),
    upstream: z.string(),
    pySpy: z.string(),
  }),
  /** About one a second; absent in older files. */
  machine: z.array(machineSample).optional(),
  phases: z.array(phase),
  backend: z.object({
    pid: pid.nullable(),
    startedMs: ms.nullable(),
    readyMs: ms.nullable(),
    /** Set when it ended by itself, not when the gate stopped it. */
    exit: z.object({ atMs: ms, code: z.number().int().nullable(), signal: z.string().nullable() }).nullable(),
    lastReadinessError: z.string().nullable(),
    lastLogLines: z.array(z.string()),
    /** The last few hundred lines with the time at which each arrived; absent in older files and where nobody listened. */
    logLines: z.array(z.object({ atMs: ms, text: z.string() })).optional(),
  }),
  processes: z.array(
    z.object({
      pid,
      parentPid: pid,
      /**
       * `worker`: an event loop of its own watches the listening socket. `master`: a Python that has started workers and
       * does not serve. `wrapper`: another program, or a Python that only runs another. `helper`: a Python that serves
       * nobody, such as multiprocessing's resource tracker and the children of a process pool. `backend`: a Python of
       * which none of this can be told. Only `worker` and `backend` are judged.
       */
      role: z.enum(['worker', 'backend', 'master', 'wrapper', 'helper']),
      /** Python version such as `3.11`; `null` for another program. */
      python: z.string().nullable(),
      commandLine: z.string(),
      /** Holds a socket that listens on the backend's port; masters do so too. */
      listening: z.boolean(),
      /** Still there when the processes were last looked at. */
      alive: z.boolean(),
    }),
  ),
  /** Processes that are none of the backend's and took connections to its port during the test. */
  strangers: z.array(z.object({ atMs: ms, pid, commandLine: z.string() })).optional(),
  upstream: z.object({
    requests: z.number().int(),
    stalled: z.number().int(),
    stalledSinceMs: ms.nullable(),
    /** When everything that hung was let go for the first time, after the last wave; absent when it never was. */
    releasedMs: ms.optional(),
  }),
  /** Every route that is probed. */
  probeRoutes: z.array(
    z.object({
      path: z.string(),
      /** `asked` for by the settings, or `discovered` in the app's OpenAPI document. */
      chosen: z.enum(['asked', 'discovered']).default('asked'),
      /** Median latency before the first stream; `null` when it did not answer. */
      baselineMs: ms.nullable(),
      baselineStatus: z.number().int().nullable(),
      /** `null` before the baseline. */
      intervalMs: ms.nullable(),
    }),
  ),
  /** The search for a route that worker threads serve: what it found, and why not more; `null` when there was none. */
  syncRoute: z.object({ path: z.string().nullable(), detail: z.string() }).nullable().default(null),
  probes: z.array(probe),
  probingEndedMs: ms.nullable(),
  waves: z.array(
    z.object({
      index: z.number().int(),
      abort: z.string(),
      openedMs: ms,
      abortedMs: ms.nullable(),
      /** When everything had answered for the settle time; `null` when it never did. */
      settledMs: ms.nullable(),
    }),
  ),
  streams: z.array(stream),
  /** How the backend took SIGTERM, where that was looked at; `endedMs` is `null` when it had to be killed. */
  shutdown: z.object({ askedMs: ms, endedMs: ms.nullable() }).optional(),
  /** The stream that was opened after all the others had been aborted: its last attempt. Absent when none was. */
  streamsAfter: z.array(stream).optional(),
  /** Spans in which a probe stayed unanswered beyond `dump-after`. */
  silences: z.array(
    z.object({ path: z.string(), startMs: ms, endMs: ms.nullable(), firstDumpMs: ms.nullable() }),
  ),
  /** Every worker's event loop, sampled about 20 times a second. */
  loops: z.array(loop).default([]),
  /** Ways of taking stacks: which one is used, and why others are not. */
  stackSources: z.array(z.object({ name: z.string(), usable: z.boolean(), detail: z.string() })),
  dumps: z.array(dump),
  /** Taken beside a dump, of processes whose loop is free: what waits there leaves no stack. */
  taskGraphs: z.array(taskGraph).default([]),
  /** Connections that the kernel has made and the backend has not accepted yet, at each dump of a silence. */
  acceptQueue: z.array(z.object({ atMs: ms, connections: z.number().int() })).default([]),
  resources: z.array(resources),
  /** Lines of the workspace's own files around frames that dumps show. */
  sources: z.array(z.object({ file: z.string(), firstLine: z.number().int(), lines: z.array(z.string()) })),
  /** Files of the workspace that dumps name otherwise: through links, in a container, or as pip has installed them. */
  renamedFiles: z.array(z.object({ seen: z.string(), file: z.string() })).optional(),
  /** What kept the gate itself from doing its work; `left-behind` and `report` came too late to matter for the verdict. */
  gateErrors: z.array(z.object({ code: z.string(), message: z.string() })),
  interrupted: z.string().nullable(),
  /** An earlier run, to compare this one with. */
  baseline: baselineSchema.optional(),
  durationMs: ms.nullable(),
});

export const evidenceSchema = attempt.extend({
  /** The first attempt, where what it saw had to be looked for again on a fresh boot; its times are its own. */
  earlier: attempt.optional(),
});

export type Evidence = z.infer<typeof evidenceSchema>;
export type Phase = Evidence['phases'][number];
export type Probe = Evidence['probes'][number];
export type Stream = Evidence['streams'][number];
export type Dump = Evidence['dumps'][number];
export type Thread = Dump['threads'][number];
export type Frame = Thread['frames'][number];
export type TaskGraph = Evidence['taskGraphs'][number];
export type Task = TaskGraph['tasks'][number];
export type Scheduling = NonNullable<Dump['loopScheduling']>;
export type LoopEvidence = Evidence['loops'][number];
export type ResourceSample = Evidence['resources'][number];
export type Hold = NonNullable<LoopEvidence['holds']>[number];
export type MachineSample = NonNullable<Evidence['machine']>[number];
export type Stint = LoopEvidence['stints'][number];
export type Delay = Evidence['gate']['delays'][number];
export type SourceExcerpt = Evidence['sources'][number];

import { isAbsolute, resolve } from 'node:path';
import type { AbortModeName, Command, Settings, UpstreamModeName } from '../settings/schema.ts';

/** What will be done, as plain data: settings with every default, port and path worked out. */
export interface Plan {
  /** No words when a running backend is tested. */
  readonly command: Command;
  /** A backend that already runs: by the id of one of its processes, else by whoever listens on the port. */
  readonly attach:
    | {
        readonly pid: number | undefined;
        /** It runs on this machine, so that its processes can be looked at. */
        readonly isHere: boolean;
      }
    | undefined;
  /** Absolute. */
  readonly workingDirectory: string;
  /** Added to the backend's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Scheme, host and port of the backend. */
  readonly origin: string;
  readonly readyUrl: string;
  readonly bootTimeoutMs: number;
  /** The routes that the settings ask for. */
  readonly probePaths: readonly string[];
  /** How a route is looked for that worker threads serve; `undefined` when none is. */
  readonly discovery: Discovery | undefined;
  readonly deadlineMs: number;
  readonly dumpAfterMs: number;
  readonly stream: {
    readonly url: string;
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | undefined;
  };
  readonly waves: readonly Wave[];
  /** `undefined` when the end of the backend is not looked at. */
  readonly shutdownTimeoutMs: number | undefined;
  readonly upstream: UpstreamModeName;
  /** `auto`, `off` or an absolute path. */
  readonly pySpy: string;
}

/** Where an app may describe its routes. */
export interface Discovery {
  /** Where its OpenAPI document may be, the likeliest first. */
  readonly documentPaths: readonly string[];
  /** The path in `url`. */
  readonly prefix: string;
}

export interface Wave {
  /** From 1. */
  readonly index: number;
  readonly abort: AbortModeName;
  readonly clients: number;
  readonly holdMs: number;
  readonly settleMs: number;
}

/** Where FastAPI and its usual templates put it. */
const documentPaths = ['/openapi.json', '/api/openapi.json', '/api/v1/openapi.json'];

/** What is run when nothing is to be run. */
const noCommand: Command = { kind: 'argv', argv: [] };

/** True when the settings leave the choice of the port to the gate. */
export function wantsFreePort(settings: Settings): boolean {
  const texts = [
    ...(settings.command?.kind === 'argv' ? settings.command.argv : [settings.command?.line ?? '']),
    settings.url ?? '',
    settings.ready ?? '',
    ...Object.values(settings.env),
  ];
  return texts.some((text) => text.includes('{port}'));
}

/**
 * @param port The free port that replaces `{port}`, or the one that a running backend serves.
 * @param cwd Absolute folder to which relative paths belong.
 */
export function makePlan(
  settings: Settings,
  given: Command | undefined,
  port: number | undefined,
  cwd: string,
): Plan {
  const command = given ?? noCommand;
  const fill = (text: string) => (port === undefined ? text : text.replaceAll('{port}', String(port)));
  const base = new URL(settings.url ? fill(settings.url) : `http://127.0.0.1:${port ?? 8000}`);
  const origin = base.origin;
  // A path in `url` (a mount point behind which the app lives) is kept in front of every route.
  const prefix = base.pathname.replace(/\/$/, '');
  const at = (route: string) => `${origin}${prefix}${route}`;
  const named = settings.syncProbe.startsWith('/') ? [settings.syncProbe] : [];
  const ready = fill(settings.ready ?? settings.probes[0] ?? '/');

  return {
    command:
      command.kind === 'shell'
        ? { kind: 'shell', line: fill(command.line) }
        : { kind: 'argv', argv: command.argv.map(fill) },
    attach: given ? undefined : { pid: settings.pid, isHere: true },
    workingDirectory: resolve(cwd, settings.workingDirectory),
    env: Object.fromEntries(Object.entries(settings.env).map(([name, value]) => [name, fill(value)])),
    origin,
    readyUrl: ready.startsWith('/') ? at(ready) : ready,
    bootTimeoutMs: settings.bootTimeoutMs,
    // As they are sent: a request takes ASCII only, and no fragment.
    probePaths: [...new Set([...settings.probes, ...named].map((route) => pathOf(at(route))))],
    discovery:
      // A backend that somebody else uses is not asked for what nobody told us to ask.
      settings.syncProbe === 'auto' && given
        ? { prefix, documentPaths: [...new Set([`${prefix}/openapi.json`, ...documentPaths])] }
        : undefined,
    deadlineMs: settings.deadlineMs,
    dumpAfterMs: settings.dumpAfterMs,
    stream: { ...settings.stream, url: at(settings.stream.path) },
    waves: Array.from({ length: settings.waves }, (_, wave) => ({
      index: wave + 1,
      abort: settings.abort[wave % settings.abort.length] as AbortModeName,
      clients: settings.clients,
      holdMs: settings.holdMs,
      settleMs: settings.settleMs,
    })),
    // A backend that somebody else uses is not ended.
    shutdownTimeoutMs: given ? settings.shutdownTimeoutMs : undefined,
    // The requests of a backend that already runs cannot be led anywhere else.
    upstream: given ? settings.upstream : 'live',
    pySpy:
      ['auto', 'off'].includes(settings.pySpy) || isAbsolute(settings.pySpy)
        ? settings.pySpy
        : resolve(cwd, settings.pySpy),
  };
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** The command as one line, for people. */
export function commandText(command: Command): string {
  if (command.kind === 'shell') return command.line;
  return command.argv
    .map((word) => (/^[\w@%+=:,./{}-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}

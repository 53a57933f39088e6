import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repository } from './place.ts';

export interface CommandRun {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly wallMs: number;
  /** From the first signal to the end; `null` when the end came first. */
  readonly stoppedMs: number | null;
}

export interface CommandOptions {
  readonly workspace: string;
  readonly temporary: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Words that boot the backend. */
  readonly command: readonly string[];
  /** Sends signals. */
  readonly meanwhile?: (child: ChildProcess, exited: AbortSignal) => Promise<number | null>;
}

/** Far more than any run needs, beside busy processes as well; one that is still there is ended, and shows by its signal. */
const longestRunMs = 300_000;

/** Runs the built command as at a terminal. */
export async function runCommand(options: CommandOptions): Promise<CommandRun> {
  const { workspace, temporary, settings, command, meanwhile } = options;
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [join(repository, 'dist', 'cli.cjs'), 'run', ...flags, '--', ...command],
    { cwd: workspace, env: environment(temporary), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const exited = new AbortController();
  const closed = once(child, 'close');
  child.once('exit', () => exited.abort());
  await once(child, 'spawn');
  const timer = setTimeout(() => child.kill('SIGKILL'), longestRunMs);
  const signalling = meanwhile?.(child, exited.signal);
  if (!exited.signal.aborted) await once(exited.signal, 'abort');
  const endedAt = performance.now();
  clearTimeout(timer);
  // Not `close` alone: whoever was left behind may hold the pipes.
  await Promise.race([closed, sleep(500, undefined, { ref: false })]);
  const signalledAt = (await signalling) ?? null;
  return {
    ...{ exitCode: child.exitCode, signal: child.signalCode, output, wallMs: endedAt - began },
    stoppedMs: signalledAt === null ? null : endedAt - signalledAt,
  };
}

/** Without what a surrounding job or test put there. */
function environment(temporary: string): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _color, NODE_OPTIONS: _options, VIRTUAL_ENV: _venv, ...own } = process.env;
  return { ...own, TMPDIR: temporary, PYTHONDONTWRITEBYTECODE: '1' };
}

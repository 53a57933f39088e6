import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { processesWith } from './runner/processes.ts';
import { temporaryFolder } from './runner/temporary-folder.ts';

/** Where py-spy is kept between runs and tests. */
export const toolCache = process.env['RUNNER_TOOL_CACHE'] ?? join(homedir(), '.cache', 'hang-gate');

export interface DoctorRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Files below the working, home and temporary folder, and pids. */
  readonly leftBehind: readonly (string | number)[];
}

export interface DoctorOptions {
  /** Folder that holds `dist/`. */
  readonly action: string;
  readonly path: string;
  /** Nothing is found there unless it is `toolCache`. */
  readonly cache?: string;
  readonly whileRunning?: (child: ChildProcessWithoutNullStreams, trackingId: string) => Promise<void>;
}

/** Runs `hang-gate doctor` as a user without settings of their own. */
export async function runDoctor(args: readonly string[], options: DoctorOptions): Promise<DoctorRun> {
  const root = temporaryFolder('doctor');
  const folders = ['work', 'home', 'tmp'].map((name) => join(root, name));
  for (const folder of folders) mkdirSync(folder);
  const [cwd, home, tmp] = folders;
  const trackingId = `doctor_${randomUUID()}`;
  const child = spawn(process.execPath, [join(options.action, 'dist', 'cli.cjs'), 'doctor', ...args], {
    cwd,
    env: {
      PATH: options.path,
      HOME: home,
      TMPDIR: tmp,
      RUNNER_TRACKING_ID: trackingId,
      ...(options.cache !== undefined && { RUNNER_TOOL_CACHE: options.cache }),
    },
  });
  child.stdin.end();
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
    options.whileRunning?.(child, trackingId),
  ]);
  // A process that was killed is there for a moment more.
  const deadline = performance.now() + 2_000;
  while (processesWith(trackingId).length > 0 && performance.now() < deadline) await sleep(20);
  const files = readdirSync(root, { recursive: true }).map(String);
  return {
    exitCode,
    stdout,
    stderr,
    leftBehind: [
      ...files.filter((file) => !['work', 'home', 'tmp'].includes(file)),
      ...processesWith(trackingId),
    ],
  };
}

/** A folder with a `py-spy` that prints a version and otherwise runs these lines of shell. */
export function fakePySpy(version: string, script: string): string {
  const folder = temporaryFolder('py-spy');
  const path = join(folder, 'py-spy');
  writeFileSync(
    path,
    `#!/bin/sh\nif [ "$1" = --version ]; then echo "py-spy ${version}"; exit 0; fi\n${script}\n`,
  );
  chmodSync(path, 0o755);
  return folder;
}

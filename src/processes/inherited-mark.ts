import { randomInt } from 'node:crypto';
import { execa } from 'execa';
import { toolEnvironment } from '../own-process/tool-environment.ts';
import { type ProcessEntry, readProc } from './process-table.ts';

/** Large enough to mean nothing, and exact as a number. */
const unlimited = 2 ** 52;
const spread = 2 ** 40;
const timeoutMs = 5_000;
/** Of util-linux, which is on every runner. */
const program = 'prlimit';

let marking: Promise<number | undefined> | undefined;

/**
 * Sets a limit of the gate's own process that Linux has ignored since 2.4.25, that of file locks, to a number that nobody
 * else has. Every process inherits it, keeps it whatever it does to its environment, its session and its parents, and can
 * only lower it; and `/proc` shows it. So a daemon of the backend's is found wherever it has gone.
 * @returns the number; `undefined` where there is no `prlimit`, or no Linux.
 */
export function markOwnProcess(): Promise<number | undefined> {
  marking ??= setMark();
  return marking;
}

async function setMark(): Promise<number | undefined> {
  // Within another gate's reach it cannot be raised.
  const mark = Math.min(hardLimitOf(process.pid) ?? unlimited, unlimited) - randomInt(1, spread);
  const { exitCode } = await execa(program, ['--pid', String(process.pid), `--locks=${mark}:${mark}`], {
    // A pull request can bring a program of this name.
    extendEnv: false,
    env: toolEnvironment(process.env),
    reject: false,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    stdin: 'ignore',
  });
  return exitCode === 0 && hardLimitOf(process.pid) === mark ? mark : undefined;
}

/** Processes that were started, at whatever remove, by the one with this mark; it itself too. */
export function withMark(mark: number, table: readonly ProcessEntry[]): ProcessEntry[] {
  return table.filter(({ pid }) => hardLimitOf(pid) === mark);
}

function hardLimitOf(pid: number): number | undefined {
  const hard = /^Max file locks\s+\S+\s+(\d+)/m.exec(readProc(`${pid}/limits`) ?? '')?.[1];
  return hard === undefined ? undefined : Number(hard);
}

import { type InterruptOutcome, interruptRun } from './interrupt-run.ts';
import type { Interruption } from './interruption.ts';
import { sideBySide } from './side-by-side.ts';

export interface InterruptionsOptions {
  readonly python: string;
  readonly jobs: number;
  /** Begins nothing any more when aborted. */
  readonly signal: AbortSignal;
  readonly onOutcome?: (outcome: InterruptOutcome, done: number, total: number) => void;
}

/** Cuts runs short, each at its moment in the time that the same run takes when nobody disturbs it. */
export async function runInterruptions(
  interruptions: readonly Interruption[],
  { python, jobs, signal, onOutcome }: InterruptionsOptions,
): Promise<InterruptOutcome[]> {
  const lengths = new Map<string, Promise<number>>();
  const lengthOf = (interruption: Interruption) => {
    const key = `${interruption.door} ${interruption.life.name}`;
    const length = lengths.get(key) ?? wholeLengthMs(interruption, python);
    lengths.set(key, length);
    return length;
  };
  let done = 0;
  return await sideBySide(interruptions.length, jobs, signal, async (index) => {
    const interruption = interruptions[index] as Interruption;
    const atMs = interruption.share * (await lengthOf(interruption));
    const { outcome } = await interruptRun(interruption, python, atMs);
    done += 1;
    onOutcome?.(outcome, done, interruptions.length);
    return outcome;
  });
}

/** @throws when the run breaks a promise although nobody disturbed it: nothing can be learnt from cutting it short. */
async function wholeLengthMs(interruption: Interruption, python: string): Promise<number> {
  const { outcome, wallMs } = await interruptRun({ ...interruption, kind: 'cancellation' }, python, null);
  if (outcome.reason === interruption.life.reason && outcome.wrong.length === 0) return wallMs;
  const { name, reason } = interruption.life;
  throw new Error(
    `Undisturbed, "${name}" came to ${outcome.reason} and not to ${reason} (${outcome.wrong.join('; ')}).`,
  );
}

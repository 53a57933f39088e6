import type { Plan } from '../plan/plan.ts';
import { exercise } from '../streams/exercise.ts';
import { lookAround } from './look-around.ts';
import type { Test } from './test.ts';

/** Opens and aborts streams, wave after wave, and lets everything answer after each. */
export async function exerciseWaves(test: Test, waves: Plan['waves']): Promise<void> {
  const { plan, recorder, prober, over } = test;
  await exercise({
    plan,
    waves,
    recorder,
    over,
    allAnswered: (sinceMs, signal) => prober.allAnswered(sinceMs, signal),
    afterWave: () => lookAround(test, 'wave'),
  });
}

/** The same waves, numbered on. */
export function onceMore(waves: Plan['waves']): Plan['waves'] {
  return waves.map((wave) => ({ ...wave, index: wave.index + waves.length }));
}

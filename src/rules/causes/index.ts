import type { Block } from '../../analysis/block.ts';
import type { Cause } from './cause.ts';
import { executorExit } from './executor-exit.ts';
import { gilHeld } from './gil-held.ts';
import { unnamed } from './unnamed.ts';

/** In the order in which they are asked; the first that matches speaks. */
const causes: readonly Cause[] = [gilHeld, executorExit, unnamed];

export function causeOf(block: Block): Cause {
  return causes.find((cause) => cause.matches(block)) ?? unnamed;
}

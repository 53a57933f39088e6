import { type Life, lives } from './lives.ts';
import { pick, type Random, seeded } from './random.ts';

/** How a run is cut short. */
export interface Interruption {
  readonly kind: 'cancellation' | 'kill';
  readonly index: number;
  readonly door: 'action' | 'command';
  readonly life: Life;
  /** When, as a share of what the whole run takes; a little beyond 1 it comes too late. */
  readonly share: number;
  /** In this order; on GitHub the runner's own ladder follows the first. */
  readonly signals: readonly NodeJS.Signals[];
  /** Between two signals. */
  readonly gapMs: number;
}

/** What a terminal, a supervisor and an impatient user send. */
const cancellations: readonly (readonly NodeJS.Signals[])[] = [
  ['SIGINT'],
  ['SIGTERM'],
  ['SIGHUP'],
  ['SIGINT', 'SIGINT'],
  ['SIGTERM', 'SIGINT'],
];
const longestGapMs = 400;
const latestShare = 1.05;

/** The same for the same seed. */
export function drawInterruptions(
  kind: Interruption['kind'],
  count: number,
  seed: number,
  among: readonly Life[] = lives,
): Interruption[] {
  const random = seeded(2 * seed + (kind === 'kill' ? 1 : 0));
  return Array.from({ length: count }, (_, index) => draw(kind, index, among, random));
}

function draw(
  kind: Interruption['kind'],
  index: number,
  among: readonly Life[],
  random: Random,
): Interruption {
  const door = pick(['action', 'command'] as const, random);
  const life = pick(among, random);
  const share = random() * latestShare;
  const signals = signalsOf(kind, door, random);
  return { kind, index, door, life, share, signals, gapMs: random() * longestGapMs };
}

function signalsOf(
  kind: Interruption['kind'],
  door: Interruption['door'],
  random: Random,
): readonly NodeJS.Signals[] {
  if (kind === 'kill') return ['SIGKILL'];
  return door === 'action' ? ['SIGINT'] : pick(cancellations, random);
}

export function nameOf({ kind, door, life, signals }: Interruption): string {
  const how = kind === 'kill' ? 'killed' : signals.join(' + ');
  return `${door}, ${life.name}, ${how}`;
}

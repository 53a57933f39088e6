import type { Result } from './result.ts';

/** Wrong settings: nothing was started. */
export const usageExitCode = 2;

/** The command's exit code; 125 tells `git bisect run` to skip a commit that cannot be judged. */
export function exitCodeOf({ verdict, reason }: Pick<Result, 'verdict' | 'reason'>): number {
  if (reason === 'interrupted') return 130;
  return { pass: 0, fail: 1, inconclusive: 125 }[verdict];
}

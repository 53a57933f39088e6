import { messageOf } from '../errors.ts';
import { harmless } from '../reporters/text.ts';
import { exitCodeOf } from '../verdict/exit-codes.ts';
import { endProcess } from './end-process.ts';

/** An error that nobody caught says that the gate could not do its work. Node's own exit code for it would blame the backend. */
export function neverBlameForOwnErrors(): void {
  process.on('uncaughtException', (error) => {
    process.stderr.write(`hang-gate: internal error: ${harmless(messageOf(error))}\n`);
    endProcess(exitCodeOf({ verdict: 'inconclusive', reason: 'gate-failed' }));
  });
}

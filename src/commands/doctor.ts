import { checks } from '../doctor/checks/index.ts';
import { makeContext } from '../doctor/context.ts';
import { printResult, printSummary } from '../doctor/lines.ts';
import { runChecks } from '../doctor/run-checks.ts';
import { endProcess } from '../own-process/end-process.ts';
import { interruptSignal } from '../own-process/interrupt.ts';
import { readFlags } from '../settings/flags.ts';
import { loadSettings } from '../settings/load.ts';

/** `hang-gate doctor`: what a run with these flags would lack on this machine. Exit code 1 when it could not work. */
export async function doctor(args: readonly string[]): Promise<number> {
  const settings = await loadSettings(readFlags(args), { needsCommand: false });
  // Ending in order lets exit handlers end what a check has started.
  interruptSignal(() => endProcess(130));
  const context = await makeContext(settings, process.cwd());
  const statuses = await runChecks(checks, context, (check, result) =>
    printResult(process.stdout, check, result),
  );
  printSummary(process.stdout, statuses);
  return statuses.includes('problem') ? 1 : 0;
}

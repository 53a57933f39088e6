import { runGate } from '../gate.ts';
import { interruptNotice, interruptSignal } from '../interrupt.ts';
import { htmlReport } from '../reporters/html/index.ts';
import { summaryFile } from '../reporters/job-summary.ts';
import { resultFile } from '../reporters/result-file.ts';
import { Terminal } from '../reporters/terminal.ts';
import { readFlags } from '../settings/flags.ts';
import { loadSettings } from '../settings/load.ts';
import { exitCodeOf } from '../verdict/exit-codes.ts';

/** `hang-gate run`: the gate at a terminal. */
export async function run(args: readonly string[]): Promise<number> {
  const settings = await loadSettings(readFlags(args));
  const terminal = new Terminal({ stream: process.stdout });
  const interrupt = interruptSignal((name) => terminal.onNotice(interruptNotice(name)));
  const { result } = await runGate({
    settings,
    workspace: process.cwd(),
    listener: terminal,
    reporters: [resultFile, summaryFile, htmlReport, terminal],
    interrupt,
  });
  return exitCodeOf(result);
}

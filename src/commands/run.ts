import { readBaseline } from '../baseline/read-baseline.ts';
import { runGate } from '../gate.ts';
import { interruptNotice, interruptSignal } from '../own-process/interrupt.ts';
import { fileReporters } from '../reporters/index.ts';
import { resultFile } from '../reporters/result-file.ts';
import { Terminal } from '../reporters/terminal.ts';
import { readFlags } from '../settings/flags.ts';
import { loadSettings } from '../settings/load.ts';
import { exitCodeOf } from '../verdict/exit-codes.ts';

/** `hang-gate run`: the gate at a terminal. */
export async function run(args: readonly string[]): Promise<number> {
  const settings = await loadSettings(readFlags(args));
  const baseline = await readBaseline(settings, process.cwd());
  const terminal = new Terminal({ stream: process.stdout, output: settings.output });
  const interrupt = interruptSignal((name) => terminal.onNotice(interruptNotice(name)));
  const { result } = await runGate({
    settings,
    workspace: process.cwd(),
    baseline,
    listener: terminal,
    reporters: [resultFile, ...fileReporters(settings.reporters), terminal],
    interrupt,
  });
  return exitCodeOf(result);
}

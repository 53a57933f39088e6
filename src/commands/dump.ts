import { GateError } from '../errors.ts';
import { runGate } from '../gate.ts';
import { gatherDumps } from '../gather-dumps.ts';
import { interruptNotice, interruptSignal } from '../own-process/interrupt.ts';
import { fileReporters } from '../reporters/index.ts';
import { resultFile } from '../reporters/result-file.ts';
import { Terminal } from '../reporters/terminal.ts';
import { readFlags } from '../settings/flags.ts';
import { loadSettings } from '../settings/load.ts';
import { exitCodeOf } from '../verdict/exit-codes.ts';

/** `hang-gate dump`: takes and explains the stacks of a backend that hangs right now. */
export async function dump(args: readonly string[]): Promise<number> {
  const settings = await loadSettings(readFlags(args), { needsCommand: false });
  if (settings.command || (settings.url === undefined && settings.pid === undefined)) {
    throw new GateError(
      'wrong-settings',
      'dump looks at a backend that already runs: name it with --url or --pid, and give no command',
    );
  }
  const terminal = new Terminal({ stream: process.stdout, output: settings.output });
  const interrupt = interruptSignal((name) => terminal.onNotice(interruptNotice(name)));
  const { result } = await runGate(
    {
      settings,
      workspace: process.cwd(),
      listener: terminal,
      reporters: [resultFile, ...fileReporters(settings.reporters), terminal],
      interrupt,
    },
    gatherDumps,
  );
  return exitCodeOf(result);
}

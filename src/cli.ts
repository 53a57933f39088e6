import { runCommand } from './commands/index.ts';
import { endProcess } from './own-process/end-process.ts';
import { hideFromOthers } from './own-process/environment.ts';
import { neverBlameForOwnErrors } from './own-process/last-resort.ts';
import { isSecretVariable } from './redaction/secret-variables.ts';

neverBlameForOwnErrors();
hideFromOthers(isSecretVariable);

// A reader that goes away, such as `| head`, must not end a run that has a backend to stop.
process.stdout.on('error', () => {});

// Sockets of a hung backend may linger; the command must not wait for them.
void runCommand(process.argv.slice(2)).then((exitCode) => endProcess(exitCode));

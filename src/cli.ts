import { runCommand } from './command.ts';

// Sockets of a hung backend may linger; the command must not wait for them.
void runCommand(process.argv.slice(2)).then((exitCode) => process.exit(exitCode));

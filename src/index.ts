import { runAction } from './action.ts';

// Sockets of a hung backend may linger; the step must not wait for them.
void runAction(process.env).then((exitCode) => process.exit(exitCode));

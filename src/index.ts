import { runAction } from './action.ts';
import { neverBlameForOwnErrors } from './last-resort.ts';

neverBlameForOwnErrors();

// Sockets of a hung backend may linger; the step must not wait for them.
void runAction(process.env).then((exitCode) => process.exit(exitCode));

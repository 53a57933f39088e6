import { runAction } from './action.ts';
import { hideFromOthers } from './own-environment.ts';
import { isSecretVariable } from './redaction/secrets.ts';

hideFromOthers(isSecretVariable);

// Sockets of a hung backend may linger; the step must not wait for them.
void runAction(process.env).then((exitCode) => process.exit(exitCode));

import { basename } from 'node:path';
import { runAction } from './action/run-action.ts';
import { runPost } from './action/run-post.ts';
import { endProcess } from './own-process/end-process.ts';
import { hideFromOthers } from './own-process/environment.ts';
import { neverBlameForOwnErrors } from './own-process/last-resort.ts';
import { isSecretVariable } from './redaction/secret-variables.ts';

neverBlameForOwnErrors();
hideFromOthers(isSecretVariable);

const isPost = basename(process.argv[1] ?? '') === 'post.cjs';

// Sockets of a hung backend may linger; the step must not wait for them.
void (isPost ? runPost : runAction)(process.env).then((exitCode) => endProcess(exitCode));

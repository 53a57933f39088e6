import type { Check } from '../check.ts';
import { artifactService } from './artifact-service.ts';
import { leftovers } from './leftovers.ts';
import { nodeVersion } from './node-version.ts';
import { port } from './port.ts';
import { procFolder } from './proc-folder.ts';
import { proxy } from './proxy.ts';
import { pySpy } from './py-spy.ts';
import { pythonVersion } from './python-version.ts';
import { reportFolder } from './report-folder.ts';
import { stacks } from './stacks.ts';
import { sudo } from './sudo.ts';

/** In the order in which they are run and shown. */
export const checks: readonly Check[] = [
  nodeVersion,
  pythonVersion,
  pySpy,
  stacks,
  sudo,
  procFolder,
  port,
  proxy,
  artifactService,
  leftovers,
  reportFolder,
];

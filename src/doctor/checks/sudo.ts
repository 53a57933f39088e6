import { execa } from 'execa';
import { toolEnvironment } from '../../own-process/tool-environment.ts';
import { type Check, ok } from '../check.ts';

const answerTimeoutMs = 5_000;

/** Whether sudo works without a password. Never more than a note: what counts is whether stacks can be taken. */
export const sudo: Check = {
  id: 'sudo',
  title: 'sudo',
  run: async ({ env }) => {
    const { exitCode, code } = await execa('sudo', ['-n', 'true'], {
      extendEnv: false,
      env: toolEnvironment(env),
      reject: false,
      timeout: answerTimeoutMs,
      stdin: 'ignore',
    });
    if (exitCode === 0) return ok('sudo -n works, for where py-spy is refused as this user');
    const found = code === 'ENOENT' ? 'there is no sudo here' : 'sudo does not work without a password';
    return ok(`${found}; it is needed only where py-spy is refused as this user`);
  },
};

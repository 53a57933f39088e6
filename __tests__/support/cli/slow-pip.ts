import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { app, newWorkspace, type RunningCli, startCli } from './run-cli.ts';

/** Finds no py-spy, and two Pythons whose pips take their time; each makes a file `pip-runs` when it begins. */
export function startWithSlowPip(flags: readonly string[]): RunningCli {
  const workspace = newWorkspace();
  const programs = join(workspace, 'programs');
  mkdirSync(programs);
  for (const name of ['python3', 'python']) {
    const fake = join(programs, name);
    writeFileSync(fake, `#!/bin/sh\ntouch '${join(workspace, 'pip-runs')}'\nexec sleep 600\n`);
    chmodSync(fake, 0o755);
  }
  return startCli({
    args: ['run', ...flags],
    command: app(workspace, 'healthy'),
    env: {
      PATH: [programs, '/usr/bin', '/bin'].join(delimiter),
      XDG_CACHE_HOME: join(workspace, 'cache'),
      RUNNER_TOOL_CACHE: undefined,
    },
    workspace,
  });
}

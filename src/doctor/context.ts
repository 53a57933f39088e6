import { resolve } from 'node:path';
import { backendEnvironment } from '../backend/environment.ts';
import { planRun } from '../plan-run.ts';
import type { Settings } from '../settings/schema.ts';
import { findPySpy } from '../stacks/py-spy-locate.ts';
import type { CheckContext } from './check.ts';
import { findPython } from './python.ts';

/**
 * What a run with these settings would start from.
 * @throws {GateError} `wrong-settings` when the working directory is no folder.
 */
export async function makeContext(settings: Settings, workspace: string): Promise<CheckContext> {
  const plan = await planRun({ ...settings, command: settings.command ?? noCommand }, workspace);
  const { command, workingDirectory } = plan;
  const { env } = process;
  const backendEnv = backendEnvironment({
    own: env,
    added: plan.env,
    // No proxy is up, and nothing that a check starts asks for one.
    proxyUrl: '',
    runId: 'doctor',
    workingDirectory,
  });
  return {
    settings,
    plan,
    reportDir: resolve(workspace, settings.reportDir),
    env,
    backendEnv,
    platform: process.platform,
    python: once(() => findPython({ command, workingDirectory, env: backendEnv })),
    pySpy: once(() => findPySpy({ setting: plan.pySpy, command, workingDirectory, env })),
  };
}

const noCommand = { kind: 'argv', argv: [] } as const;

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}

import { join } from 'node:path';
import { messageOf } from './errors.ts';
import type { Evidence } from './evidence/schema.ts';
import type { RunOptions } from './gather.ts';
import { reportFiles } from './report-folder/report-folder.ts';
import { restingOnLatency } from './verdict/judge.ts';

/**
 * Gathers evidence, and once more on a fresh boot where it would blame the backend, or the machine, for lost time alone:
 * what a busy machine did once it seldom does twice. Never more than once.
 * @returns The last attempt, with the one before it as `earlier`.
 * @throws {GateError} `wrong-settings`, before anything was started.
 */
export async function confirmed(
  look: (options: RunOptions) => Promise<Evidence>,
  options: RunOptions,
): Promise<Evidence> {
  const { settings, interrupt, listener, files } = options;
  const first = await look(options);
  // What runs already cannot be booted afresh.
  if (settings.confirm === 'off' || settings.command === undefined) return first;
  const reason = restingOnLatency(first);
  if (reason === undefined) return first;
  if (interrupt.aborted) return { ...first, interrupted: String(interrupt.reason) };

  listener.onNotice(`Attempt 2 of 2, on a fresh boot: the first ended as ${reason}, by lost time alone.`);
  try {
    await files.setFirstAttemptAside();
    const earlier = { ...first, dumps: first.dumps.map(inItsFolder) };
    return { ...(await look({ ...options, isSecondAttempt: true })), earlier };
  } catch (error) {
    const message = `The second attempt, on a fresh boot, could not be made: ${messageOf(error)}.`;
    return { ...first, gateErrors: [...first.gateErrors, { code: 'environment', message }] };
  }
}

function inItsFolder(dump: Evidence['dumps'][number]): Evidence['dumps'][number] {
  return { ...dump, files: dump.files.map((file) => join(reportFiles.firstAttempt, file)) };
}

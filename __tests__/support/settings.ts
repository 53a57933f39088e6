import { GateError } from '../../src/errors.ts';
import { resolveSettings } from '../../src/settings/resolve.ts';
import type { Settings } from '../../src/settings/schema.ts';

/** Settings as if given by one source, with a command that boots the backend. */
export function settingsOf(values: Record<string, unknown> = {}): Settings {
  return resolveSettings([
    { label: (name) => `flag --${name}`, values: { command: 'python app.py', ...values } },
  ]);
}

/** The lines of the complaint about wrong settings. */
export function complaintOf(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    return linesOf(error);
  }
  throw new Error('Nothing was wrong.');
}

export function linesOf(error: unknown): string[] {
  if (!(error instanceof GateError) || error.code !== 'wrong-settings') throw error;
  return error.message.split('\n');
}

import type { SettingsSource } from './resolve.ts';

/**
 * Reads the Action's inputs: the runner passes `with:` as `INPUT_<NAME>`, upper-cased, undeclared ones too. An input
 * that is empty counts as not given, as everywhere on GitHub.
 */
export function readActionInputs(env: NodeJS.ProcessEnv): SettingsSource {
  const values: Record<string, string> = {};
  for (const [key, value] of Object.entries(env)) {
    if (!key.startsWith('INPUT_') || value === undefined || value.trim() === '') continue;
    values[key.slice('INPUT_'.length).toLowerCase().replaceAll('_', '-')] = value;
  }
  return { label: (name) => `input ${name}`, values };
}

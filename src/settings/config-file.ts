import { readFile } from 'node:fs/promises';
import { GateError, messageOf } from '../errors.ts';
import type { SettingsSource } from './resolve.ts';

/**
 * Reads a YAML or JSON file with the same settings (YAML 1.2 covers both).
 * @throws {GateError} `wrong-settings` when it cannot be read or is no mapping.
 */
export async function readConfigFile(path: string): Promise<SettingsSource> {
  const { parse } = await import('yaml');
  let values: unknown;
  try {
    // Its warnings quote the file, and go to stderr, where GitHub's runner takes orders.
    values = parse(await readFile(path, 'utf8'), { logLevel: 'error' });
  } catch (error) {
    const why = messageOf(error).split('\n')[0];
    throw new GateError(
      'wrong-settings',
      `setting "config": cannot read ${path} (${why}); give a YAML or JSON file`,
    );
  }
  values ??= {};
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new GateError(
      'wrong-settings',
      `setting "config": ${path} holds no settings; write one "name: value" a line`,
    );
  }
  if ('config' in values) {
    throw new GateError(
      'wrong-settings',
      `setting "config" in ${path}: a config file cannot name another one; remove it`,
    );
  }
  const scalars = Object.entries(values as Record<string, unknown>)
    // For editors, as in `schemas/config.schema.json`.
    .filter(([name]) => name !== '$schema')
    .map(([name, value]) => [name, asText(value)]);
  return { label: (name) => `${name} in ${path}`, values: Object.fromEntries(scalars) };
}

/** `clients: 5` is a number in YAML and a text everywhere else. */
function asText(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

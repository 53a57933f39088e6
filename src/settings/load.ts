import { readConfigFile } from './config-file.ts';
import { type ResolveOptions, resolveSettings, type SettingsSource } from './resolve.ts';
import type { Settings } from './schema.ts';

/** Settings of the config file, if one is named, under those given directly (flags or inputs). */
export async function loadSettings(given: SettingsSource, options?: ResolveOptions): Promise<Settings> {
  const { config, ...direct } = given.values;
  const sources: SettingsSource[] = [];
  if (typeof config === 'string') sources.push(await readConfigFile(config));
  sources.push({ ...given, values: direct });
  return resolveSettings(sources, options);
}

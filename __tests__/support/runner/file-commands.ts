import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files through which a step talks to the runner, each fresh and empty. */
export const fileCommands = {
  GITHUB_OUTPUT: 'set_output',
  GITHUB_STATE: 'save_state',
  GITHUB_ENV: 'set_env',
  GITHUB_PATH: 'add_path',
  GITHUB_STEP_SUMMARY: 'step_summary',
} as const;

export type FileCommand = keyof typeof fileCommands;

export function createFileCommands(folder: string): Record<FileCommand, string> {
  mkdirSync(folder, { recursive: true });
  const suffix = randomUUID();
  const paths = Object.entries(fileCommands).map(([name, stem]) => [name, join(folder, `${stem}_${suffix}`)]);
  for (const [, path] of paths) writeFileSync(path as string, '');
  return Object.fromEntries(paths) as Record<FileCommand, string>;
}

/** A file that the stage removed counts as empty. */
export function readFileCommands(paths: Record<FileCommand, string>): Record<FileCommand, string> {
  const contents = Object.entries(paths).map(([name, path]) => [
    name,
    existsSync(path) ? readFileSync(path, 'utf8') : '',
  ]);
  return Object.fromEntries(contents) as Record<FileCommand, string>;
}

/**
 * Reads `name=value` lines and `name<<delimiter` blocks.
 * @throws when the file is neither, as the runner fails the step then.
 */
export function parseKeyValues(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  while (lines.length > 0) {
    const line = lines.shift() as string;
    if (line === '') continue;
    const [equals, heredoc] = [line.indexOf('='), line.indexOf('<<')];
    if (equals === 0) throw new Error(`Invalid format '${line}'. Name must not be empty`);
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      values[line.slice(0, equals)] = line.slice(equals + 1);
      continue;
    }
    const [name, delimiter] = [line.slice(0, heredoc), line.slice(heredoc + 2)];
    if (heredoc <= 0 || delimiter === '') throw new Error(`Invalid format '${line}'`);
    const end = lines.indexOf(delimiter);
    if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
    values[name] = lines
      .splice(0, end + 1)
      .slice(0, -1)
      .join('\n');
  }
  return values;
}

/** What later stages find in their environment. Node's own options may not be set this way. */
export function parseEnvironment(text: string): Record<string, string> {
  const values = parseKeyValues(text);
  if (Object.keys(values).some((name) => name.toUpperCase() === 'NODE_OPTIONS'))
    throw new Error("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
  return values;
}

/** Folders for the front of PATH, the last one foremost. */
export function parsePaths(text: string): string[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .reverse();
}

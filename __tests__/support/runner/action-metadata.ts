import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface ActionMetadata {
  readonly main: string;
  readonly post: string | undefined;
  readonly inputs: Readonly<Record<string, { readonly default?: unknown } | null>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

export function readActionMetadata(folder: string): ActionMetadata {
  const { inputs = {}, outputs = {}, runs } = parse(readFileSync(join(folder, 'action.yml'), 'utf8'));
  if (!/^node\d+$/.test(runs.using))
    throw new Error(`action.yml uses ${runs.using}, which is no node action`);
  return { main: runs.main, post: runs.post, inputs, outputs };
}

/** `INPUT_<NAME>` for what `with` gives and for every declared input; an undeclared one is passed on all the same. */
export function inputVariables(
  { inputs }: Pick<ActionMetadata, 'inputs'>,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const defaults = Object.entries(inputs).map(([name, input]) => [name, String(input?.default ?? '')]);
  const values: Record<string, string> = { ...Object.fromEntries(defaults), ...given };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  );
}

/** The runner's warning about inputs that action.yml does not declare. */
export function unexpectedInputs(
  { inputs }: Pick<ActionMetadata, 'inputs'>,
  given: Readonly<Record<string, string>>,
): string | undefined {
  const quoted = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');
  const declared = Object.keys(inputs).map((name) => name.toLowerCase());
  const unexpected = Object.keys(given).filter((name) => !declared.includes(name.toLowerCase()));
  if (unexpected.length === 0) return undefined;
  return `Unexpected input(s) ${quoted(unexpected)}, valid inputs are [${quoted(Object.keys(inputs))}]`;
}

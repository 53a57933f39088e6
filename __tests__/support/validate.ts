/** Checks JSON against a JSON Schema; answers what is wrong with it, one text each. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formatsPlugin from 'ajv-formats';

const repository = join(import.meta.dirname, '..', '..');

export type Validate = (value: unknown) => string[];

/** @param schemaFile Relative to the repository. */
export function validator(schemaFile: string): Validate {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formatsPlugin.default(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(join(repository, schemaFile), 'utf8')));
  return (value) => {
    // What is undefined is not there once it is written.
    if (validate(JSON.parse(JSON.stringify(value)))) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath || 'the top'} ${message}`,
    );
  };
}

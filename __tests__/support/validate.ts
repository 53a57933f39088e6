/** Checks JSON against a JSON Schema; answers what is wrong with it, one text each. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formatsPlugin from 'ajv-formats';

const repository = join(import.meta.dirname, '..', '..');

export type Validate = (value: unknown) => string[];

/** @param schemaFile Relative to the repository. */
export function validator(schemaFile: string): Validate {
  const schema = JSON.parse(readFileSync(join(repository, schemaFile), 'utf8'));
  const Draft = schema.$schema.includes('2020-12') ? Ajv2020 : Ajv;
  const ajv = new Draft({ strict: false, allErrors: true });
  formatsPlugin.default(ajv);
  const validate = ajv.compile(schema);
  return (value) => {
    // What is undefined is not there once it is written.
    if (validate(JSON.parse(JSON.stringify(value)))) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath || 'the top'} ${message}`,
    );
  };
}

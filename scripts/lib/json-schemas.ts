/** The published JSON Schemas, from the schemas that the code itself checks with. */
import * as z from 'zod';

const draft = 'http://json-schema.org/draft-07/schema#';

/** `{ name, content }` of every file in `schemas/`. */
export async function jsonSchemas() {
  const { resultSchema } = await import('../../src/verdict/result.ts');
  const { evidenceSchema } = await import('../../src/evidence/schema.ts');
  const { settingsSchema } = await import('../../src/settings/schema.ts');
  return [
    file('result', 'result.json of hang-gate', convert(resultSchema)),
    file('evidence', 'evidence.json of hang-gate', convert(evidenceSchema)),
    file('config', 'Config file of hang-gate', configFile(settingsSchema)),
  ];
}

function file(name, title, { description, ...schema }) {
  const content = { $schema: draft, title, ...(description && { description }), ...schema };
  return { name: `schemas/${name}.schema.json`, content: `${JSON.stringify(content, null, 2)}\n` };
}

/** The settings as a YAML or JSON file may hold them, with what editors show and complete. */
function configFile(settingsSchema) {
  const properties = Object.entries(settingsSchema.shape)
    .filter(([name]) => name !== 'config')
    .map(([name, setting]) => [name, settingOf(setting)]);
  return {
    type: 'object',
    properties: { $schema: { type: 'string' }, ...Object.fromEntries(properties) },
    additionalProperties: false,
  };
}

function settingOf(setting) {
  const { takes, repeatable: _repeatable, description, default: fallback, ...type } = convert(setting);
  const choices = setting.def.innerType.def.out?.element?.options;
  // A text may hold several of them, and then nothing can be completed.
  if (choices)
    type.anyOf = [{ enum: choices }, { type: 'array', items: { enum: choices } }, { type: 'string' }];
  return {
    description: `${description} It takes ${takes}.`,
    ...(fallback && { default: fallback }),
    ...type,
  };
}

/** What may be read: fields that older files lack are optional, and those that newer ones add are allowed. */
function convert(schema) {
  const { $schema: _draft, ...converted } = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      delete jsonSchema.readOnly;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return converted;
}

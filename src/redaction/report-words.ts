import * as z from 'zod';
import { evidenceSchema } from '../evidence/schema.ts';
import { resultSchema } from '../verdict/result.ts';

let words: readonly string[] | undefined;

/** True for what stands in the names of a report's fields, or in the words that the schemas prescribe for them. */
export function isReportWord(text: string): boolean {
  words ??= reportWords();
  return words.some((word) => word.includes(text));
}

/** Names of fields and prescribed words, of evidence and result. */
function reportWords(): string[] {
  const schemas = [evidenceSchema, resultSchema].map((schema) =>
    z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
  );
  return [...new Set(schemas.flatMap(wordsIn))];
}

function wordsIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    if (key === 'properties') return [...Object.keys(value), ...Object.values(value).flatMap(wordsIn)];
    if (key === 'enum' || key === 'const') return [value].flat().filter((word) => typeof word === 'string');
    return wordsIn(value);
  });
}

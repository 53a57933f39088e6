/** The published JSON Schemas agree with what the gate writes and reads. */
import { describe, expect, test } from '@jest/globals';
import { settingMeta, settingNames } from '../../src/settings/schema.ts';
import { judge } from '../../src/verdict/judge.ts';
import { readGoldens } from '../support/golden.ts';
import { makeEvidence } from '../support/make-evidence.ts';
import { validator } from '../support/validate.ts';

const result = validator('schemas/result.schema.json');
const evidence = validator('schemas/evidence.schema.json');
const config = validator('schemas/config.schema.json');

test.each([{ name: 'healthy', evidence: makeEvidence() }, ...readGoldens()])(
  '$name: the evidence and its result are valid',
  ({ evidence: seen }) => {
    expect(evidence(seen)).toEqual([]);
    expect(result(judge(seen))).toEqual([]);
  },
);

test('fields of a later version are allowed, and what is missing or of another type is not', () => {
  const judged = judge(makeEvidence());
  expect(result({ ...judged, later: 1 })).toEqual([]);
  expect(result({ ...judged, verdict: 'maybe' })).not.toEqual([]);
  expect(result({ ...judged, message: undefined })).not.toEqual([]);
  expect(evidence({ ...makeEvidence(), later: 1 })).toEqual([]);
  expect(evidence({ ...makeEvidence(), probes: [{}] })).not.toEqual([]);
  expect(evidence({ ...makeEvidence(), schemaVersion: 2 })).not.toEqual([]);
});

describe('the config file', () => {
  test('takes every default as it is documented', () => {
    for (const name of settingNames) {
      const { default: fallback } = settingMeta(name);
      if (fallback !== undefined)
        expect({ name, errors: config({ [name]: fallback }) }).toEqual({ name, errors: [] });
    }
  });

  test.each<[object]>([
    [{ $schema: './config.schema.json', command: ['python', 'app.py'], clients: 5, env: { A: 1 } }],
    [{ probes: ['/', '/ready'], abort: ['close', 'reset'], 'sync-probe': 'off', deadline: '1.5s' }],
  ])('takes %j', (values) => {
    expect(config(values)).toEqual([]);
  });

  test.each<[object]>([
    [{ probs: ['/'] }],
    [{ config: 'other.yml' }],
    [{ deadline: 'soon' }],
    [{ upstream: 'dead' }],
    [{ abort: ['rest'] }],
    [{ stream: 'news' }],
  ])('refuses %j', (values) => {
    expect(config(values)).not.toEqual([]);
  });
});

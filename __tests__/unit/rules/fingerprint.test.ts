import { expect, test } from '@jest/globals';
import { fingerprintOf } from '../../../src/rules/fingerprint.ts';

const at = (file: string, name: string, line = 3) => ({ file, line, function: name });

test.each([
  ['lock', at('app/main.py', 'news'), undefined, 'lock app/main.py news'],
  ['lock', at('app/main.py', 'news', 99), undefined, 'lock app/main.py news'],
  ['lock', at('app/main.py', 'Feeds.news'), undefined, 'lock app/main.py news'],
  ['lock', at('/opt/py/lib/python3.12/site-packages/x/y.py', 'f'), undefined, 'lock x/y.py f'],
  ['leak', null, 'threads, descriptors', 'leak threads, descriptors'],
  ['leak', at('app/main.py', 'news'), 'threads', 'leak app/main.py news threads'],
  ['crashed', null, undefined, null],
])('a %s at %j about %j is %j', (ruleId, location, subject, expected) => {
  expect(fingerprintOf({ ruleId, location, subject })).toBe(expected);
});

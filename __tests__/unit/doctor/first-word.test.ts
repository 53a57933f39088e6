import { expect, test } from '@jest/globals';
import { firstWord } from '../../../src/doctor/first-word.ts';

test.each([
  ['python -m uvicorn app:app', 'python'],
  ['  uvicorn app:app', 'uvicorn'],
  ["'/my venv/bin/python' -m app", '/my venv/bin/python'],
  ['"/my venv"/bin/python -m app', '/my venv/bin/python'],
  ['/my\\ venv/bin/python -m app', '/my venv/bin/python'],
  ["A=1 B='x y' exec python app.py", 'python'],
  ['cd app && python app.py', 'cd'],
  ['A=1', undefined],
])('%s', (line, expected) => {
  expect(firstWord({ kind: 'shell', line })).toBe(expected);
});

test('words are taken as they are', () => {
  expect(firstWord({ kind: 'argv', argv: ['/my venv/bin/python', 'app.py'] })).toBe('/my venv/bin/python');
  expect(firstWord({ kind: 'argv', argv: [] })).toBeUndefined();
});

import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { inputVariables, unexpectedInputs } from '../../support/runner/action-metadata.ts';
import { parseEnvironment, parseKeyValues, parsePaths } from '../../support/runner/file-commands.ts';
import { eachLine } from '../../support/runner/lines.ts';

describe('a command file', () => {
  test('holds lines and blocks', () => {
    expect(parseKeyValues('a=1=2\nb<<END\nx\n\ny=z\nEND\n\nc=<<no\r\nd<<E\nE\n')).toEqual({
      ...{ a: '1=2', b: 'x\n\ny=z' },
      ...{ c: '<<no', d: '' },
    });
  });

  test.each(['text', '=x', '<<END\nx\nEND', 'a<<', 'a<<END\nx'])('that is none fails: %j', (text) => {
    expect(() => parseKeyValues(text)).toThrow(/Invalid/);
  });

  test("may not bring options for a later step's Node", () => {
    expect(parseEnvironment('A=1')).toEqual({ A: '1' });
    expect(() => parseEnvironment('node_options=--require /x')).toThrow('NODE_OPTIONS');
  });

  test('puts the last folder foremost', () => {
    expect(parsePaths('/a\n\n/b\r\n')).toEqual(['/b', '/a']);
  });
});

describe('inputs', () => {
  const metadata = { inputs: { 'report dir': { default: 'x' }, deadline: null, 'py-spy': { default: 3 } } };

  test('come with the defaults of action.yml, upper-cased, hyphens kept', () => {
    expect(inputVariables(metadata, { deadline: '5s', other: 'y' })).toEqual({
      INPUT_REPORT_DIR: 'x',
      INPUT_DEADLINE: '5s',
      'INPUT_PY-SPY': '3',
      INPUT_OTHER: 'y',
    });
  });

  test('that are not declared are warned of, whatever their case', () => {
    expect(unexpectedInputs(metadata, { Deadline: '5s' })).toBeUndefined();
    expect(unexpectedInputs(metadata, { dedline: '5s' })).toMatch(
      /^Unexpected input\(s\) 'dedline', valid inputs are \['report dir', 'deadline', 'py-spy'\]$/,
    );
  });
});

test('lines end at \\n, \\r\\n and a lone \\r, in whatever pieces they come', async () => {
  const stream = new PassThrough();
  const lines: string[] = [];
  eachLine(stream, (line) => lines.push(line));
  for (const piece of ['a\r', '\nb\rc', '\n', Buffer.from([0xc3]), Buffer.from([0xa9, 0xff]), '\nlast'])
    stream.write(piece);
  stream.end();
  await new Promise((resolve) => stream.once('close', resolve));
  expect(lines).toEqual(['a', 'b', 'c', 'é\ufffd', 'last']);
});

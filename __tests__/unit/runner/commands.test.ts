/** The emulated runner obeys what actions/runner obeys, and nothing else. */
import { describe, expect, test } from '@jest/globals';
import { Annotations } from '../../support/runner/annotations.ts';
import { CommandProcessor } from '../../support/runner/command-processor.ts';
import { Secrets } from '../../support/runner/secrets.ts';
import { acceptSummary } from '../../support/runner/step-summary.ts';

function processor(...lines: readonly string[]) {
  const annotations = new Annotations('/work/shop');
  const commands = new CommandProcessor(annotations);
  for (const line of lines) commands.take(line);
  return { commands, kept: annotations.kept };
}

describe('a command', () => {
  test.each([
    ['::error::no', 'no'],
    ['   ::error::after spaces', 'after spaces'],
    ['::ERROR::in capitals', 'in capitals'],
    ['##[error]in brackets', 'in brackets'],
    ['any text ##[error]anywhere in a line', 'anywhere in a line'],
    ['::error::a%0Ab%25%0D', 'a\nb%\r'],
    ['##[error]a%5Db%3B', 'a]b;'],
  ])('%s', (line, message) => {
    expect(processor(line).kept).toMatchObject([{ level: 'error', message }]);
  });

  test.each([
    'text ::error::not at the start',
    '::error',
    ':: error::no name',
    '::unknown::x',
    '##[unknown]x',
    '##[error x',
  ])('none: %s', (line) => {
    const { kept, commands } = processor(line);
    expect(kept).toEqual([]);
    expect(commands.log).toEqual([line]);
  });

  test('has properties, and a file is told as the repository knows it', () => {
    const { kept } = processor(
      '::warning file=/work/shop/app/a%2Cb.py,line=3,title=a%3Ab::m',
      '##[notice file=/elsewhere/x.py;line=no;title=t%3Bu]m',
    );
    expect(kept).toEqual([
      { level: 'warning', message: 'm', file: 'app/a,b.py', line: 3, title: 'a:b' },
      { level: 'notice', message: 'm', file: '/elsewhere/x.py', line: undefined, title: 't;u' },
    ]);
  });

  test.each(['::set-env name=A::b', '::add-path::/x', '::set-output::x', '::add-mask::', '::echo::maybe'])(
    'that may not be used so fails the step: %s',
    (line) => {
      const { commands, kept } = processor(line);
      expect(commands.failed).toBe(true);
      expect(kept).toMatchObject([{ level: 'error', message: expect.stringContaining('Unable to process') }]);
    },
  );

  test('sets outputs and states, and is shown only when echo is on', () => {
    const { commands } = processor(
      '::set-output name=a::1',
      '::echo::on',
      '::save-state name=b::2',
      '::echo::off',
      '##[set-output name=c]3',
    );
    expect(commands.outputs).toEqual({ a: '1', c: '3' });
    expect(commands.states).toEqual({ b: '2' });
    expect(commands.log).toEqual(['::save-state name=b::2']);
  });
});

describe('stop-commands', () => {
  test('stops all of them until its token comes', () => {
    const { commands, kept } = processor(
      '::stop-commands::a-token-nobody-knows',
      '::error::forged',
      '##[error]forged',
      '::another-token::',
      '  ::A-TOKEN-nobody-knows::',
      '::error::real',
    );
    expect(kept).toMatchObject([{ message: 'real' }]);
    expect(commands.stopped).toBe(false);
    expect(commands.log.join('\n')).not.toContain('a-token-nobody-knows');
  });

  test.each(['', 'error', 'add-mask'])('takes no command for a token: %j', (token) => {
    const { commands } = processor(`::stop-commands::${token}`);
    expect(commands).toMatchObject({ failed: true, stopped: false });
  });
});

describe('what is kept', () => {
  test('is ten of each kind, 4096 characters of each', () => {
    const lines = Array.from({ length: 12 }, (_, index) => [
      `::error::${index}`,
      `::notice::${'x'.repeat(5_000)}`,
    ]);
    const { kept } = processor(...lines.flat());
    expect(kept.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
      '0',
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      '8',
      '9',
    ]);
    const notices = kept.filter(({ level }) => level === 'notice');
    expect(notices.map(({ message }) => message.length)).toEqual(Array(10).fill(4_096));
  });

  test('is a summary of a mebibyte, or none of it', () => {
    const mebibyte = 'x'.repeat(1024 * 1024);
    const annotations = new Annotations();
    expect(acceptSummary(mebibyte, annotations, new Secrets())).toBe(mebibyte);
    expect(annotations.kept).toEqual([]);
    expect(acceptSummary(`${mebibyte}x`, annotations, new Secrets())).toBe('');
    expect(annotations.kept).toMatchObject([{ level: 'error', message: expect.stringContaining('1024k') }]);
  });

  test('shows no secret in log, annotations and summary, none of its lines, and not the part of a longer one', () => {
    const secrets = new Secrets();
    const annotations = new Annotations();
    const commands = new CommandProcessor(annotations, secrets);
    for (const line of ['::add-mask::abc', '::add-mask::abcdef%0Axyz', 'say abcdef abc xyz', '::error::xyz'])
      commands.take(line);
    expect(commands.log).toEqual(['say *** *** ***', '##[error]***']);
    expect(annotations.kept).toMatchObject([{ message: '***' }]);
    expect(acceptSummary('a xyz\nb abc', annotations, secrets)).toBe('a ***\nb ***');
  });
});

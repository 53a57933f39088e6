import { describe, expect, test } from '@jest/globals';
import { code, details, fenced, sentence, table } from '../../../src/reporters/markdown.ts';
import { cut, harmless, wrap } from '../../../src/reporters/text.ts';

describe('harmless', () => {
  test.each([
    ['plain text', 'plain text'],
    ['a::b', 'a::b'],
    ['::error::pwned', ': :error::pwned'],
    ['  ::set-output name=x::y', ': :set-output name=x::y'],
    ['\t\u001b[0m::error::pwned', ': :error::pwned'],
    ['a\n::error::pwned', 'a ::error::pwned'],
    ['##[error]pwned', '## [error]pwned'],
    ['x ##[group]y', 'x ## [group]y'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['##\u001b[0m[error]', '## [error]'],
    ['\u001b]0;title\u0007text', 'text'],
    ['\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007', 'link'],
    ['a\r\nb\u0000c\u0085d\u2028e', 'a b c d e'],
    ['back\b\bspace', 'back space'],
    ['çäß 日本 ✓', 'çäß 日本 ✓'],
  ])('%j becomes %j', (text, expected) => {
    expect(harmless(text)).toBe(expected);
  });
});

test.each([
  ['short', 10, 'short'],
  ['exactly-10', 10, 'exactly-10'],
  ['eleven chars', 11, 'eleven cha…'],
  ['日本語', 6, '日本語'],
  ['日本語', 5, '日本…'],
  ['日本語', 4, '日…'],
  ['ab😀', 3, 'ab…'],
  ['e\u0301e\u0301', 2, 'e\u0301e\u0301'],
])('%j cut to %d', (text, width, expected) => {
  expect(cut(text, width)).toBe(expected);
});

test.each<[string, number, string[]]>([
  ['', 10, ['']],
  ['one two', 10, ['one two']],
  ['one two three', 7, ['one two', 'three']],
  ['日本 語', 5, ['日本', '語']],
  ['a-word-longer-than-the-line x', 5, ['a-word-longer-than-the-line', 'x']],
])('%j wrapped at %d', (text, width, expected) => {
  expect(wrap(text, width)).toEqual(expected);
});

describe('Markdown cannot be broken out of', () => {
  test('a sentence keeps its code marks', () => {
    expect(sentence('`/health` did not answer')).toBe('<code>/health</code> did not answer');
  });

  test.each([
    ['HTML', '<img src=x onerror=y> & </details>', '&lt;img src=x onerror=y&gt; &amp; &lt;/details&gt;'],
    ['a link', '[click](https://x)', '&#91;click&#93;&#40;https&#58;//x&#41;'],
    ['an image', '![x](y)', '&#33;&#91;x&#93;&#40;y&#41;'],
    ['emphasis', '*a* _b_ ~c~', '&#42;a&#42; &#95;b&#95; &#126;c&#126;'],
    ['a heading', '# a', '&#35; a'],
    ['a table', 'a | b', 'a &#124; b'],
    ['a plain address', 'at www.evil.example', 'at www&#46;evil.example'],
    ['a mention', '@octo or a@b.c', '@\u200bocto or a@\u200bb.c'],
    ['an issue', 'octo/news#7, GH-7', 'octo/news&#35;\u200b7, GH-\u200b7'],
    ['an escape', '\\<b>', '&#92;&lt;b&gt;'],
    ['line breaks', 'a\n\n# b', 'a &#35; b'],
    ['an open code mark', 'a ` <b>', 'a <code> &lt;b&gt;</code>'],
    ['HTML in code marks', '`</code><b>`', '<code>&lt;/code&gt;&lt;b&gt;</code>'],
    ['an entity', '&lt;b&gt;', '&amp;lt;b&amp;gt;'],
    ['a command', '##[error]x', '&#35;&#35; &#91;error&#93;x'],
  ])('by %s in a sentence', (_, text, expected) => {
    expect(sentence(text)).toBe(expected);
  });

  test.each([
    ['</code><script>', '<code>&lt;/code&gt;&lt;script&gt;</code>'],
    ['a\n\nb', '<code>a b</code>'],
    ['::error::x', '<code>: :error::x</code>'],
  ])('by %j in code', (text, expected) => {
    expect(code(text)).toBe(expected);
  });

  test.each([['__init__'], ['*args'], ['[click](https://evil.example)'], ['![x](https://evil.example/x)']])(
    'by Markdown in code: %s',
    (text) => {
      expect(code(text)).not.toMatch(/__|\*|\]\(/);
    },
  );

  test.each([
    ['a fence', ['```', '# out'], '````\n```\n# out\n````'],
    ['a longer fence', ['`````x'], '``````\n`````x\n``````'],
    ['HTML', ['</details><b>'], '```\n</details><b>\n```'],
    ['a line break', ['a\n```\nb'], '````\na ``` b\n````'],
    ['nothing', [], '```\n\n```'],
  ])('by %s in a fenced block', (_, lines, expected) => {
    expect(fenced(lines)).toBe(expected);
  });

  test('by pipes in a table', () => {
    expect(table(['a', 'b'], [['1|2', code('x|y')]])).toBe(
      '| a | b |\n| --- | --- |\n| 1&#124;2 | <code>x&#124;y</code> |',
    );
  });

  test('by the summary of a fold', () => {
    expect(details('</summary></details>\n\n# x', 'body')).toBe(
      '<details><summary>&lt;/summary&gt;&lt;/details&gt; # x</summary>\n\nbody\n\n</details>',
    );
  });
});

import { expect } from '@jest/globals';
import fc from 'fast-check';
import { formsOf } from '../../../src/redaction/forms.ts';
import { Redactor } from '../../../src/redaction/redactor.ts';
import { cuts, fuzz, hostileJson, hostileText, inPieces } from '../../support/fuzz.ts';

const secret = fc.oneof(
  fc.string({ minLength: 6, maxLength: 40 }),
  fc.string({ unit: 'grapheme', minLength: 6, maxLength: 20 }),
  fc.constantFrom('a+b/c d=é"\\\'', '$&$1(?:x)', 'aaaaaa', 'aaaaaaa', '******', 'secret://user:pass@host'),
);
const secrets = fc.array(secret, { minLength: 1, maxLength: 4 });
/** Text with secrets in some of their forms, some cut short. */
const leaky = fc
  .tuple(secrets, fc.array(fc.tuple(fc.nat(), fc.nat(), hostileText, fc.boolean()), { maxLength: 8 }))
  .map(([given, parts]) => ({
    given,
    text: parts
      .map(([which, form, between, whole]) => {
        const forms = formsOf(given[which % given.length] ?? '');
        const text = forms[form % forms.length] ?? '';
        return between + (whole ? text : text.slice(0, form % (text.length + 1)));
      })
      .join(''),
  }));

fuzz<[{ given: string[]; text: string }, number[]]>(
  'the log is the same, however the output is cut',
  [leaky, cuts],
  ({ given, text }, at) => {
    const redactor = new Redactor(given);
    const run = (chunks: Buffer[]) => {
      const stream = redactor.stream();
      return Buffer.concat([...chunks.map((chunk) => stream.take(chunk)), stream.end()]);
    };
    const bytes = Buffer.from(text);
    expect(run(inPieces(bytes, at)).toString()).toBe(run([bytes]).toString());
  },
);

fuzz<[{ given: string[]; text: string }]>('no secret is left, in no form', [leaky], ({ given, text }) => {
  const result = new Redactor(given).text(text);
  const forms = given.flatMap(formsOf).filter((form) => !/^\*+$/.test(form));
  for (const form of forms) expect(result).not.toContain(form);
});

fuzz<[unknown, string[]]>(
  'plain data stays plain data of the same shape',
  [hostileJson, secrets],
  (value, given) => {
    const plain = JSON.parse(JSON.stringify(value) ?? 'null');
    const redacted = new Redactor(given).data(plain);
    expect(typeof redacted).toBe(typeof plain);
    expect(Array.isArray(redacted)).toBe(Array.isArray(plain));
    expect(new Redactor([]).data(plain)).toEqual(new Redactor([]).data(plain));
  },
);

import { expect, test } from '@jest/globals';
import { helpText } from '../../../src/commands/help.ts';
import { settingMeta, settingNames } from '../../../src/settings/schema.ts';

test('the help lists every flag with its default, within 100 columns', () => {
  const help = helpText();
  for (const name of settingNames.filter((candidate) => candidate !== 'command')) {
    expect(help).toMatch(new RegExp(`^ {2}--${name} `, 'm'));
    const { default: fallback } = settingMeta(name);
    if (fallback)
      expect(help.replace(/\s+/g, ' ')).toContain(`Default: \`${fallback.replaceAll('\n', ', ')}\`.`);
  }
  expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});

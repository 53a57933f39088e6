import { expect, jest, test } from '@jest/globals';
import { runCommand } from '../../../src/commands/index.ts';

test.each(['start', 'constructor', 'toString', '__proto__', ''])(
  '%j is no command, and is told which are',
  async (word) => {
    const told = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      expect(await runCommand([word])).toBe(2);
      expect(told.mock.calls.join()).toMatch(
        /^hang-gate: unknown command .*; it takes run, dump, diagnose or doctor/,
      );
    } finally {
      told.mockRestore();
    }
  },
);

import type { Command } from '../settings/schema.ts';

/** A word of a shell line, its quotes included. */
const word = /(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])+/g;
const quoting = /'([^']*)'|"([^"]*)"|\\(.)/g;
const assignment = /^[A-Za-z_]\w*=/;

/** The program that a command starts: its first word, behind assignments (`A=1 python …`) and `exec`. */
export function firstWord(command: Command): string | undefined {
  if (command.kind === 'argv') return command.argv[0];
  const program = command.line.match(word)?.find((text) => !assignment.test(text) && text !== 'exec');
  return program?.replace(quoting, '$1$2$3');
}

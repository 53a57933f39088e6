import { GateError, messageOf } from '../errors.ts';
import { harmless } from '../reporters/text.ts';
import { exitCodeOf, usageExitCode } from '../verdict/exit-codes.ts';
import { version } from '../version.ts';

type Command = (args: readonly string[]) => Promise<number>;

/** Each loads only what it needs, so that help and errors come at once. */
const commands: Readonly<Record<string, Command>> = {
  run: async (args) => (await import('./run.ts')).run(args),
  dump: async (args) => (await import('./dump.ts')).dump(args),
  diagnose: async (args) => (await import('./diagnose.ts')).diagnose(args),
  doctor: async (args) => (await import('./doctor.ts')).doctor(args),
};

/** The command line. Answers the exit code. */
export async function runCommand(argv: readonly string[]): Promise<number> {
  const [name, ...args] = argv;
  try {
    if (name === '--version') return print(`${version}\n`);
    const flags = args.slice(0, args.includes('--') ? args.indexOf('--') : undefined);
    if (name === '--help' || name === 'help' || flags.includes('--help')) {
      return print((await import('./help.ts')).helpText());
    }
    if (name === undefined || !Object.hasOwn(commands, name))
      throw new GateError('wrong-settings', unknownCommand(name));
    return await (commands[name] as Command)(args);
  } catch (error) {
    for (const line of messageOf(error).split('\n')) process.stderr.write(`hang-gate: ${harmless(line)}\n`);
    return error instanceof GateError && error.kind === 'usage'
      ? usageExitCode
      : exitCodeOf({ verdict: 'inconclusive', reason: 'gate-failed' });
  }
}

function unknownCommand(name: string | undefined): string {
  const known = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(Object.keys(commands));
  const got = name === undefined ? 'no command was given' : `unknown command "${name}"`;
  return `${got}; it takes ${known}, see hang-gate --help`;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

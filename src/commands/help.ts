import { wrap } from '../reporters/text.ts';
import { settingMeta, settingNames } from '../settings/schema.ts';

const column = 24;
const width = 100;

/** What `hang-gate --help` prints; the flags come from the schema of settings. */
export function helpText(): string {
  const flags = settingNames
    .filter((name) => name !== 'command')
    .flatMap((name) => {
      const { description, default: fallback } = settingMeta(name);
      const shownDefault = fallback ? ` Default: \`${fallback.replaceAll('\n', ', ')}\`.` : '';
      const [first = '', ...rest] = wrap(description + shownDefault, width - column);
      return [`  --${name}`.padEnd(column) + first, ...rest.map((line) => ' '.repeat(column) + line)];
    });
  return `Fails a build when a streaming Python backend freezes.

Usage:
  hang-gate run [--flag value …] -- COMMAND [ARG …]
  hang-gate run --url URL | --pid PID   test a backend that already runs, and leave it running
  hang-gate dump --url URL | --pid PID  take and explain the stacks of a hang that is happening
  hang-gate diagnose EVIDENCE.json [--reporter NAMES] [--report-dir FOLDER]
                                        judge the evidence of an earlier run again, and render it
  hang-gate doctor [--flag value …] [-- COMMAND [ARG …]]
                                        tell what a run with these flags would lack on this machine
  hang-gate --help | --version

Example:
  hang-gate run --stream /news/stream -- python -m uvicorn app.main:app --port {port}

Flags of run, dump and doctor:
${flags.join('\n')}

Exit codes: 0 pass, 1 fail, 2 wrong settings, 125 inconclusive, 130 interrupted.
doctor exits with 0 when it found no problem, else with 1.
`;
}

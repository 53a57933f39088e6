/** A backend that works on the gate itself: on its report, its helpers, its signals, its debugger. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { attack, gateFailed, healthy, outcome } from '../support/cli/attack.ts';
import { app, type CliRun, newWorkspace, runCli, short } from '../support/cli/run-cli.ts';

const forged = /forged/;

test.concurrent.each([
  { kind: 'links', told: /backend\.log/ },
  { kind: 'forge', told: /result\.json.*summary\.md.*dumps\/000000ms-1-proof\.txt/ },
  { kind: 'rewrite', told: /backend\.log/ },
  { kind: 'replace', told: /\.\// },
])("a report that the backend changes is the gate's at the end, and red: $kind", async ({ kind, told }) => {
  const workspace = newWorkspace();
  const elsewhere = join(workspace, 'elsewhere');
  mkdirSync(elsewhere);
  const run = await attack('hostile_report', [kind, elsewhere], { workspace });

  expect(outcome(run)).toEqual(gateFailed);
  expect(run.result?.message).toMatch(told);
  expect(readdirSync(elsewhere)).toEqual([]);
  expectOwnReport(run);
});

test('a report that may not be written any more is written all the same', async () => {
  const run = await attack('hostile_report', ['lock']);
  expect(outcome(run)).toEqual(healthy);
  expectOwnReport(run);
});

test('a full disk is told, and takes nothing from the verdict', async () => {
  const workspace = newWorkspace();
  const node = join(workspace, 'node');
  // 4 KiB a file: too little for the evidence, enough for the result.
  writeFileSync(node, `#!/bin/sh\nulimit -f 8\nexec '${process.execPath}' "$@"\n`);
  chmodSync(node, 0o755);
  const run = await runCli({
    args: ['run', ...short],
    command: app(workspace, 'blocks_on_abort'),
    workspace,
    node,
  });

  expect(outcome(run)).toEqual({ exitCode: 1, verdict: 'fail', reason: 'loop-blocked' });
  expect(existsSync(join(run.reportDir, 'evidence.json'))).toBe(false);
  expect(run.stderr).toMatch(/evidence\.json could not be written/);
});

test('whose helpers the backend kills, the gate does without', async () => {
  const run = await attack('hostile_report', ['helpers']);
  expect(['pass', 'inconclusive']).toContain(run.result?.verdict);
  expect(run.evidence?.stackSources).toContainEqual(
    expect.objectContaining({ name: 'py-spy', usable: false, detail: expect.stringContaining('SIGKILL') }),
  );
});

test.concurrent.each([['2'], ['15'], ['1']])(
  'a backend that sends the gate signal %s gets no green',
  async (number) => {
    const run = await attack('hostile_report', ['signal', number]);
    expect(outcome(run)).toEqual({ exitCode: 130, verdict: 'inconclusive', reason: 'interrupted' });
  },
);

test('a backend that wakes the debugger meets none', async () => {
  const run = await attack('hostile_report', ['debug']);
  expect(outcome(run)).toEqual(healthy);
  expect(readFileSync(join(run.reportDir, 'backend.log'), 'utf8')).toMatch(
    'debugger: ConnectionRefusedError',
  );
  expect(run.stderr).toBe('');
});

/** Plain files with what the gate wrote, and no others. */
function expectOwnReport({ reportDir, evidence, result }: CliRun): void {
  expect(lstatSync(reportDir).isDirectory()).toBe(true);
  expect(evidence).toMatchObject({ gateErrors: expect.any(Array), schemaVersion: 1 });
  expect(result).not.toHaveProperty('forged');
  const entries = readdirSync(reportDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  expect(files.filter((entry) => !entry.isFile())).toEqual([]);
  for (const { name, parentPath } of files) {
    if (name !== 'forged.html') expect(readFileSync(join(parentPath, name), 'utf8')).not.toMatch(forged);
  }
}

/** Wherever the code runs from, the annotation is on the line that the repository has. */
import { cpSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { copyAction, repository } from '../support/runner/action-copy.ts';
import { newsInputs, newsWorkspace, runGateStep, testPython } from '../support/runner/gate-step.ts';
import { temporaryFolder } from '../support/runner/temporary-folder.ts';

const action = copyAction();
const example = 'examples/news-backend';
const streamFile = 'app/api/routes/stream.py';

const lineOf = (file: string, mark: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(mark)) + 1;
const culpritLine = lineOf(join(repository, example, streamFile), 'with ThreadPoolExecutor(');

/** The blocking example, imported from this folder, by a backend that runs beside it. */
const importedFrom = (folder: string) => ({
  ...newsInputs('blocking'),
  'working-directory': '.',
  env: `NEWS_STREAM=blocking\nPYTHONPATH=${folder}`,
});

/** The example as another folder has it, outside the workspace. */
function copyTo(...parts: string[]): string {
  const folder = join(temporaryFolder('elsewhere'), ...parts);
  mkdirSync(folder, { recursive: true });
  cpSync(join(repository, example, 'app'), join(folder, 'app'), { recursive: true });
  return folder;
}

test('in a monorepo that is checked out below the workspace', async () => {
  const workspace = newsWorkspace();
  mkdirSync(join(workspace, 'shop', '.git'), { recursive: true });
  renameSync(join(workspace, 'examples'), join(workspace, 'shop', 'examples'));
  const inputs = { ...newsInputs('blocking'), 'working-directory': `shop/${example}` };
  const step = await runGateStep({ action, workspace, inputs });

  expect(step.annotations[0]).toMatchObject({ file: `${example}/${streamFile}`, line: culpritLine });
  // For other steps of the job files are relative to where they run.
  expect(step.outputs['culprit']).toBe(`shop/${example}/${streamFile}:${culpritLine}`);
});

test('through a link', async () => {
  const workspace = newsWorkspace();
  symlinkSync(join(workspace, example), join(workspace, 'current'));
  const step = await runGateStep({ action, workspace, inputs: importedFrom(join(workspace, 'current')) });

  expect(step.annotations[0]).toMatchObject({ file: `${example}/${streamFile}`, line: culpritLine });
});

test('under another path, as in a container image, and as pip has installed it', async () => {
  const folders = [copyTo('image', 'srv'), copyTo('venv', 'lib', 'python3', 'site-packages')];
  const steps = await Promise.all(
    folders.map((folder) =>
      runGateStep({ action, workspace: newsWorkspace(), inputs: importedFrom(folder) }),
    ),
  );
  for (const step of steps) {
    expect(step.annotations[0]).toMatchObject({ file: `${example}/${streamFile}`, line: culpritLine });
    expect(step.summary).toContain('with ThreadPoolExecutor(');
    // Those that are waited for stand in the same copy.
    expect(step.annotations[1]).toMatchObject({
      level: 'notice',
      file: expect.stringMatching(/^examples\//),
    });
  }
});

test('in a package that is not of the repository, on the line that called it', async () => {
  const packages = join(temporaryFolder('elsewhere'), 'lib', 'python3', 'site-packages');
  mkdirSync(packages, { recursive: true });
  writeFileSync(join(packages, 'patience.py'), 'import time\n\n\ndef wait():\n    time.sleep(600)\n');
  const workspace = newsWorkspace();
  const app = join(workspace, 'blocks_in_package.py');
  cpSync(join(repository, '__tests__', 'fixtures', 'apps', 'blocks_in_package.py'), app);
  const inputs = {
    command: `'${testPython()}' blocks_in_package.py {port}`,
    env: `PYTHONPATH=${packages}`,
  };
  const step = await runGateStep({ action, workspace, inputs });

  expect(step.annotations[0]).toMatchObject({
    file: 'blocks_in_package.py',
    line: lineOf(app, '# culprit'),
    message: expect.stringContaining('`wait` (patience.py)'),
  });
});

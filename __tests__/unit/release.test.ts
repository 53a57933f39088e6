/** A release is what its tag says, in every place that names a version. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { releaseProblems } from '../../scripts/lib/release.ts';
import { temporaryFolder } from '../support/runner/temporary-folder.ts';
import { ownWorkflow } from '../support/workflows.ts';

function repositoryOf({ own = '1.2.3', locked = '1.2.3', lockedPackage = '1.2.3', built = '1.2.3' }): string {
  const root = temporaryFolder('release');
  mkdirSync(join(root, 'dist'));
  const write = (name: string, value: unknown) => writeFileSync(join(root, name), JSON.stringify(value));
  write('package.json', { version: own });
  write('package-lock.json', { version: locked, packages: { '': { version: lockedPackage } } });
  writeFileSync(join(root, 'dist', 'cli.cjs'), `console.log(${JSON.stringify(built)});`);
  return root;
}

test('a commit that is one version everywhere can be released as that', () => {
  expect(releaseProblems(repositoryOf({}), 'v1.2.3')).toEqual([]);
});

test.each([
  [{ own: '1.2.4' }, 'package.json says 1.2.4'],
  [{ locked: '1.2.4' }, 'package-lock.json says 1.2.4'],
  [{ lockedPackage: '1.2.4' }, 'the package in package-lock.json says 1.2.4'],
  [{ built: '1.2.4' }, 'dist/cli.cjs says 1.2.4'],
])('one that is not cannot: %j', (versions, problem) => {
  expect(releaseProblems(repositoryOf(versions), 'v1.2.3')).toEqual([`The tag is v1.2.3, but ${problem}.`]);
});

test.each(['1.2.3', 'v1.2', 'v1.2.3-rc.1', 'v01.2.3', 'main', ''])('%j is no tag of a release', (tag) => {
  expect(releaseProblems(repositoryOf({}), tag)).toEqual([expect.stringContaining(`"${tag}"`)]);
});

test('a dist/ that does not start is a problem, and not a version', () => {
  const root = repositoryOf({});
  writeFileSync(join(root, 'dist', 'cli.cjs'), 'throw new Error("broken");');
  expect(releaseProblems(root, 'v1.2.3')).toEqual([expect.stringContaining('dist/cli.cjs says nothing')]);
});

test('only the jobs that write may, and what is published has been verified and approved', () => {
  const { jobs } = ownWorkflow('release.yml');
  const writes = Object.entries(jobs).flatMap(([name, { permissions = {} }]) =>
    Object.entries(permissions)
      .filter(([, right]) => right === 'write')
      .map(([what]) => `${name}: ${what}`),
  );
  expect(writes).toEqual([
    'attest: id-token',
    'attest: attestations',
    'draft: contents',
    'publish: contents',
  ]);
  const chain = ['publish'];
  while (jobs[chain[0] ?? '']?.needs) chain.unshift(...(jobs[chain[0] ?? '']?.needs ?? []));
  expect(chain).toEqual(['verify', 'attest', 'draft', 'publish']);
  expect(jobs['publish']?.environment).toBe('release');
});

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What keeps the repository in `root` from being released as `tag`, a sentence each; empty when nothing does. */
export function releaseProblems(root: string, tag: string): string[] {
  if (!/^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.test(tag)) {
    return [`The tag is "${tag}": a release has one like v1.2.3.`];
  }
  const read = (name: string) => JSON.parse(readFileSync(path.join(root, name), 'utf8'));
  const lock = read('package-lock.json');
  const versions = {
    'package.json': read('package.json').version,
    'package-lock.json': lock.version,
    'the package in package-lock.json': lock.packages[''].version,
    'dist/cli.cjs': versionOf(path.join(root, 'dist', 'cli.cjs')),
  };
  return Object.entries(versions)
    .filter(([, version]) => `v${version}` !== tag)
    .map(([name, version]) => `The tag is ${tag}, but ${name} says ${version}.`);
}

function versionOf(cli: string): string {
  const { stdout, stderr } = spawnSync(process.execPath, [cli, '--version'], { encoding: 'utf8' });
  return stdout.trim() || `nothing (${stderr.trim().split('\n')[0] ?? ''})`;
}

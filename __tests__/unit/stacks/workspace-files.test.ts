import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { WorkspaceFiles } from '../../../src/stacks/workspace-files.ts';
import { frame, makeEvidence } from '../../support/make-evidence.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'hang-gate-files-')));
afterAll(() => rmSync(root, { recursive: true }));

const code = 'import time\n\n\ndef read_news():\n    time.sleep(9)\n';
let made = 0;

/** A new workspace with these files; what each holds is its own unless said. */
function workspaceOf(files: Record<string, string>): string {
  made += 1;
  const workspace = join(root, `shop ${made}`);
  mkdirSync(workspace);
  for (const [name, text] of Object.entries(files)) write(join(workspace, name), text);
  return workspace;
}

function write(file: string, text: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** What the workspace calls the file of a frame of this very process; `as seen` when it keeps its name. */
async function nameOf(workspace: string, seen: string, at = { line: 5, function: 'read_news' }, folder = '') {
  const evidence = makeEvidence({ gate: { workspace }, plan: { workingDirectory: join(workspace, folder) } });
  const files = await WorkspaceFiles.find({ evidence });
  const { file } = files.own(frame(at.function, seen, at.line), process.pid);
  expect(evidence.renamedFiles).toEqual(file === seen ? [] : [{ seen, file }]);
  return file === seen ? 'as seen' : file.replace(`${workspace}/`, '');
}

describe('a file that lies in the workspace', () => {
  test('keeps its name', async () => {
    const workspace = workspaceOf({ 'app/news.py': code });
    expect(await nameOf(workspace, join(workspace, 'app/news.py'))).toBe('as seen');
  });

  test('is found through a link to the workspace', async () => {
    const workspace = workspaceOf({ 'app/news.py': code });
    const link = join(root, `link ${made}`);
    symlinkSync(workspace, link);
    expect(await nameOf(workspace, join(link, 'app/news.py'))).toBe('app/news.py');
    expect(await nameOf(link, join(workspace, 'app/news.py'))).toBe(
      join(link, 'app/news.py').replace(`${link}/`, ''),
    );
  });

  test('is found through a link in the workspace, which the repository does not know', async () => {
    const workspace = workspaceOf({ 'services/news/app.py': code });
    symlinkSync(join(workspace, 'services/news'), join(workspace, 'current'));
    expect(await nameOf(workspace, join(workspace, 'current/app.py'))).toBe('services/news/app.py');
  });

  test('is found by a name that is relative to where the backend runs', async () => {
    const workspace = workspaceOf({ 'services/news/app.py': code });
    expect(await nameOf(workspace, 'app.py', undefined, 'services/news')).toBe('services/news/app.py');
  });
});

describe('a copy elsewhere', () => {
  const copyOf = (workspace: string, from: string, to: string) => {
    const seen = join(root, `image ${made}`, to);
    mkdirSync(dirname(seen), { recursive: true });
    cpSync(join(workspace, from), seen);
    return seen;
  };

  test('is the file whose path ends alike', async () => {
    const workspace = workspaceOf({ 'backend/app/news.py': code, 'tools/news.py': 'x = 1\n' });
    expect(await nameOf(workspace, copyOf(workspace, 'backend/app/news.py', 'srv/app/news.py'))).toBe(
      'backend/app/news.py',
    );
  });

  test('is none where two are as much alike', async () => {
    const workspace = workspaceOf({ 'one/app/news.py': code, 'two/app/news.py': code });
    expect(await nameOf(workspace, copyOf(workspace, 'one/app/news.py', 'srv/app/news.py'))).toBe('as seen');
  });

  test('is none when it has changed since: its lines are others', async () => {
    const workspace = workspaceOf({ 'app/news.py': code });
    const seen = copyOf(workspace, 'app/news.py', 'srv/app/news.py');
    write(seen, `# older\n${code}`);
    expect(await nameOf(workspace, seen)).toBe('as seen');
  });

  test('is not looked for among environments, hidden folders and what setuptools has built', async () => {
    const workspace = workspaceOf({
      'app/news.py': code,
      'build/lib/app/news.py': code,
      '.tox/app/news.py': code,
      'env/pyvenv.cfg': '',
      'env/app/news.py': code,
    });
    expect(await nameOf(workspace, copyOf(workspace, 'app/news.py', 'srv/app/news.py'))).toBe('app/news.py');
  });
});

describe('a file that the gate cannot read, as in a container', () => {
  const seen = '/no-such-image/app/news.py';

  test('is the one whose path ends alike, if it has the line and the function', async () => {
    const workspace = workspaceOf({ 'backend/app/news.py': code });
    expect(await nameOf(workspace, seen)).toBe('backend/app/news.py');
    expect(await nameOf(workspace, seen, { line: 5, function: 'News.<locals>.read_news' })).toBe(
      'backend/app/news.py',
    );
    expect(await nameOf(workspace, seen, { line: 1, function: '<module>' })).toBe('backend/app/news.py');
    expect(await nameOf(workspace, seen, { line: 99, function: 'read_news' })).toBe('as seen');
    expect(await nameOf(workspace, seen, { line: 3, function: 'read_news' })).toBe('as seen');
    expect(await nameOf(workspace, seen, { line: 5, function: 'other' })).toBe('as seen');
  });

  test('is none where the name alone is alike, except at the top of the workspace', async () => {
    expect(await nameOf(workspaceOf({ 'tools/news.py': code }), seen)).toBe('as seen');
    expect(await nameOf(workspaceOf({ 'news.py': code }), seen)).toBe('news.py');
  });

  test('is none where two are as much alike', async () => {
    expect(await nameOf(workspaceOf({ 'one/app/news.py': code, 'two/app/news.py': code }), seen)).toBe(
      'as seen',
    );
  });
});

describe('an installed package', () => {
  const installed = (path: string, text = code) =>
    write(join(root, `venv ${made}`, 'lib/python3.13/site-packages', path), text);

  test('is the package of the workspace, wherever it lies in it', async () => {
    const workspace = workspaceOf({ 'services/news/src/shop/news.py': code, 'other/news.py': code });
    expect(await nameOf(workspace, installed('shop/news.py'))).toBe('services/news/src/shop/news.py');
  });

  test('is a library when the workspace has another version of it, or none', async () => {
    const workspace = workspaceOf({ 'requests/api.py': `${code}# changed\n` });
    expect(await nameOf(workspace, installed('requests/api.py'))).toBe('as seen');
    expect(await nameOf(workspace, installed('urllib3/api.py'))).toBe('as seen');
    expect(await nameOf(workspaceOf({ 'api.py': code }), installed('requests/api.py'))).toBe('as seen');
  });

  test('that cannot be read is a library', async () => {
    const workspace = workspaceOf({ 'shop/news.py': code });
    expect(await nameOf(workspace, '/nowhere/site-packages/shop/news.py')).toBe('as seen');
  });
});

test.each(['<string>', '<frozen runpy>', '/usr/lib/python3.13/news.py', '/no/such/news.so', ''])(
  '%j stays what it is',
  async (seen) => {
    expect(await nameOf(workspaceOf({ 'news.py': code }), seen)).toBe('as seen');
  },
);

describe('the checkout', () => {
  const checkoutOf = async (workspace: string, folder: string) => {
    const evidence = makeEvidence({
      gate: { workspace },
      plan: { workingDirectory: join(workspace, folder) },
    });
    await WorkspaceFiles.find({ evidence });
    return evidence.gate.checkout;
  };

  test('is the folder of the repository, where that is not the workspace', async () => {
    const workspace = workspaceOf({ 'shop/.git/HEAD': '', 'shop/services/news/app.py': code });
    expect(await checkoutOf(workspace, 'shop/services/news')).toBe('shop');
    expect(await checkoutOf(workspace, 'shop')).toBe('shop');
  });

  test('is not told where it is the workspace, or unknown', async () => {
    expect(await checkoutOf(workspaceOf({ '.git/HEAD': '', 'sub/.git': '' }), 'sub')).toBeUndefined();
    expect(await checkoutOf(workspaceOf({ 'app/news.py': code }), 'app')).toBeUndefined();
  });
});

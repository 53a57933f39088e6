import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** A workspace beyond these is not worth the wait, and then nothing in it is known to be unique. */
const longestMs = 1_500;
const mostFolders = 20_000;
/** Copies of the source, and what is not the workspace's own. */
const passedOver = /^(\..*|node_modules|site-packages|dist-packages|__pycache__)$/;
/** What setuptools leaves behind: `build/lib/…`. */
const builtCopy = /(^|\/)build\/(lib|bdist)[^/]*$/;

/** The Python files of a workspace by their names, as paths in it. Empty when there are too many. */
export async function indexWorkspace(workspace: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const files: string[] = [];
  const folders = [''];
  const deadline = performance.now() + longestMs;
  for (const folder of folders) {
    if (folders.length > mostFolders || performance.now() > deadline) return new Map();
    const entries = await readdir(join(workspace, folder), { withFileTypes: true }).catch(() => []);
    // A virtual environment, whatever its name.
    if (entries.some(({ name }) => name === 'pyvenv.cfg')) continue;
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isFile() && entry.name.endsWith('.py')) files.push(path);
      if (entry.isDirectory() && !passedOver.test(entry.name) && !builtCopy.test(path)) folders.push(path);
    }
  }
  return Map.groupBy(files, (path) => basename(path));
}

import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { bareName, isApplicationFrame } from '../analysis/frames.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { Frame } from '../evidence/schema.ts';
import { isInside, readSourceFile, realPathOf } from './source-file.ts';
import { indexWorkspace } from './workspace-index.ts';

/**
 * Knows the workspace's own file behind a name that a dump shows: through symbolic links, in another place of a container,
 * or in the copy that pip has installed. So the line that is named is one that the reader can change.
 */
export class WorkspaceFiles {
  readonly #workspace: string;
  readonly #workingDirectory: string;
  readonly #index: ReadonlyMap<string, readonly string[]>;
  readonly #known = new Map<string, string>();
  /** Every name that was replaced, and by what. */
  readonly renamed: { seen: string; file: string }[] = [];

  private constructor(
    workspace: string,
    workingDirectory: string,
    index: ReadonlyMap<string, readonly string[]>,
  ) {
    this.#workspace = workspace;
    this.#workingDirectory = workingDirectory;
    this.#index = index;
  }

  /** Looks at the whole workspace once, before the backend is started, and notes in the evidence what it finds later. */
  static async find({ evidence }: Pick<Recorder, 'evidence'>): Promise<WorkspaceFiles> {
    const { workspace } = evidence.gate;
    const { workingDirectory } = evidence.plan;
    const files = new WorkspaceFiles(workspace, workingDirectory, await indexWorkspace(workspace));
    evidence.gate.checkout = checkoutOf(workspace, workingDirectory);
    evidence.renamedFiles = files.renamed;
    return files;
  }

  /** @param pid Of the process that the frame is of: it may see other files than the gate. */
  own(frame: Frame, pid: number): Frame {
    let file = this.#known.get(frame.file);
    if (file === undefined) {
      file = this.#find(frame, pid) ?? frame.file;
      this.#known.set(frame.file, file);
      if (file !== frame.file) this.renamed.push({ seen: frame.file, file });
    }
    return file === frame.file ? frame : { ...frame, file };
  }

  #find(frame: Frame, pid: number): string | undefined {
    if (!frame.file.endsWith('.py')) return undefined;
    if (!isApplicationFrame(frame)) return this.#installedFrom(frame.file, pid);
    const file = isAbsolute(frame.file) ? frame.file : resolve(this.#workingDirectory, frame.file);
    const real = realPathOf(file);
    const realWorkspace = realPathOf(this.#workspace);
    if (real !== undefined && realWorkspace !== undefined && isInside(real, realWorkspace))
      return join(this.#workspace, relative(realWorkspace, real));
    return this.#copiedFrom({ ...frame, file }, pid);
  }

  /** A package of the workspace that was installed as a copy, and is still the same. */
  #installedFrom(file: string, pid: number): string | undefined {
    const inPackages = /\/(?:site|dist)-packages\/(.+)$/.exec(file)?.[1];
    if (inPackages === undefined) return undefined;
    const candidates = this.#candidates(file).filter((path) => `/${path}`.endsWith(`/${inPackages}`));
    const original = candidates.length === 1 ? readOf(pid, file) : undefined;
    return this.#same(candidates, (text) => text === original);
  }

  /** The file of the workspace whose path ends most like this one, where there is only one such. */
  #copiedFrom(frame: Frame, pid: number): string | undefined {
    const alike = Map.groupBy(this.#candidates(frame.file), (path) => sharedEnd(path, frame.file));
    const most = Math.max(0, ...alike.keys());
    const original = readOf(pid, frame.file);
    return this.#same(alike.get(most) ?? [], (text, path) =>
      original === undefined ? (most > 1 || !path.includes('/')) && mayBe(text, frame) : text === original,
    );
  }

  #candidates(file: string): readonly string[] {
    return this.#index.get(file.slice(file.lastIndexOf('/') + 1)) ?? [];
  }

  #same(candidates: readonly string[], isSame: (text: string, path: string) => boolean): string | undefined {
    const [only, ...others] = candidates;
    if (only === undefined || others.length > 0) return undefined;
    const file = join(this.#workspace, only);
    const text = readSourceFile(file);
    return text !== undefined && isSame(text, only) ? file : undefined;
  }
}

/** The folder of the repository, for a workspace into which it was checked out by a path. */
function checkoutOf(workspace: string, workingDirectory: string): string | undefined {
  const has = (folder: string) => existsSync(join(folder, '.git'));
  if (has(workspace)) return undefined;
  for (let folder = workingDirectory; isInside(folder, workspace); folder = dirname(folder)) {
    if (has(folder)) return relative(workspace, folder);
  }
  return undefined;
}

/** As the process sees it, which may be in a container. */
function readOf(pid: number, file: string): string | undefined {
  return readSourceFile(`/proc/${pid}/root${file}`) ?? readSourceFile(file);
}

/** How many parts at the end of two paths are the same. */
function sharedEnd(a: string, b: string): number {
  const [left, right] = [a.split('/').reverse(), b.split('/').reverse()];
  const differs = left.findIndex((part, index) => part !== right[index]);
  return differs < 0 ? left.length : differs;
}

/** Where the original cannot be read: the line is there, in or below the function that the frame names. */
function mayBe(text: string, frame: Frame): boolean {
  const lines = text.split('\n').slice(0, frame.line);
  const name = bareName(frame);
  const isThere = !/^\w+$/.test(name) || new RegExp(`\\b(def|class)\\s+${name}\\b`).test(lines.join('\n'));
  return lines.length === frame.line && isThere;
}

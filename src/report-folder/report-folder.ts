import { accessSync, constants, lstatSync } from 'node:fs';
import { access, chmod, type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { GateError, messageOf } from '../errors.ts';
import { Redactor } from '../redaction/redactor.ts';
import { digestOf, type FileDigest, isLike } from './file-digest.ts';
import { partOf, writeWhole } from './write-whole.ts';

/** What a report consists of, relative to its folder. */
export const reportFiles = {
  evidence: 'evidence.json',
  result: 'result.json',
  html: 'report.html',
  summary: 'summary.md',
  junit: 'junit.xml',
  sarif: 'results.sarif',
  speedscope: 'stacks.speedscope.json',
  collapsed: 'stacks.collapsed.txt',
  log: 'backend.log',
  dumps: 'dumps',
  /** What an earlier attempt of the same run left, with the names above. */
  firstAttempt: 'first-attempt',
} as const;

/** For the evidence, which holds all the same what the file cannot take; so it is told, and changes no verdict. */
export function unwritten(name: string, why: string) {
  return { code: 'report', message: `${name} could not be written: ${why}.` };
}

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/**
 * The folder of the report, in which the backend, which is the same user, can do as it likes. So nothing is written
 * through a link or into a file that is there, no secret is written, and what the gate wrote is known again at the end.
 */
export class ReportFolder {
  /** Absolute. */
  readonly path: string;
  readonly #redactor: Redactor;
  readonly #written = new Map<string, FileDigest>();
  /** The folders that were made here, by what the kernel knows them by. */
  readonly #made = new Map<string, string>();
  /** Those that were not any more when the next file was written. */
  readonly #replaced = new Set<string>();

  constructor(path: string, redactor: Redactor = new Redactor([])) {
    this.path = path;
    this.#redactor = redactor;
  }

  /** Names of the files that the gate wrote. */
  get files(): string[] {
    return [...this.#written.keys()];
  }

  /**
   * Makes the folder ready for a new report. Files of an earlier report go, so that none is taken for this run's;
   * whatever else lies there stays.
   * @param isSecondAttempt What the first left is kept.
   * @throws {GateError} `wrong-settings` when it cannot be written.
   */
  async prepare(isSecondAttempt = false): Promise<void> {
    try {
      await mkdir(this.path, { recursive: true });
      accessSync(this.path, constants.W_OK);
      for (const name of [...Object.values(reportFiles), partOf(reportFiles.evidence)]) {
        if (!(isSecondAttempt && name === reportFiles.firstAttempt)) await this.#remove(name);
      }
      await mkdir(join(this.path, reportFiles.dumps));
      for (const folder of [this.path, join(this.path, reportFiles.dumps)]) this.#remember(folder);
    } catch (error) {
      throw new GateError(
        'wrong-settings',
        `setting "report-dir": ${this.path} cannot be written (${messageOf(error)}); it takes the path of a folder that can be written`,
      );
    }
  }

  /** Writes a file anew, without the secrets. What could not be written whole is not there. */
  async write(name: string, text: string): Promise<void> {
    const content = Buffer.from(this.#redactor.text(text));
    const file = await this.create(name);
    try {
      await file.writeFile(content);
    } catch (error) {
      await this.giveUp(name);
      throw error;
    } finally {
      await file.close();
    }
    this.keep(name, digestOf(content));
  }

  /**
   * Writes a file again and again, as more of it is known. It is whole at every moment, also when this process is killed.
   * @throws when it cannot be written.
   */
  save(name: string, text: string): void {
    if (identityOf(this.path) !== this.#made.get(this.path)) throw new Error(`${this.path} was replaced`);
    const content = Buffer.from(this.#redactor.text(text));
    writeWhole(join(this.path, name), content);
    this.keep(name, digestOf(content));
  }

  /** Moves log and dumps of a first attempt out of the way of the second. */
  async setFirstAttemptAside(): Promise<void> {
    const aside = join(this.path, reportFiles.firstAttempt);
    await mkdir(aside);
    // The log may have been given up.
    for (const name of [reportFiles.log, reportFiles.dumps])
      if (identityOf(join(this.path, name)) !== undefined)
        await rename(join(this.path, name), join(aside, name));
    for (const [name, digest] of [...this.#written]) {
      this.#written.delete(name);
      if (name === reportFiles.log || name.startsWith(`${reportFiles.dumps}/`))
        this.#written.set(join(reportFiles.firstAttempt, name), digest);
    }
    this.#made.delete(join(this.path, reportFiles.dumps));
    for (const folder of [aside, join(aside, reportFiles.dumps)]) this.#remember(folder);
  }

  /** Takes for its own what an earlier run has left under the names of the report. */
  async adopt(): Promise<void> {
    for (const name of Object.values(reportFiles)) {
      const path = join(this.path, name);
      if (lstatSync(path, { throwIfNoEntry: false })?.isFile())
        this.keep(name, digestOf(await readFile(path)));
    }
  }

  /** A new file in place of whatever is there, for who writes it by and by, without secrets. */
  async create(name: string): Promise<FileHandle> {
    await this.#restoreFolders();
    await this.#remove(name);
    return await open(join(this.path, name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
  }

  /** Removes a file that could not be written whole: what is left of it says nothing. */
  async giveUp(name: string): Promise<void> {
    await this.#remove(name).catch(() => {});
  }

  /** What a file is like that was written by and by. */
  keep(name: string, digest: FileDigest): void {
    this.#written.set(name, digest);
  }

  /**
   * Removes what somebody else has put there under the report's names, or has changed.
   * @returns names, of folders with a slash at their end.
   */
  async reclaim(): Promise<string[]> {
    await this.#restoreFolders();
    const changed = [...this.#replaced].map((folder) => `${folder}/`);
    this.#replaced.clear();
    for (const name of await this.#present()) {
      const wanted = this.#written.get(name);
      if (wanted && (await isLike(join(this.path, name), wanted))) continue;
      changed.push(name);
      await this.#remove(name);
    }
    const missing = this.files.filter((name) => identityOf(join(this.path, name)) === undefined);
    for (const name of missing) this.#written.delete(name);
    return [...changed, ...missing];
  }

  /** Whatever lies under a name of the report. */
  async #present(): Promise<string[]> {
    const folders = [...this.#made.keys()].map((folder) => relative(this.path, folder)).filter(Boolean);
    const names = [...Object.values(reportFiles), ...this.files];
    const inside = await Promise.all(
      folders.map(async (folder) => {
        const found = await readdir(join(this.path, folder)).catch(() => []);
        return found.map((name) => join(folder, name));
      }),
    );
    const all = new Set([...names, ...inside.flat()].filter((name) => !folders.includes(name)));
    return [...all].filter((name) => identityOf(join(this.path, name)) !== undefined);
  }

  /** Folders that are not any more those that were made are made again. */
  async #restoreFolders(): Promise<void> {
    for (const [folder, identity] of this.#made) {
      if (identityOf(folder) !== identity) {
        this.#replaced.add(folder.slice(this.path.length + 1) || '.');
        await rm(folder, { recursive: true, force: true });
        await mkdir(folder, { recursive: true });
        this.#remember(folder);
      }
      await makeWritable(folder);
    }
  }

  #remember(folder: string): void {
    this.#made.set(folder, identityOf(folder) ?? '');
  }

  #remove(name: string): Promise<void> {
    this.#written.delete(name);
    return rm(join(this.path, name), { recursive: true, force: true });
  }
}

/** `undefined` when nothing is there; a link is not followed. */
function identityOf(path: string): string | undefined {
  const status = lstatSync(path, { throwIfNoEntry: false });
  return status && `${status.dev}:${status.ino}:${status.isDirectory()}`;
}

async function makeWritable(folder: string): Promise<void> {
  const all = constants.R_OK | constants.W_OK | constants.X_OK;
  // What cannot be changed shows when a file is written.
  await access(folder, all).catch(() => chmod(folder, 0o755).catch(() => {}));
}

import { createHash } from 'node:crypto';
import { accessSync, constants, lstatSync } from 'node:fs';
import { access, chmod, type FileHandle, lstat, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GateError, messageOf } from './errors.ts';
import { Redactor } from './redaction/redactor.ts';

/** What a report consists of, relative to its folder. */
export const reportFiles = {
  evidence: 'evidence.json',
  result: 'result.json',
  summary: 'summary.md',
  log: 'backend.log',
  dumps: 'dumps',
} as const;

/** For the evidence: a report with a hole is no report. */
export function unwritten(name: string, why: string) {
  return { code: 'environment', message: `${name} could not be written: ${why}` };
}

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const chunkBytes = 1024 * 1024;

/** What a file has to be like, to be the one that was written. */
export interface Fingerprint {
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * The folder of the report, in which the backend, which is the same user, can do as it likes. So nothing is written
 * through a link or into a file that is there, no secret is written, and what the gate wrote is known again at the end.
 */
export class ReportFolder {
  /** Absolute. */
  readonly path: string;
  readonly #redactor: Redactor;
  readonly #written = new Map<string, Fingerprint>();
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
   * @throws {GateError} `wrong-settings` when it cannot be written.
   */
  async prepare(): Promise<void> {
    try {
      await mkdir(this.path, { recursive: true });
      accessSync(this.path, constants.W_OK);
      for (const name of Object.values(reportFiles)) await this.#remove(name);
      await mkdir(join(this.path, reportFiles.dumps));
      for (const folder of [this.path, join(this.path, reportFiles.dumps)])
        this.#made.set(folder, identityOf(folder) ?? '');
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
      await this.#remove(name).catch(() => {});
      throw error;
    } finally {
      await file.close();
    }
    this.keep(name, { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') });
  }

  /** A new file in place of whatever is there, for who writes it by and by, without secrets. */
  async create(name: string): Promise<FileHandle> {
    await this.#restoreFolders();
    await this.#remove(name);
    return await open(join(this.path, name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
  }

  /** What a file is like that was written by and by. */
  keep(name: string, fingerprint: Fingerprint): void {
    this.#written.set(name, fingerprint);
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
      this.#written.delete(name);
      await this.#remove(name);
    }
    const missing = this.files.filter((name) => identityOf(join(this.path, name)) === undefined);
    for (const name of missing) this.#written.delete(name);
    return [...changed, ...missing];
  }

  /** Whatever lies under a name of the report. */
  async #present(): Promise<string[]> {
    const names = [...Object.values(reportFiles), ...this.files].filter((name) => name !== reportFiles.dumps);
    const dumps = await readdir(join(this.path, reportFiles.dumps)).catch(() => []);
    const all = new Set([...names, ...dumps.map((name) => join(reportFiles.dumps, name))]);
    return [...all].filter((name) => identityOf(join(this.path, name)) !== undefined);
  }

  /** Folders that are not any more those that were made are made again. */
  async #restoreFolders(): Promise<void> {
    for (const [folder, identity] of this.#made) {
      if (identityOf(folder) !== identity) {
        this.#replaced.add(folder.slice(this.path.length + 1) || '.');
        await rm(folder, { recursive: true, force: true });
        await mkdir(folder, { recursive: true });
        this.#made.set(folder, identityOf(folder) ?? '');
      }
      await makeWritable(folder);
    }
  }

  #remove(name: string): Promise<void> {
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

async function isLike(path: string, { bytes, sha256 }: Fingerprint): Promise<boolean> {
  const status = await lstat(path);
  // Anything else could be endless, or wait for a writer that never comes.
  if (!status.isFile() || status.size !== bytes) return false;
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const hash = createHash('sha256');
    const buffer = Buffer.alloc(chunkBytes);
    for (let at = 0; at < bytes; ) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, at);
      if (bytesRead === 0) return false;
      hash.update(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
    return hash.digest('hex') === sha256;
  } finally {
    await file.close();
  }
}

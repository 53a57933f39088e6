import { mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { shimSource } from './shim-source.ts';
import { stackSignal } from './signal.ts';

/** A folder that Python looks into before all others: the shim lies in it, and each process's stacks will. */
export class StackShim implements AsyncDisposable {
  /** Absolute, without links: the kernel shows it the same way. */
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @param path Where nothing is yet. */
  static async create(path: string): Promise<StackShim> {
    await mkdir(path, { mode: 0o700 });
    const folder = await realpath(path);
    await writeFile(join(folder, 'sitecustomize.py'), shimSource);
    return new StackShim(folder);
  }

  /** The environment of a backend, with what makes its Pythons load the shim. */
  addTo(environment: Readonly<Record<string, string>>): Record<string, string> {
    const { PYTHONPATH: own } = environment;
    return {
      ...environment,
      // An empty entry would mean the working directory.
      PYTHONPATH: own ? `${this.folder}${delimiter}${own}` : this.folder,
      HANG_GATE_STACKS_DIR: this.folder,
      HANG_GATE_STACKS_SIGNAL: String(stackSignal),
      // py-spy runs below the gate, which is enough.
      HANG_GATE_TRACER: String(process.pid),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // What cannot be removed is a temporary folder, and no reason to lose a verdict.
    await rm(this.folder, { recursive: true, force: true }).catch(() => {});
  }
}

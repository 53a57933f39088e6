import { rmSync } from 'node:fs';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { shimSource } from './shim-source.ts';
import { stackSignal } from './signal.ts';

/** A folder that Python looks into before all others: the shim lies in it, and each process's stacks will. */
export class StackShim implements AsyncDisposable {
  /** Absolute, without links: the kernel shows it the same way. */
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
    process.once('exit', this.#removeNow);
  }

  static async create(own: NodeJS.ProcessEnv): Promise<StackShim> {
    const folder = await realpath(await mkdtemp(join(own['RUNNER_TEMP'] || tmpdir(), 'hang-gate-')));
    const shim = new StackShim(folder);
    try {
      await writeFile(join(folder, 'sitecustomize.py'), shimSource);
    } catch (error) {
      await shim[Symbol.asyncDispose]();
      throw error;
    }
    return shim;
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
    process.off('exit', this.#removeNow);
    // What cannot be removed is a temporary folder, and no reason to lose a verdict.
    await rm(this.folder, { recursive: true, force: true }).catch(() => {});
  }

  readonly #removeNow = () => {
    try {
      rmSync(this.folder, { recursive: true, force: true });
    } catch {
      // As above.
    }
  };
}

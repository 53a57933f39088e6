import { closeSync, constants, lstatSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** The files by which a step tells the runner things: outputs, variables and programs of later steps, the summary. */
const names = ['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'] as const;

/**
 * Keeps watch over the command files. The backend is not told where they are, and can find them all the same: it is the
 * same user. What the gate itself writes goes through `write`.
 */
export class CommandFileGuard {
  readonly #env: NodeJS.ProcessEnv;
  readonly #changed = new Set<string>();
  #putBack: () => string[];

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
    this.#putBack = guardCommandFiles(env);
  }

  write(work: () => void): void {
    for (const name of this.#putBack()) this.#changed.add(name);
    work();
    this.#putBack = guardCommandFiles(this.#env);
  }

  /** Puts back whatever has changed, and answers the names of all files that ever had. */
  reclaim(): string[] {
    for (const name of this.#putBack()) this.#changed.add(name);
    return [...this.#changed];
  }
}

/** @returns what puts back whatever has changed since, and answers the names of those files. */
function guardCommandFiles(env: NodeJS.ProcessEnv): () => string[] {
  const guarded = names.flatMap((name) => {
    const path = env[name];
    const content = path ? contentOf(path) : undefined;
    return path && content ? [{ name, path, content }] : [];
  });
  return () =>
    guarded
      .filter(({ path, content }) => !contentOf(path)?.equals(content))
      .map(({ name, path, content }) => {
        rmSync(path, { recursive: true, force: true });
        writeFileSync(path, content, { flag: 'wx' });
        return name;
      });
}

/** `undefined` for what is no plain file. */
function contentOf(path: string): Buffer | undefined {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** What the runner keeps of errors, warnings and notices of a stage: ten of each, 4096 characters long. */
import { isAbsolute, relative } from 'node:path';

export type Level = 'error' | 'warning' | 'notice';

export interface Annotation {
  readonly level: Level;
  readonly message: string;
  readonly title: string | undefined;
  readonly file: string | undefined;
  readonly line: number | undefined;
}

const mostPerLevel = 10;
const longestMessage = 4_096;

export class Annotations {
  readonly kept: Annotation[] = [];
  readonly #workspace: string;

  constructor(workspace = '/') {
    this.#workspace = workspace;
  }

  add(level: Level, message: string, properties: Readonly<Record<string, string>> = {}): void {
    if (this.kept.filter((annotation) => annotation.level === level).length >= mostPerLevel) return;
    const { title, file, line } = properties;
    this.kept.push({
      level,
      message: message.slice(0, longestMessage),
      title,
      file: file === undefined ? undefined : this.#inRepository(file),
      line: /^\d+$/.test(line ?? '') ? Number(line) : undefined,
    });
  }

  /** Absolute paths of the workspace become those of the repository; others stay. */
  #inRepository(file: string): string {
    const way = relative(this.#workspace, file);
    return isAbsolute(file) && this.#workspace !== '/' && !way.startsWith('..') ? way : file;
  }
}

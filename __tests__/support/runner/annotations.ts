/** What the runner keeps of errors, warnings and notices: ten of each, 4096 characters long. */

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

  add(level: Level, message: string, properties: Readonly<Record<string, string>> = {}): void {
    if (this.kept.filter((annotation) => annotation.level === level).length >= mostPerLevel) return;
    this.kept.push({
      level,
      message: message.slice(0, longestMessage),
      title: properties['title'],
      file: properties['file'],
      line: properties['line'] === undefined ? undefined : Number(properties['line']),
    });
  }
}

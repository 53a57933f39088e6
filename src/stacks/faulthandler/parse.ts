import type { Frame, Thread } from '../../evidence/schema.ts';
import { oneLine } from '../one-line.ts';

/** From 3.14 on the name stands in brackets. "Current" is the thread that got the signal. */
const headPattern = /^(?:Current thread|Thread) (0x[0-9a-f]+)(?: \[(.*)\])? \(most recent call first\):$/;
const framePattern = /^ {2}File (?:"(.*)"|\?\?\?), line (\d+|\?\?\?) in (.*)$/;
/** Stands above the frames of a thread that collects; Python 3.10 and later. */
const garbageCollecting = '  Garbage-collecting';
/** Everything that ends a thread's part: a frame, no frame at all, or more than the 100 that are written. */
const lastLinePattern = /^ {2}(?:File .+|<.*>|\.\.\.)$|^\.\.\.$/;

/** True when nothing is cut off at the end, as far as the text can tell. */
export function isWholeFaulthandlerText(text: string): boolean {
  const lines = text.split('\n');
  return (
    lines.at(-1) === '' &&
    lastLinePattern.test(lines.at(-2) ?? '') &&
    lines.some((line) => headPattern.test(line))
  );
}

/**
 * What `faulthandler` writes: at most 100 threads, the newest first, of at most 100 frames each. It knows neither the
 * kernel's number of a thread nor who holds the GIL.
 * @throws when the text shows no thread.
 */
export function parseFaulthandlerText(text: string): Thread[] {
  // By address: of a process that was asked before and answers only now, the last answer counts.
  const threads = new Map<string, Thread>();
  let current: Thread | undefined;
  for (const line of text.split('\n')) {
    const [, address, name] = headPattern.exec(line) ?? [];
    if (address !== undefined) {
      current = { tid: null, name: name === undefined ? null : readable(name), ownsGil: false, frames: [] };
      threads.delete(address);
      threads.set(address, current);
      continue;
    }
    if (current && line === garbageCollecting) current.collectsGarbage = true;
    const frame = frameOf(line);
    if (frame) current?.frames.push(frame);
  }
  if (threads.size === 0) throw new Error('faulthandler showed no thread');
  return [...threads.values()];
}

function frameOf(line: string): Frame | undefined {
  const [, file, number, name] = framePattern.exec(line) ?? [];
  if (number === undefined || name === undefined) return undefined;
  return { function: readable(name), file: readable(file ?? '?'), line: Number.parseInt(number, 10) || 0 };
}

/** It writes ASCII only: `\xfc`, `\u20ac` and `\U0001f40d` stand for what is none. */
function readable(text: string): string {
  const plain = text.replace(
    /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U(00(?:0[0-9a-f]|10)[0-9a-f]{4}))/g,
    (_all, ...digits: (string | undefined)[]) =>
      String.fromCodePoint(Number.parseInt(digits.slice(0, 3).find(Boolean) ?? '', 16)),
  );
  return oneLine(plain);
}

import { applicationFrame, isApplicationFrame } from '../analysis/frames.ts';
import { findLoopThread, framesOnLoop } from '../analysis/loop-thread.ts';
import { byPlace } from '../analysis/waited-on.ts';
import type { Dump, Evidence, Frame, Thread } from '../evidence/schema.ts';
import { counted, libraryFile, place } from '../rules/wording.ts';

type Workspace = Pick<Evidence, 'gate'>;

/** Names of threads at one place; the rest is a number. */
const mostNames = 8;

/**
 * A dump as text: the loop thread first, then the threads that stand in the application, of whom one may be waited for, and
 * at last those in libraries alone. Of threads at one place only the first is shown with its frames.
 */
export function stackText({ pid, threads }: Dump, evidence: Workspace): string[] {
  const loop = findLoopThread(threads, pid);
  const others = threads.filter((thread) => thread !== loop);
  const inside = byPlace(others.filter((thread) => applicationFrame(thread))).map((group) => group.threads);
  const outside = Map.groupBy(
    others.filter((thread) => !applicationFrame(thread)),
    ({ frames }) => frames.map((frame) => `${frame.file}:${frame.function}`).join('\n'),
  );
  return [
    ...(loop ? loopText(loop, evidence) : []),
    ...[...inside, ...outside.values()].flatMap((group) => groupText(group, evidence)),
  ];
}

/** What runs the loop is the same in every dump. */
function loopText(thread: Thread, evidence: Workspace): string[] {
  const shown = thread.frames.slice(0, framesOnLoop(thread).length + 1);
  const rest = thread.frames.length - shown.length;
  return [
    titleOf(thread, ['event loop']),
    ...shown.map((frame) => frameText(frame, evidence)),
    ...(rest > 0
      ? [`    … ${counted(rest, 'more frame')}, which ${rest === 1 ? 'runs' : 'run'} the loop`]
      : []),
    '',
  ];
}

function groupText([first, ...alike]: readonly Thread[], evidence: Workspace): string[] {
  if (!first) return [];
  return [
    titleOf(first, []),
    ...first.frames.map((frame) => frameText(frame, evidence)),
    ...(alike.length > 0 ? [`    … ${alikeText(alike, applicationFrame(first)?.function)}`] : []),
    '',
  ];
}

function alikeText(threads: readonly Thread[], at: string | undefined): string {
  const names = threads.slice(0, mostNames).map(({ name, tid }) => (name ? `"${name}"` : String(tid ?? '?')));
  const more = threads.length - names.length;
  return `${counted(threads.length, 'more thread')} ${at === undefined ? 'there' : `in ${at}`}: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function titleOf({ tid, name, ownsGil }: Thread, marks: readonly string[]): string {
  const all = [...marks, ...(ownsGil ? ['holds the GIL'] : [])];
  return `Thread ${tid ?? '?'}${name ? ` "${name}"` : ''}${all.length > 0 ? ` (${all.join(', ')})` : ''}`;
}

function frameText(frame: Frame, evidence: Workspace): string {
  const where = isApplicationFrame(frame)
    ? place(frame, evidence)
    : `${libraryFile(frame.file)}:${frame.line}`;
  return `    ${frame.function} (${where})`;
}

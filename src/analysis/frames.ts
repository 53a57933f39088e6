/**
 * What a single Python frame is. Functions and file endings decide, never line numbers: those move with every release.
 * What else differs between releases stands in `library-calls.ts` and, for calls without a frame, in `wait-channels.ts`.
 */
import type { Frame, Thread } from '../evidence/schema.ts';

/** Frames of packages: installed, vendored with an environment, or zipped. */
const installed = /\/(site-packages|dist-packages)\//;
/** Frames of Python itself: `…/lib/python3.12/asyncio/events.py`, `…\Python312\Lib\asyncio\events.py`. */
const standardLibrary =
  /\/lib(64)?\/python\d(\.\d+)?t?\/|\/Python\/?\d[\d.]*(\/x\w+)?\/Lib\/|\/python\d+\.zip\//;
/** Code without a file: `<string>`, `<frozen runpy>`, and native frames. */
const noFile = /^(<.*>|\?|)$/;

/** True for the backend's own code: outside the standard library and site-packages. */
export function isApplicationFrame({ file }: Frame): boolean {
  const path = file.replaceAll('\\', '/');
  return !noFile.test(path) && !installed.test(path) && !standardLibrary.test(path);
}

/** True when the frame is `name` in a file whose path ends in `file`. */
export function isFrame(frame: Frame | undefined, name: string, file: string): boolean {
  return frame !== undefined && bareName(frame) === name && endsWithPath(frame.file, file);
}

/** `shutdown` of `ThreadPoolExecutor.shutdown`: py-spy 0.4.3 qualifies names on Python 3.11 and later, older ones do not. */
export function bareName(frame: Pick<Frame, 'function'>): string {
  return frame.function.slice(frame.function.lastIndexOf('.') + 1);
}

export function endsWithPath(path: string, suffix: string): boolean {
  const normal = path.replaceAll('\\', '/');
  return normal === suffix || normal.endsWith(`/${suffix}`);
}

/** The innermost frame of the backend's own code. */
export function applicationFrame(thread: Thread): Frame | undefined {
  return thread.frames.find(isApplicationFrame);
}

/** The same place in the code, whatever line it stands at just now. */
export function isSameFunction(a: Frame, b: Frame): boolean {
  return a.function === b.function && a.file === b.file;
}

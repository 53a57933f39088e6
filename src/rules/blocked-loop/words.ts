/** How the causes of a blocked loop name its place. */
import { hasCall, type LibraryCall } from '../../analysis/library-calls.ts';
import type { Standstill } from '../../analysis/standstill.ts';
import type { Evidence } from '../../evidence/schema.ts';
import { libraryCall, place } from '../wording.ts';

/** ` at app/news.py:12 in `read_news``, or that no line of the application is to blame. */
export function whereOf({ block: { culprit } }: Standstill, evidence: Evidence): string {
  return culprit
    ? ` at ${place(culprit, evidence)} in \`${culprit.function}\``
    : ', with no frame of the application on it,';
}

/** `` `get` (requests/api.py)``: the call that the culprit made, else the outermost of `calls`. */
export function callOf({ block, called }: Standstill, calls: readonly LibraryCall[]): string | undefined {
  const frame = block.calledThrough ?? called.findLast((each) => hasCall([each], calls));
  return frame && libraryCall(frame);
}

/** The call as it is written in the application's own line, such as `time.sleep(5)`, where it is short. */
export function lineOf({ line }: Standstill): string | undefined {
  const text = line?.replaceAll('`', "'");
  return text && text.length <= 80 ? `\`${text}\`` : undefined;
}

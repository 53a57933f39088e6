import type { DumpList } from '../../model.ts';
import { h, mark } from '../dom.ts';
import { counted } from '../words.ts';

type Entry = DumpList['frames'][number];

/** A stack, innermost frame first: the application's frames with their lines, those of libraries folded. */
export function frameList(list: DumpList, stack: number, otherStack: number | undefined): HTMLElement {
  const frames = list.stacks[stack] ?? [];
  if (frames.length === 0)
    return h('p', { class: 'muted' }, 'No frames: the kernel alone tells of this thread.');
  const other = otherStack === undefined ? undefined : new Set(list.stacks[otherStack]);
  const isNew = (frame: number) => other !== undefined && !other.has(frame);
  return h(
    'ol',
    { class: 'frames' },
    runs(frames, list).map(({ isApplication, members }) =>
      isApplication
        ? members.map((frame) => h('li', { class: 'app' }, applicationFrame(list, frame, isNew(frame))))
        : h('li', { class: 'library' }, foldedFrames(list, members, members.some(isNew), isNew)),
    ),
  );
}

interface Run {
  readonly isApplication: boolean;
  readonly members: number[];
}

function runs(frames: readonly number[], list: DumpList): Run[] {
  const found: Run[] = [];
  for (const frame of frames) {
    const isApplication = list.frames[frame]?.[3] === 1;
    const last = found.at(-1);
    if (last?.isApplication === isApplication) last.members.push(frame);
    else found.push({ isApplication, members: [frame] });
  }
  return found;
}

function applicationFrame(list: DumpList, frame: number, isNew: boolean): HTMLElement {
  const [name, file, line, , source] = list.frames[frame] as Entry;
  return h(
    'div',
    { class: isNew ? 'frame new' : 'frame' },
    h('span', { class: 'function' }, name),
    h('span', { class: 'at' }, `${list.files[file]}:${line}`),
    isNew ? h('span', { class: 'tag moved' }, 'only here') : null,
    source === undefined || source === '' ? null : h('code', { class: 'code' }, source),
  );
}

const namedFrames = 5;

/** What a library was asked for is its outermost frame, and what it waits in the innermost: the names say both. */
function foldedFrames(
  list: DumpList,
  members: readonly number[],
  isOpen: boolean,
  isNew: (frame: number) => boolean,
): HTMLElement {
  const bare = (frame: number) => (list.frames[frame]?.[0] ?? '').split('.').at(-1) ?? '';
  const names = members.map(bare);
  const shown = names.length <= namedFrames ? names : [...names.slice(0, 2), '…', ...names.slice(-2)];
  return h(
    'details',
    { open: isOpen },
    h(
      'summary',
      {},
      `${counted(members.length, 'library frame')}: `,
      h('span', { class: 'names' }, shown.join(' ← ')),
    ),
    h(
      'ol',
      {},
      members.map((frame) => {
        const [name, file, line] = list.frames[frame] as Entry;
        return h(
          'li',
          { class: isNew(frame) ? 'new' : undefined },
          isNew(frame) ? mark('≠ ', 'sign') : null,
          h('span', { class: 'function' }, name),
          h('span', { class: 'at' }, `${list.files[file]}:${line}`),
        );
      }),
    ),
  );
}

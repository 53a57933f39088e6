import type { DumpList, DumpView, ThreadGroup } from '../../model.ts';
import { type Child, h, mark } from '../dom.ts';
import { counted } from '../words.ts';
import { frameList } from './frames.ts';

interface GroupOptions {
  /** Anchor of the first group of a role in this dump. */
  readonly id: (role: string) => string;
  readonly dump: DumpView;
  /** In a comparison: the stack that each thread has in the other dump, `undefined` where it is not there. */
  readonly others?: readonly (number | undefined)[];
}

/** Threads that stand at the same place, as one card. */
export function threadGroup(list: DumpList, group: ThreadGroup, options: GroupOptions): HTMLElement {
  const { dump, id } = options;
  const isFirst = dump.groups.find(({ role }) => role === group.role) === group;
  const moved = options.others?.find((stack) => stack !== undefined && stack !== group.stack);
  return h(
    'section',
    {
      class: `thread ${group.role}`,
      id: isFirst && group.role !== 'other' ? id(group.role) : undefined,
      'aria-label': titleOf(list, group),
      tabindex: group.role === 'other' ? undefined : -1,
    },
    h(
      'header',
      {},
      h('h4', {}, titleOf(list, group)),
      group.ownsGil ? h('span', { class: 'tag' }, 'holds the GIL') : null,
      ...links(group, options),
      comparisonTag(group, options.others),
    ),
    group.role !== 'loop' || group.threads.length > 1 ? names(group) : null,
    frameList(list, group.stack, moved),
  );
}

function titleOf(list: DumpList, { role, stack, threads, unnamed }: ThreadGroup): string {
  const total = threads.length + unnamed;
  const [first] = threads;
  const name = first ? `${first.name ?? 'thread'}${first.tid === null ? '' : ` (${first.tid})`}` : '';
  if (role === 'loop') return `Event loop: ${name}`;
  if (total === 1) return name;
  const at = list.stacks[stack]?.find((frame) => list.frames[frame]?.[3] === 1);
  return `${counted(total, 'thread')} at one place${at === undefined ? '' : `, in ${list.frames[at]?.[0]}`}`;
}

function links({ role }: ThreadGroup, { dump, id }: GroupOptions): Child[] {
  const waitedOn = dump.groups.filter((group) => group.role === 'waited-on');
  const total = waitedOn.reduce((sum, { threads, unnamed }) => sum + threads.length + unnamed, 0);
  if (role === 'loop' && total > 0) {
    return [
      h(
        'a',
        { class: 'tag wait', href: `#${id('waited-on')}` },
        mark('↓ ', 'arrow'),
        `waits for ${counted(total, 'thread')}`,
      ),
    ];
  }
  if (role === 'waited-on') {
    return [
      h(
        'a',
        { class: 'tag wait', href: `#${id('loop')}` },
        mark('↑ ', 'arrow'),
        'the event loop waits for this',
      ),
    ];
  }
  return [];
}

function comparisonTag({ stack }: ThreadGroup, others: GroupOptions['others']): Child {
  if (!others) return null;
  const there = others.filter((other) => other !== undefined);
  if (there.length === 0) return h('span', { class: 'tag new' }, 'not in the other dump');
  const same = there.filter((other) => other === stack).length;
  return same === others.length
    ? h('span', { class: 'tag same' }, mark('= ', 'sign'), 'same place in both')
    : h(
        'span',
        { class: 'tag moved' },
        mark('≠ ', 'sign'),
        `${counted(others.length - same, 'thread')} moved`,
      );
}

const mostNames = 6;

function names({ threads, unnamed }: ThreadGroup): HTMLElement | null {
  const total = threads.length + unnamed;
  if (total === 1) return null;
  const word = ({ tid, name }: ThreadGroup['threads'][number]) =>
    `${name ?? 'thread'}${tid === null ? '' : ` (${tid})`}`;
  const shown = threads.slice(0, mostNames).map(word).join(', ');
  if (total <= mostNames) return h('p', { class: 'names' }, shown);
  return h(
    'details',
    { class: 'names' },
    h('summary', {}, `${shown} and ${total - mostNames} more`),
    threads.slice(mostNames).map(word).join(', '),
    unnamed === 0 ? null : ` and ${unnamed} more`,
  );
}

import type { DumpList, DumpView, ThreadGroup } from '../../model.ts';
import { h } from '../dom.ts';
import { counted, duration, moment } from '../words.ts';
import { threadGroup } from './thread-group.ts';

/** What a group is compared with: the stack that each of its threads has in the other dump. */
export type OtherStack = (group: ThreadGroup) => readonly (number | undefined)[];

export function dumpView(list: DumpList, index: number, otherStack?: OtherStack): HTMLElement {
  const dump = list.dumps[index] as DumpView;
  const isFolded = ({ role, stack }: ThreadGroup) => role === 'other' && !isInApplication(list, stack);
  const open = dump.groups.filter((group) => !isFolded(group));
  const idle = dump.groups.filter(isFolded);
  const idleThreads =
    idle.reduce((sum, group) => sum + group.threads.length + group.unnamed, 0) + dump.omitted;
  const draw = (group: ThreadGroup) =>
    threadGroup(list, group, {
      id: (role) => `dump-${index + 1}-${role}`,
      dump,
      ...(otherStack && { others: otherStack(group) }),
    });
  return h(
    'article',
    { class: 'dump', 'aria-label': `Dump ${index + 1}` },
    h('h3', {}, `Dump ${index + 1}: pid ${dump.pid} at ${moment(dump.atMs)}`),
    h('p', { class: 'dump-facts' }, factsOf(dump)),
    dump.error === null ? null : h('p', { class: 'error' }, dump.error),
    open.map(draw),
    idleThreads === 0
      ? null
      : h(
          'details',
          { class: 'idle' },
          h('summary', {}, `${counted(idleThreads, 'thread')} outside the application`),
          idle.map(draw),
          dump.omitted === 0
            ? null
            : h(
                'p',
                { class: 'muted' },
                `${counted(dump.omitted, 'thread')} more, see the files of this dump.`,
              ),
        ),
  );
}

function factsOf({ trigger, source, tookMs, loop, kernel, files }: DumpView): string {
  const why = {
    silence: 'during a silence',
    baseline: 'before the streams',
    boot: 'while booting',
    proof: 'as proof',
  }[trigger];
  return [
    `taken ${why ?? trigger} by ${source} in ${duration(tookMs)}`,
    loop === null
      ? 'no event loop in it'
      : `event loop ${loop === 'waits-for-gil' ? 'waits for the GIL' : loop}`,
    ...(kernel === null ? [] : [`kernel: ${kernel}`]),
    ...files,
  ].join(' · ');
}

export function isInApplication({ frames, stacks }: DumpList, stack: number): boolean {
  return (stacks[stack] ?? []).some((frame) => frames[frame]?.[3] === 1);
}

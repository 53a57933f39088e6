import type { DumpList, DumpView, ThreadGroup } from '../../model.ts';
import { h } from '../dom.ts';
import { counted, duration } from '../words.ts';
import { dumpView, type OtherStack } from './dump-view.ts';

/** Two dumps side by side, with what each thread has done between them. */
export function comparison(list: DumpList, first: number, second: number): HTMLElement {
  const [one, other] = [first, second].sort((a, b) => a - b) as [number, number];
  const [before, after] = [list.dumps[one] as DumpView, list.dumps[other] as DumpView];
  return h(
    'div',
    {},
    h('p', { class: 'compared', role: 'status' }, summary(before, after)),
    h(
      'div',
      { class: 'side-by-side' },
      dumpView(list, one, stacksIn(after)),
      dumpView(list, other, stacksIn(before)),
    ),
  );
}

function stacksIn({ groups }: DumpView): OtherStack {
  const stacks = new Map(
    groups.flatMap((group) => group.threads.map((thread) => [keyOf(thread), group.stack])),
  );
  return ({ threads }) => threads.map((thread) => stacks.get(keyOf(thread)));
}

function keyOf({ tid, name }: ThreadGroup['threads'][number]): string {
  return tid === null ? `name ${name}` : `tid ${tid}`;
}

function summary(before: DumpView, after: DumpView): string {
  const between = `${duration(Math.abs(after.atMs - before.atMs))} lie between them`;
  if (before.pid !== after.pid) return `Two processes, pid ${before.pid} and pid ${after.pid}; ${between}.`;
  const others = stacksIn(after);
  const pairs = before.groups.flatMap((group) => others(group).map((stack) => ({ stack, was: group.stack })));
  const both = pairs.filter(({ stack }) => stack !== undefined);
  const same = both.filter(({ stack, was }) => stack === was).length;
  const total = after.groups.reduce((sum, { threads }) => sum + threads.length, 0);
  const came = total - both.length;
  return [
    `${between}`,
    `${counted(both.length, 'thread')} in both: ${same} at the same place, ${both.length - same} moved`,
    ...(pairs.length > both.length ? [`${pairs.length - both.length} gone`] : []),
    ...(came > 0 ? [`${came} new`] : []),
  ].join('; ');
}

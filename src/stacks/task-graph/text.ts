import type { Task } from '../../evidence/schema.ts';

/** The tasks for people, in the manner of a dump. */
export function taskGraphText(tasks: readonly Task[], omitted: number): string {
  const names = new Map(tasks.map(({ id, name }) => [id, name]));
  const blocks = tasks.map(({ id, name, stack, awaitedBy }) => {
    const waiters = awaitedBy.map((waiter) => `"${names.get(waiter) ?? waiter}"`);
    const head = `Task ${id} "${name}"${waiters.length > 0 ? `, awaited by ${waiters.join(', ')}` : ''}`;
    const lines = stack.map((frame) => `    ${frame.function} (${frame.file}:${frame.line})`);
    return `${[head, ...lines].join('\n')}\n`;
  });
  return [...(omitted > 0 ? [`${omitted} older tasks are left out.\n`] : []), ...blocks].join('\n');
}

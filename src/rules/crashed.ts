import { endOf } from './process-end.ts';
import type { Rule } from './rule.ts';
import { seconds } from './wording.ts';

export const crashed: Rule = {
  id: 'crashed',
  title: 'Does the backend stay alive?',
  outcome: 'fail',
  reason: 'crashed',
  evaluate: ({ backend }) => {
    if (backend.readyMs === null || backend.exit === null) return undefined;
    const aliveMs = backend.exit.atMs - backend.readyMs;
    return {
      message: `The backend ${endOf(backend.exit)} ${seconds(aliveMs)} after it was ready, during the test.${lastWords(backend.lastLogLines)}`,
      pid: backend.pid,
    };
  },
};

function lastWords(lines: readonly string[]): string {
  const last = lines.at(-1);
  return last === undefined ? '' : ` Its last line: ${last.trim().slice(0, 300)}`;
}

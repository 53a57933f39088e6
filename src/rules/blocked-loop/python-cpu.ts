import type { BlockedLoopCause } from './cause.ts';
import { whereOf } from './words.ts';

export const pythonCpu: BlockedLoopCause = {
  id: 'python-cpu',
  title: 'Code of the application computes on the loop',
  needs: ['frames', 'accounting'],
  matches: ({ computes }) => computes === true,
  explain: (standstill, evidence) => ({
    because: `the code${whereOf(standstill, evidence)} computes on the event loop all the time, without an \`await\` that lets others run`,
    fix: 'Move the work into another process (`await loop.run_in_executor(ProcessPoolExecutor(), …)`), or do it in pieces with `await asyncio.sleep(0)` between them.',
  }),
};

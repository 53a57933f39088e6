import { mayServe } from '../analysis/serving.ts';
import { portOf } from '../backend/port.ts';
import { isLoopback } from '../http/client.ts';
import { strangersOn } from '../processes/strangers.ts';
import { sampleResources } from '../resources/look-for-leaks.ts';
import type { Test } from './test.ts';

/** Which processes there are by now, and what they hold. */
export function lookAround(test: Test, moment: 'baseline' | 'wave'): void {
  const { recorder, watch, sampler } = test;
  const processes = watch.refreshProcesses();
  for (const process of processes) {
    if (mayServe(process)) sampler.follow(process.pid);
  }
  lookForStrangers(processes, test);
  sampleResources(recorder, moment);
}

/** Whoever takes over the port of a backend that was started here would answer in its place. */
function lookForStrangers(processes: readonly { readonly pid: number }[], { plan, recorder }: Test): void {
  if (plan.attach || !isLoopback(plan.origin)) return;
  const { evidence, clock } = recorder;
  const found = strangersOn(
    portOf(plan.origin),
    processes.map(({ pid }) => pid),
  );
  if (found.length > 0 && !evidence.strangers)
    evidence.strangers = found.map((stranger) => ({ atMs: clock.nowMs(), ...stranger }));
}

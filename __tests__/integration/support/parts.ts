/** What the parts of the gate need to run without the rest of it. */
import { tmpdir } from 'node:os';
import { Recorder } from '../../../src/evidence/recorder.ts';
import { makePlan, type Plan } from '../../../src/plan/plan.ts';
import { resolveSettings } from '../../../src/settings/resolve.ts';

/** A plan of these settings, named as users name them. */
export function planOf(values: Readonly<Record<string, unknown>> = {}): Plan {
  const settings = resolveSettings([{ label: (name) => name, values: { command: ['true'], ...values } }]);
  return makePlan(settings, { kind: 'argv', argv: ['true'] }, undefined, tmpdir());
}

export function recorderOf(plan: Plan = planOf()): Recorder {
  return new Recorder(plan, tmpdir(), { onPhaseStart() {}, onPhaseEnd() {}, onNotice() {} });
}

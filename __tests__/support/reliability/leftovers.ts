import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Evidence } from '../../../src/evidence/schema.ts';
import { accepts } from '../cli/accepts.ts';
import { end, holding } from '../cli/processes.ts';
import type { Place } from './place.ts';

/** How long a killed process may take to disappear. */
const disappearMs = 1_500;

/** What is there of a run that should not be, each a phrase. What is found is ended, so that it disturbs no other run. */
export async function leftoversOf(place: Place, evidence: Evidence | undefined): Promise<string[]> {
  const { workspace, temporary, reportDir } = place;
  const signs = { environment: `TMPDIR=${temporary}`, path: workspace };
  const deadline = performance.now() + disappearMs;
  while (holding(signs).length > 0 && performance.now() < deadline) await sleep(50);
  const processes = holding(signs);
  for (const { pid } of processes) end(pid);
  const files = readdirSync(temporary);
  const parts = namesIn(reportDir).filter((name) => name.endsWith('.part'));
  const port = evidence && Number(new URL(evidence.plan.origin).port);
  return [
    ...processes.map(({ pid, command }) => `process ${pid} (${command})`),
    ...[...files, ...parts].map((name) => `file ${name}`),
    ...(port && processes.length === 0 && (await accepts(port)) ? [`port ${port}`] : []),
  ];
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

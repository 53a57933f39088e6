import { readdirSync, readFileSync } from 'node:fs';

/** Pids of processes that have `text` in their environment; zombies have none. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(text))
    .map(Number);
}

/** The runner's last net at the end of a job: whatever still carries its id is killed. Answers whom it found. */
export function endOrphans(trackingId: string): number[] {
  const orphans = processesWith(`RUNNER_TRACKING_ID=${trackingId}`);
  for (const pid of orphans) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
  return orphans;
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

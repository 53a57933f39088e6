/** How figures are written. */

export function duration(ms: number): string {
  if (ms < 1_000) return `${ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms)} ms`;
  if (ms < 120_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

/** A moment of the run; `everyMs` is how finely moments are told apart. */
export function moment(ms: number, everyMs = 10): string {
  const digits = everyMs >= 1_000 ? 0 : everyMs >= 100 ? 1 : everyMs >= 10 ? 2 : 3;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(digits)} s`;
  const rest = ((ms % 60_000) / 1_000).toFixed(digits);
  return `${Math.floor(ms / 60_000)}:${rest.padStart(digits === 0 ? 2 : digits + 3, '0')}`;
}

export function counted(count: number, singular: string): string {
  return `${count} ${singular}${count === 1 ? '' : 's'}`;
}

const aborts: Readonly<Record<string, string>> = {
  reset: 'left by TCP reset',
  close: 'closed by the client',
  early: 'left before the first byte',
  ended: 'ended by the backend',
  failed: 'failed at the connection',
  open: 'still open at the end',
};

export function endWords(end: string): string {
  return aborts[end] ?? end;
}

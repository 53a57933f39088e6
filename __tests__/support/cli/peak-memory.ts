import { readFileSync } from 'node:fs';

const intervalMs = 50;

/** Watches the most memory that a process has had, by the kernel's word, until it ends. Answers MiB. */
export function watchPeakMemory(pid: number): () => number {
  let peakKb = 0;
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      peakKb = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? peakKb);
    } catch {
      clearInterval(timer);
    }
  }, intervalMs);
  return () => {
    clearInterval(timer);
    return peakKb / 1024;
  };
}

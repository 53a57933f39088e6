import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/**
 * Takes secrets out of what the kernel shows as this process's environment. `/proc/PID/environ` is the memory in which the
 * variables lay when the process began, and every process of the same user may read it: on GitHub the backend would find
 * the job's tokens there, which its own environment does not have. `process.env` keeps the values, on the heap, which only
 * a debugger can read. Where it cannot be done (no Linux, a kernel that forbids it), everything stays as it is.
 */
export function hideFromOthers(isSecret: (name: string, value: string) => boolean): void {
  for (const [name, value = ''] of Object.entries(process.env)) {
    if (!isSecret(name, value)) continue;
    try {
      overwrite(name, value);
    } catch {
      return;
    }
  }
}

function overwrite(name: string, value: string): void {
  const shown = readFileSync('/proc/self/environ');
  const found = valueIn(shown, name);
  if (!found?.length) return;
  const memory = openSync('/proc/self/mem', 'r+');
  try {
    writeSync(memory, Buffer.alloc(found.length), 0, found.length, startOfEnvironment() + found.byteOffset);
  } finally {
    closeSync(memory);
  }
  process.env[name] = value;
}

/** Where its bytes lie among all. */
function valueIn(shown: Buffer, name: string): { byteOffset: number; length: number } | undefined {
  const before = Buffer.from(`\0${name}=`);
  const at = Buffer.concat([Buffer.of(0), shown]).indexOf(before);
  if (at < 0) return undefined;
  const byteOffset = at + before.length - 1;
  const end = shown.indexOf(0, byteOffset);
  return { byteOffset, length: (end < 0 ? shown.length : end) - byteOffset };
}

/** `env_start` of proc_pid_stat(5); the program's name before it may hold spaces. */
function startOfEnvironment(): number {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[47]);
}

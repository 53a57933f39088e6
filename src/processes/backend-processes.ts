import type { Evidence } from '../evidence/schema.ts';
import { listenersOn } from './listeners.ts';
import { commandLine, type ProcessEntry } from './process-table.ts';
import { isPythonHelper, pythonVersionOf } from './python.ts';
import { members, type ProcessFamily } from './terminate.ts';

export type BackendProcess = Evidence['processes'][number];

/** The processes that make up the backend at this moment: the tree that was started, and what broke away from it. */
export function listBackendProcesses(family: ProcessFamily, port: number): BackendProcess[] {
  const found = members(family);
  if (found.length === 0 && process.platform !== 'linux') return [unknownProcess(family.rootPid)];
  const listeners = new Set(listenersOn(port, found).map(({ pid }) => pid));
  return found.map((entry) => describe(entry, listeners));
}

/** Those whose stacks are worth taking. */
export function pythonProcesses(processes: readonly BackendProcess[]): BackendProcess[] {
  return processes.filter(({ role }) => role === 'backend');
}

function describe({ pid, parentPid }: ProcessEntry, listeners: ReadonlySet<number>): BackendProcess {
  const python = pythonVersionOf(pid);
  const role = python === null ? 'wrapper' : isPythonHelper(pid) ? 'helper' : 'backend';
  return {
    pid,
    parentPid,
    role,
    python,
    commandLine: commandLine(pid).slice(0, 500),
    listening: listeners.has(pid),
    alive: true,
  };
}

/** Without `/proc` only the process that was started is known. */
function unknownProcess(pid: number): BackendProcess {
  return {
    pid,
    parentPid: process.pid,
    role: 'backend',
    python: 'unknown',
    commandLine: '',
    listening: false,
    alive: true,
  };
}

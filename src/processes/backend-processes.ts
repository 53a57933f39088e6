import type { Evidence } from '../evidence/schema.ts';
import { listenersOn } from './listeners.ts';
import { commandLine, descendants, isAlive, listProcesses, type ProcessEntry } from './process-table.ts';
import { isPythonHelper, pythonVersionOf } from './python.ts';
import { members, type ProcessFamily } from './terminate.ts';

export type BackendProcess = Evidence['processes'][number];

/** The processes that make up the backend at this moment: the tree that was started, and what broke away from it. */
export function listBackendProcesses(family: ProcessFamily, port: number): BackendProcess[] {
  const found = members(family);
  if (found.length === 0 && process.platform !== 'linux') return [unknownProcess(family.rootPid)];
  return describeAll(found, port);
}

/**
 * The processes of a backend that was not started here: those that listen on its port, and the one that was named, each
 * with all below it.
 */
export function listRunningBackend(port: number, pid: number | undefined): BackendProcess[] {
  const table = listProcesses();
  const roots = [...(pid === undefined ? [] : [pid]), ...listenersOn(port, table).map((entry) => entry.pid)];
  const found = new Map(roots.flatMap((root) => descendants(root, table)).map((entry) => [entry.pid, entry]));
  return describeAll([...found.values()].filter(isAlive), port);
}

function describeAll(entries: readonly ProcessEntry[], port: number): BackendProcess[] {
  const listeners = new Set(listenersOn(port, entries).map(({ pid }) => pid));
  return entries.map((entry) => describe(entry, listeners));
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

import type { Evidence } from '../evidence/schema.ts';
import { cutShort } from '../redaction/cut-short.ts';
import { inodesListening, inodesListeningOn, listenersOn, readHeld } from './listeners.ts';
import { commandLine, descendants, isAlive, listProcesses, type ProcessEntry } from './process-table.ts';
import { pythonVersionOf } from './python.ts';
import { type ProcessFacts, rolesOf } from './roles.ts';
import { members, type ProcessFamily } from './terminate.ts';

/** Of what people read; a class path can be as long as a page. */
const longestCommandLine = 500;

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
  const facts = entries.map(readFacts);
  const onPort = inodesListeningOn(port);
  const roles = rolesOf(facts, { onPort, all: inodesListening() });
  return facts.map(({ pid, parentPid, python, commandLine, inodes }) => ({
    pid,
    parentPid,
    role: roles.get(pid) ?? 'backend',
    python,
    commandLine: cutShort(commandLine, longestCommandLine),
    listening: !inodes.isDisjointFrom(onPort),
    alive: true,
  }));
}

function readFacts({ pid, parentPid }: ProcessEntry): ProcessFacts {
  return { pid, parentPid, python: pythonVersionOf(pid), commandLine: commandLine(pid), ...readHeld(pid) };
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

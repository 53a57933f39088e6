import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, expect } from '@jest/globals';
import fc from 'fast-check';
import { listenerOf } from '../../../src/processes/listeners.ts';
import { parseStat, readProcessEntry } from '../../../src/processes/process-table.ts';
import { readScheduling } from '../../../src/processes/scheduling.ts';
import { fuzz, hostileText } from '../../support/fuzz.ts';

const ownName = readFileSync('/proc/self/comm');
afterAll(() => writeFileSync('/proc/self/comm', ownName));

fuzz<[string]>('a process of any name', [hostileText], (name) => {
  // The kernel takes anything, and cuts it after 15 bytes.
  writeFileSync('/proc/self/comm', name.replaceAll('\0', '') || ') R 1 1');
  expect(readProcessEntry(process.pid)).toMatchObject({ pid: process.pid, parentPid: process.ppid });
  expect(readScheduling(process.pid, process.pid)?.state).toMatch(/^[RSD]$/);
});

const numbers = fc.array(fc.oneof(fc.integer().map(String), hostileText), { maxLength: 25 });
fuzz<[string, string[]]>('any other content of `stat`', [hostileText, numbers], (head, fields) => {
  const entry = parseStat(1, `${head}) ${fields.join(' ')}`);
  if (entry === undefined) return;
  for (const number of [entry.parentPid, entry.groupId, entry.startTicks])
    expect(Number.isFinite(number)).toBe(true);
});

const field = fc.oneof(
  fc.constantFrom('0100007F:1F90', '0A', '00000000:00000005', ':', '1:', ':zz', '4711'),
  hostileText,
);
fuzz<[string[]]>('any row of a table of sockets', [fc.array(field, { maxLength: 14 })], (row) => {
  for (const { port, waiting, inode } of listenerOf(row)) {
    expect(Number.isSafeInteger(port) || port > 0).toBe(true);
    expect(Number.isNaN(waiting)).toBe(false);
    expect(typeof inode).toBe('string');
  }
});

/** Takes a green run apart, piece by piece: whatever is missing, the verdict is no pass, or it is said why it may be. */
import { expect, test } from '@jest/globals';
import { evidenceSchema } from '../../../src/evidence/schema.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { makeEvidence } from '../../support/make-evidence.ts';

const green = makeEvidence();

/** What does not carry the verdict, and why it need not. A piece stands for all that is in it. */
const doNotCarry: Readonly<Record<string, string>> = {
  phases: 'a line each for people; what was done in them is told by what they left',
  'backend.pid': 'its processes are told by `processes`',
  'backend.exit': 'nothing to lose: none is the good answer',
  'backend.lastReadinessError': 'nothing to lose: none is the good answer',
  'backend.lastLogLines': 'words of the backend, which prove nothing',
  'processes.*.python': 'no Python is no reason to be trusted: its loop has to be seen free all the same',
  'probeRoutes.*.chosen': 'how a route came to be probed',
  'probeRoutes.*.baselineMs': 'the cadence follows from it, and that it was answered is told by its status',
  syncRoute: 'a search that is not asked for, or finds nothing, is said beside the verdict',
  'probes.*.error': 'nothing to lose: none is the good answer',
  'streams.*.contentType': 'for people; a chat route may stream under any type',
  'streams.*.endedMs': 'when, not whether',
  'streams.*.error': 'nothing to lose: none is the good answer',
  'streamsAfter.*.contentType': 'as above',
  'streamsAfter.*.endedMs': 'as above',
  'streamsAfter.*.end': 'it had its first byte, which is what was asked for',
  'streamsAfter.*.error': 'as above',
  silences: 'for people; misses are told by the probes',
  'loops.*.stints': 'nothing to lose: none is the good answer',
  'loops.*.goneMs': 'nothing to lose: none is the good answer',
  stackSources: 'why there are no stacks; that there are none is told by the dumps',
  'dumps.*.threads.*.tid': 'the loop is found by its frames',
  'dumps.*.threads.*.name': 'the loop is found by its frames',
  'dumps.*.threads.*.frames.*': 'a loop without a frame inside it is free: uvloop has none there',
  'dumps.*.loopScheduling': 'the frames tell',
  'dumps.*.files': 'their content is in the evidence',
  'dumps.*.error': 'nothing to lose: none is the good answer',
  taskGraphs: 'an explanation of a failure',
  acceptQueue: 'an explanation of a failure',
  resources: 'where /proc cannot be read the leak rule says so in a note; docs/limits.md tells where',
  sources: 'source lines for people',
  gateErrors: 'nothing to lose: none is the good answer',
  interrupted: 'nothing to lose: none is the good answer',
  'gate.delays': 'nothing to lose: none is the good answer',
  'gate.maxDelayMs': 'a figure for people; the delays are what counts',
};

/** Every piece, at whatever depth, as `streams.*.end`: that one of all items of the list. */
function piecesOf(value: unknown, path = ''): string[] {
  if (value === null || typeof value !== 'object') return [];
  const entries = Array.isArray(value) ? value.map((item) => ['*', item] as const) : Object.entries(value);
  const found = entries.flatMap(([key, child]) => {
    const at = path === '' ? key : `${path}.${key}`;
    return [at, ...piecesOf(child, at)];
  });
  return [...new Set(found)];
}

function change(value: unknown, [key, ...rest]: readonly string[], make: Change): unknown {
  if (value === null || typeof value !== 'object' || key === undefined) return value;
  const isList = Array.isArray(value);
  const entries = Object.entries(value).flatMap(([name, child]) => {
    if (key !== '*' && key !== name) return [[name, child] as const];
    if (rest.length > 0) return [[name, change(child, rest, make)] as const];
    const made = make(child);
    return made === gone ? [] : [[name, made] as const];
  });
  return isList ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}

type Change = (value: unknown) => unknown;
const gone = Symbol('gone');
const changes: Readonly<Record<string, Change>> = {
  taken: () => gone,
  'put to null': () => null,
  emptied: (value) => (Array.isArray(value) ? [] : value),
};

const isExcused = (piece: string) =>
  Object.keys(doNotCarry).some((excused) => piece === excused || piece.startsWith(`${excused}.`));

test('without anything taken it is green', () => {
  expect(judge(green).verdict).toBe('pass');
  expect(evidenceSchema.parse(JSON.parse(JSON.stringify(green)))).toEqual(green);
});

test.each(piecesOf(green).filter((piece) => !isExcused(piece)))(
  'a green run without %s is not green',
  (piece) => {
    for (const [name, make] of Object.entries(changes)) {
      const changed = change(green, piece.split('.'), make);
      if (JSON.stringify(changed) === JSON.stringify(green)) continue;
      // What the schema refuses, `diagnose` refuses.
      const parsed = evidenceSchema.safeParse(changed);
      const verdict = parsed.success ? judge(parsed.data).verdict : 'refused';
      expect({ piece, name, verdict }).not.toEqual({ piece, name, verdict: 'pass' });
    }
  },
);

test('every excuse is of a piece that there is', () => {
  const pieces = piecesOf(green);
  expect(Object.keys(doNotCarry).filter((piece) => !pieces.includes(piece))).toEqual(
    // Of what a green run has none.
    ['dumps.*.loopScheduling'].filter((piece) => !pieces.includes(piece)),
  );
});

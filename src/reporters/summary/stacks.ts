import { hasFrames } from '../../analysis/has-frames.ts';
import type { Dump, Evidence } from '../../evidence/schema.ts';
import { seconds } from '../../rules/wording.ts';
import { details, fenced } from '../markdown.ts';
import { stackText } from '../stack-text.ts';
import { cut } from '../text.ts';
import type { Part } from './parts.ts';

const mostDumps = 4;
const longestDumpLines = 200;
const longestLine = 200;
const logLines = 50;

/** Of each process that has stacks, folded; what the verdict is about comes first. */
export function foldedStacks(evidence: Evidence, decisivePid: number | null): Part[] {
  const dumps = lastDumps(evidence);
  const first = dumps.filter(({ pid }) => pid === decisivePid);
  const others = dumps.filter(({ pid }) => pid !== decisivePid);
  return [...first, ...others].slice(0, mostDumps).map((dump) => ({
    what: `the stacks of pid ${dump.pid}`,
    text: foldedDump(dump, evidence),
  }));
}

/** Folded, too: where a line of code explains the verdict it would only distract. */
export function foldedLog({ backend }: Evidence): Part[] {
  if (backend.lastLogLines.length === 0) return [];
  const lines = backend.lastLogLines.slice(-logLines).map((line) => cut(line, longestLine));
  return [{ what: 'the log of the backend', text: details('Last lines of the backend', fenced(lines)) }];
}

/** The last dump of each process: by then a block has shown that it lasts. */
function lastDumps({ dumps }: Evidence): Dump[] {
  const byPid = Map.groupBy(dumps.filter(hasFrames), ({ pid }) => pid);
  return [...byPid.values()].map((series) => series.at(-1) as Dump);
}

function foldedDump(dump: Dump, evidence: Evidence): string {
  const lines = stackText(dump, evidence);
  const rest =
    lines.length > longestDumpLines ? [`… ${lines.length - longestDumpLines} more lines in the report`] : [];
  return details(
    `Stacks of pid ${dump.pid} at ${seconds(dump.startMs)} (${dump.trigger}, by ${dump.source})`,
    fenced([...lines.slice(0, longestDumpLines), ...rest].map((line) => cut(line, longestLine))),
  );
}

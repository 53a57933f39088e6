/** Findings as SARIF results: each with the place that code scanning shows it at, and the stack that led there. */
import { createHash } from 'node:crypto';
import { isApplicationFrame } from '../../analysis/frames.ts';
import type { Evidence, Thread } from '../../evidence/schema.ts';
import type { Finding, Location } from '../../rules/rule.ts';
import { location } from '../../rules/wording.ts';
import { excerptOf } from '../excerpt.ts';
import type { Report } from '../reporter.ts';
import { repositoryPlace } from '../repository-place.ts';
import { stuckThread } from '../stuck-thread.ts';
import { cut, harmless } from '../text.ts';
import { frameLocation, sourceLocation } from './locations.ts';
import { ruleIndexOf } from './rules.ts';

const longestMessage = 4_000;
const mostFrames = 100;

export function sarifResult(finding: Finding, { evidence }: Pick<Report, 'evidence'>) {
  const { ruleId, level, waitedOn = [] } = finding;
  const place = placeOf(finding, evidence);
  const thread = stuckThread(finding, evidence)?.thread;
  const related = waitedOn
    .map((each) => repositoryPlace(each, evidence))
    .filter((each) => each !== undefined);
  return {
    ruleId,
    ruleIndex: ruleIndexOf(ruleId),
    level,
    message: { text: messageText(finding) },
    locations: [sourceLocation(place, finding.location ? excerptOf(finding.location, evidence) : [])],
    ...(related.length > 0 && {
      relatedLocations: related.map((each, index) => ({
        id: index + 1,
        message: { text: 'The event loop waits for what runs here.' },
        ...sourceLocation(each),
      })),
    }),
    ...(thread && stackOf(thread, evidence)),
    partialFingerprints: { 'hangGate/v1': fingerprint(ruleId, place) },
  };
}

/** The sentence and its fix. Square brackets would be links, and braces placeholders. */
export function messageText({ message, fix }: Pick<Finding, 'message' | 'fix'>): string {
  const text = harmless(fix ? `${message} Fix: ${fix}` : message);
  return cut(text.replace(/[[\]]/g, '\\$&'), longestMessage);
}

/**
 * Code scanning takes no result without a place. One that has none in the repository is shown at the first file of the
 * application that a dump showed, else at the folder where the command runs.
 */
function placeOf({ location: at }: Finding, evidence: Evidence): Location {
  const own = at && repositoryPlace(at, evidence);
  if (own) return own;
  const { plan, sources } = evidence;
  const name = at?.function ?? '';
  const places = [...sources.map(({ file }) => file), plan.workingDirectory].map((file) =>
    repositoryPlace(location({ file, line: 1, function: name }, evidence), evidence),
  );
  return places.find((place) => place !== undefined) ?? { file: 'backend', line: 1, function: name };
}

function stackOf({ name, frames }: Thread, evidence: Evidence) {
  const text = `Thread ${harmless(name ?? 'without a name')}`;
  const own = frames
    .filter((frame) => isApplicationFrame(frame) && repositoryPlace(location(frame, evidence), evidence))
    .slice(0, mostFrames)
    .reverse()
    .map((frame) => ({ location: frameLocation(frame, evidence) }));
  return {
    ...(own.length > 0 && { codeFlows: [{ message: { text }, threadFlows: [{ locations: own }] }] }),
    stacks: [
      {
        message: { text },
        frames: frames.slice(0, mostFrames).map((frame) => ({ location: frameLocation(frame, evidence) })),
      },
    ],
  };
}

/** The same for as long as the same function is to blame for the same, wherever its lines move. */
function fingerprint(ruleId: string, { file, function: name }: Location): string {
  return createHash('sha256').update([ruleId, file, name].join('\n')).digest('hex').slice(0, 32);
}

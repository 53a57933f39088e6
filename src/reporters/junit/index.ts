import { reportFiles } from '../../report-folder/report-folder.ts';
import { excerptOf } from '../excerpt.ts';
import { fileReporter } from '../file-reporter.ts';
import { pageLink } from '../page-link.ts';
import type { Report } from '../reporter.ts';
import { repositoryPlace } from '../repository-place.ts';
import { stackText } from '../stack-text.ts';
import { stuckThread } from '../stuck-thread.ts';
import { cut, harmless } from '../text.ts';
import { type TestCase, testCases } from './test-cases.ts';
import { type Element, xmlDocument } from './xml.ts';

const mostLines = 400;
const longestLine = 2_000;

/** `junit.xml`, for everything that shows test results. */
export const junitReport = fileReporter('junit', reportFiles.junit, renderJunit);

export function renderJunit(report: Report): string {
  const { evidence, result } = report;
  const cases = testCases(report);
  const count = (outcome: TestCase['outcome']) => cases.filter((each) => each.outcome === outcome).length;
  const totals = {
    tests: cases.length,
    failures: count('failed'),
    errors: count('error'),
    time: secondsOf(result.durationMs),
  };
  const suite: Element = {
    name: 'testsuite',
    attributes: {
      name: 'hang-gate',
      ...totals,
      skipped: count('skipped'),
      // Without a fraction and a zone, as some readers want it.
      timestamp: evidence.gate.startedAt.slice(0, 19),
    },
    content: [
      { name: 'properties', content: properties(report) },
      ...cases.map((each) => testCase(each, report)),
      ...dumps(report),
    ],
  };
  return xmlDocument({ name: 'testsuites', attributes: { name: 'hang-gate', ...totals }, content: [suite] });
}

function testCase({ group, name, outcome, message, finding, durationMs }: TestCase, report: Report): Element {
  const place = finding?.location ? repositoryPlace(finding.location, report.evidence) : undefined;
  return {
    name: 'testcase',
    attributes: {
      name: harmless(name),
      classname: `hang-gate.${group}`,
      time: secondsOf(durationMs ?? 0),
      file: place && harmless(place.file),
      line: place?.line,
    },
    content: outcomeOf(outcome, harmless(message ?? ''), finding, report),
  };
}

function outcomeOf(
  outcome: TestCase['outcome'],
  message: string,
  finding: TestCase['finding'],
  report: Report,
): Element[] {
  switch (outcome) {
    case 'passed':
      return message === '' ? [] : [{ name: 'system-out', content: message }];
    case 'skipped':
      return [{ name: 'skipped', attributes: { message } }];
    case 'failed':
    case 'error': {
      const content = finding ? details(finding, report) : message;
      const type = finding?.ruleId ?? report.result.reason;
      return [{ name: outcome === 'error' ? 'error' : 'failure', attributes: { message, type }, content }];
    }
  }
}

/** What a reader of the failure needs: the place, its source, the fix, and the stack. */
function details(finding: NonNullable<TestCase['finding']>, report: Report): string {
  const { evidence } = report;
  const { message, location, fix } = finding;
  const stuck = stuckThread(finding, evidence);
  const source = location ? excerptOf(location, evidence) : [];
  return bounded([
    message,
    ...(location ? ['', `${location.file}:${location.line} in ${location.function}`] : []),
    ...source.map(
      ({ number, text, marked }) => `${marked ? '>' : ' '} ${String(number).padStart(4)} ${text}`,
    ),
    '',
    ...(fix ? [`Fix: ${fix}`] : []),
    `More about this: ${pageLink(finding, report)}`,
    ...(stuck ? ['', ...stackText({ ...stuck.dump, threads: [stuck.thread] }, evidence)] : []),
  ]);
}

/** The last dump of every process that did not answer. */
function dumps({ evidence, result }: Report): Element[] {
  if (result.verdict === 'pass') return [];
  const taken = evidence.dumps.filter(({ trigger }) => trigger === 'silence' || trigger === 'boot');
  const last = [...Map.groupBy(taken, ({ pid }) => pid).values()].map((series) => series.at(-1));
  const lines = last
    .filter((dump) => dump !== undefined)
    .flatMap((dump) => [
      `Dump of pid ${dump.pid} at ${secondsOf(dump.startMs)} s by ${dump.source}`,
      ...stackText(dump, evidence),
    ]);
  return lines.length > 0 ? [{ name: 'system-out', content: bounded(lines) }] : [];
}

function properties({ evidence, result }: Report): Element[] {
  const { gate, plan, processes } = evidence;
  const pythons = processes.map(({ python }) => python).filter((python) => python !== null);
  const entries = {
    verdict: result.verdict,
    reason: result.reason,
    message: result.message,
    culprit: result.culprit && `${result.culprit.file}:${result.culprit.line}`,
    'hang-gate': gate.version,
    python: [...new Set(pythons)].join(', '),
    command: plan.command,
    stream: `${plan.streamMethod} ${plan.streamPath}`,
    ...Object.fromEntries(
      result.phases.map(({ name, durationMs }) => [`phase ${name}`, `${secondsOf(durationMs)} s`]),
    ),
  };
  return Object.entries(entries)
    .filter(([, value]) => value)
    .map(([name, value]) => ({
      name: 'property',
      attributes: { name: harmless(name), value: harmless(String(value)) },
    }));
}

function bounded(lines: readonly string[]): string {
  const shown = lines.slice(0, mostLines).map((line) => cut(harmless(line), longestLine).trimEnd());
  const omitted = lines.length - shown.length;
  return [...shown, ...(omitted > 0 ? [`… ${omitted} more lines are in the report.`] : [])]
    .join('\n')
    .trimEnd();
}

function secondsOf(ms: number): string {
  return (ms / 1_000).toFixed(3);
}

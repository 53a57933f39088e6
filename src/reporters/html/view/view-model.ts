import { homedir } from 'node:os';
import type { Finding } from '../../../rules/rule.ts';
import { place } from '../../../rules/wording.ts';
import { excerptOf } from '../../excerpt.ts';
import { pageLink } from '../../page-link.ts';
import type { Report } from '../../reporter.ts';
import { withTilde } from '../../text.ts';
import { triage } from '../../triage.ts';
import type { OtherFinding, PageModel, RulePage, Run, SourcePlace } from '../model.ts';
import { allVisible } from '../visible.ts';
import { besideBaseline } from './baseline.ts';
import { bounds } from './bounds.ts';
import { dumpList } from './dumps.ts';
import { facts } from './facts.ts';
import { logOf } from './log.ts';
import { notices } from './notices.ts';
import { tables } from './numbers.ts';
import { proofRows } from './proofs.ts';
import { repeatSteps } from './repeat.ts';
import { timelineOf } from './timeline.ts';
import { shownBlocks } from './waits-for.ts';

/** Everything that the page shows: a pure function of the report. */
export function pageModel(report: Report): PageModel {
  const { evidence, result } = report;
  const decisive = result.findings.find(({ level }) => level === 'error');
  const timeline = timelineOf(report);
  const dumps = dumpList(evidence);
  return allVisible({
    verdict: result.verdict,
    reason: result.reason,
    message: result.message,
    notices: notices(report),
    culprit: result.culprit && {
      place: `${result.culprit.file}:${result.culprit.line}`,
      function: result.culprit.function,
      lines: excerptOf(result.culprit, evidence),
    },
    waitsFor: waitsFor(decisive, report),
    fix: decisive?.fix ?? null,
    rulePage: decisive ? rulePage(decisive, report) : null,
    facts: facts(report),
    otherFindings: result.findings
      .filter((finding) => finding !== decisive)
      .map((finding) => otherFinding(finding, report)),
    checks: triage(report),
    baseline: besideBaseline(report),
    timeline,
    dumps,
    proofs: proofRows(evidence, dumps.dumps),
    tables: tables(report),
    log: logOf(evidence),
    repeat: repeatSteps(evidence),
    bounds: bounds(evidence, timeline, dumps),
    run: runOf(report),
  });
}

/** Where most of those stand that the culprit waits for. */
function waitsFor(decisive: Finding | undefined, { evidence }: Report): PageModel['waitsFor'] {
  const shown = shownBlocks(evidence).find(({ block }) => block.pid === decisive?.pid);
  const [most] = shown?.waitsFor ?? [];
  if (!most?.at) return null;
  return { ...sourcePlace(most.at, evidence), threads: most.threads.length };
}

function sourcePlace(frame: Parameters<typeof place>[0], evidence: Report['evidence']): SourcePlace {
  const lines = excerptOf(frame, evidence);
  return { place: place(frame, evidence), function: frame.function, lines };
}

function rulePage(finding: Finding, report: Report): RulePage {
  const link = pageLink(finding, report);
  return { id: finding.ruleId, path: finding.page, url: link === finding.page ? null : link };
}

function otherFinding(finding: Finding, report: Report): OtherFinding {
  const { level, message, fix } = finding;
  return { level, message, fix, page: rulePage(finding, report) };
}

function runOf({ evidence: { gate, plan, upstream }, result }: Report): Run {
  const tilde = (text: string) => withTilde(text, homedir());
  const hung = upstream.stalled > 0 ? `, ${upstream.stalled} of ${upstream.requests} requests hung` : '';
  return {
    startedAt: gate.startedAt,
    durationMs: result.durationMs,
    gate: gate.version,
    system: `${gate.platform}, Node ${gate.nodeVersion}${gate.processors ? `, ${gate.processors} processors` : ''}`,
    command: tilde(plan.command),
    workingDirectory: tilde(plan.workingDirectory),
    stream: `${plan.streamMethod} ${plan.streamPath}`,
    upstream: `${plan.upstream}${hung}`,
  };
}

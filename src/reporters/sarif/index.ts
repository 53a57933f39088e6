import { reportFiles } from '../../report-folder/report-folder.ts';
import type { Finding } from '../../rules/rule.ts';
import { exitCodeOf } from '../../verdict/exit-codes.ts';
import { fileReporter } from '../file-reporter.ts';
import type { Report } from '../reporter.ts';
import { harmless } from '../text.ts';
import { uriBases } from './locations.ts';
import { messageText, sarifResult } from './results.ts';
import { ruleDescriptors, ruleIndexOf } from './rules.ts';

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** `results.sarif`, a SARIF 2.1.0 log, for GitHub's code scanning and editors. */
export const sarifReport = fileReporter('sarif', reportFiles.sarif, (report) =>
  JSON.stringify(sarifLog(report), null, 1),
);

export function sarifLog(report: Report) {
  const { evidence, result } = report;
  const { gate } = evidence;
  const aboutCode = result.findings.filter((finding) => isAboutCode(finding, result));
  const run = {
    tool: {
      driver: {
        name: 'hang-gate',
        version: gate.version,
        ...(report.repositoryUrl && { informationUri: report.repositoryUrl }),
        rules: ruleDescriptors(report),
      },
    },
    originalUriBaseIds: uriBases(evidence),
    columnKind: 'utf16CodeUnits',
    invocations: [
      {
        executionSuccessful: result.verdict !== 'inconclusive',
        exitCode: exitCodeOf(result),
        exitCodeDescription: `${result.verdict}, ${result.reason}`,
        startTimeUtc: timeAfter(gate.startedAt, 0),
        endTimeUtc: timeAfter(gate.startedAt, result.durationMs),
        toolExecutionNotifications: result.findings
          .filter((finding) => !aboutCode.includes(finding))
          .map((finding) => ({
            associatedRule: { id: finding.ruleId, index: ruleIndexOf(finding.ruleId) },
            level: finding.level,
            message: { text: messageText(finding) },
          })),
      },
    ],
    results: aboutCode.map((finding) => sarifResult(finding, report)),
    properties: { verdict: result.verdict, reason: result.reason, message: harmless(result.message) },
  };
  return { $schema: schema, version: '2.1.0', runs: [run] };
}

/** What could not be judged or written is the tool's own trouble, and a note without a place is no alert. */
function isAboutCode({ level, location, pid }: Finding, { verdict }: Report['result']): boolean {
  if (level === 'error') return verdict === 'fail';
  return location !== null || (level === 'warning' && pid !== null);
}

/** Absent where the evidence holds no time. */
function timeAfter(start: string, ms: number): string | undefined {
  const time = new Date(Date.parse(start) + ms);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

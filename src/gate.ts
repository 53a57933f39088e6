import { resolve } from 'node:path';
import { confirmed } from './confirm.ts';
import { GateError, messageOf } from './errors.ts';
import type { Baseline } from './evidence/baseline-schema.ts';
import type { PhaseListener } from './evidence/recorder.ts';
import type { Evidence } from './evidence/schema.ts';
import { gather } from './gather.ts';
import { cutShort } from './redaction/cut-short.ts';
import { Redactor } from './redaction/redactor.ts';
import { secretsOf } from './redaction/secrets.ts';
import { ReportFolder, reportFiles, unwritten } from './report-folder/report-folder.ts';
import { publish } from './reporters/publish.ts';
import type { Report, Reporter, ReportLinks } from './reporters/reporter.ts';
import type { RunRecord } from './runs/run-record.ts';
import type { Settings } from './settings/schema.ts';
import { judge } from './verdict/judge.ts';

const mostNames = 10;
const longestName = 200;

export interface GateOptions {
  readonly settings: Settings;
  /** Absolute folder to which relative settings and reported files belong. */
  readonly workspace: string;
  readonly listener: PhaseListener;
  readonly reporters: readonly Reporter[];
  /** Where this repository can be read, for links to the rules' pages. */
  readonly repositoryUrl?: string | undefined;
  /** Puts back what the backend has changed and was not its own, beside the report; answers what that was. */
  readonly reclaim?: () => readonly string[];
  /** An earlier run, to compare this one with. */
  readonly baseline?: Baseline | undefined;
  /** What can be linked to before anything is reported. */
  readonly links?: ReportLinks | undefined;
  /** Aborted by Ctrl-C or the runner's cancellation. */
  readonly interrupt: AbortSignal;
  /** Told what would have to be cleaned up if this process were killed, whenever that changes. */
  readonly onRecord?: ((record: RunRecord) => void) | undefined;
}

/**
 * The whole gate: gather evidence, judge it, report it. Nothing that is told or written holds a secret.
 * @param look How the evidence is gathered.
 * @throws {GateError} `wrong-settings`, before anything was started; `environment`, when somebody changes the report
 *   while it is written.
 */
export async function runGate(options: GateOptions, look: typeof gather = gather): Promise<Report> {
  const { settings, workspace, repositoryUrl, links, reclaim } = options;
  const redactor = new Redactor(secretsOf({ settings, own: process.env }));
  const files = new ReportFolder(resolve(workspace, settings.reportDir), redactor);
  const listener = withoutSecrets(options.listener, redactor);
  const seen = await confirmed(look, { ...options, listener, redactor, files });
  if (options.baseline) seen.baseline = options.baseline;
  const evidence = redactor.data(seen);

  const reclaimed = [...(reclaim?.() ?? []), ...(await files.reclaim())];
  if (reclaimed.length > 0) evidence.gateErrors.push(tampering(redactor.text(listed(reclaimed))));
  const troubles = await writeEvidence(evidence, files);
  const result = judge(evidence);
  // Where something weightier decides, nobody else tells.
  if (result.reason !== 'gate-failed')
    for (const { message } of evidence.gateErrors) listener.onNotice(message);
  const report: Report = { evidence, result, reportDir: files.path, repositoryUrl, links, troubles };
  await publish(report, options.reporters, files);
  const changed = await files.reclaim();
  if (changed.length > 0)
    throw new GateError(
      'environment',
      `Something changed the report while it was written: ${redactor.text(listed(changed))}.`,
    );
  return report;
}

/** @returns Why it could not be written: the verdict is there all the same. */
async function writeEvidence(evidence: Evidence, files: ReportFolder): Promise<string[]> {
  try {
    await files.write(reportFiles.evidence, JSON.stringify(evidence, null, 1));
    return [];
  } catch (error) {
    return [unwritten(reportFiles.evidence, messageOf(error)).message];
  }
}

function tampering(changed: string): Evidence['gateErrors'][number] {
  const message = `Something changed what only the gate may write, most likely the backend: ${changed}. It was put right or removed.`;
  return { code: 'tampered', message };
}

/** Whoever puts files into the report chooses their names, and how many there are. */
function listed(names: readonly string[]): string {
  const more = names.length - mostNames;
  const first = names.slice(0, mostNames).map((name) => cutShort(name, longestName));
  return first.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** What is shown live goes no other way. */
function withoutSecrets(listener: PhaseListener, redactor: Redactor): PhaseListener {
  return {
    onPhaseStart: (phase) => listener.onPhaseStart(redactor.data(phase)),
    onPhaseEnd: (phase, outcome) => listener.onPhaseEnd(redactor.data(phase), outcome),
    onNotice: (text) => listener.onNotice(redactor.text(text)),
  };
}

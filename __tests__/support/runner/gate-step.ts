import { cpSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repository } from './action-copy.ts';
import { type RunOptions, runAction, type StepResult } from './run-action.ts';
import { temporaryFolder } from './temporary-folder.ts';

const pythonVariable = 'HANG_GATE_TEST_PYTHON';
const fixtures = join(repository, '__tests__', 'fixtures', 'apps');

/** The defaults are meant for real backends; these are as short as two cores allow. */
const shortSettings = {
  waves: '1',
  hold: '300ms',
  settle: '300ms',
  deadline: '2s',
  'dump-after': '500ms',
} as const;

export interface GateStepOptions
  extends Pick<
    RunOptions,
    'action' | 'resultsUrl' | 'cancelWhen' | 'killWhen' | 'tamper' | 'apiUrl' | 'event' | 'actionSource'
  > {
  readonly inputs: Readonly<Record<string, string>>;
  /** Where several steps share one; a new one otherwise. */
  readonly workspace?: string;
  /** Folder that goes first on PATH; that of the Python of the tests otherwise. */
  readonly programs?: string;
}

export interface GateStep extends StepResult {
  readonly workspace: string;
  readonly reportDir: string;
}

/** Runs the Action with short settings in a workspace that holds `examples/news-backend`. */
export async function runGateStep({ inputs, workspace, ...options }: GateStepOptions): Promise<GateStep> {
  const folder = workspace ?? newsWorkspace();
  const step = await runAction({
    programs: dirname(testPython()),
    ...options,
    workspace: folder,
    runnerFolder: temporaryFolder('runner'),
    inputs: { ...shortSettings, ...inputs },
  });
  return { ...step, workspace: folder, reportDir: join(folder, inputs['report-dir'] ?? 'hang-gate-report') };
}

/** The Python that `npm test` prepares. Without it these tests prove nothing, so they fail and are not skipped. */
export function testPython(): string {
  const python = process.env[pythonVariable];
  if (!python || !existsSync(python)) {
    throw new Error(
      `${pythonVariable} is ${JSON.stringify(python ?? '')}, but must be the path of a Python with the packages of examples/news-backend/requirements.txt. "npm test" prepares one.`,
    );
  }
  return python;
}

/** Inputs that boot the example backend. */
export function newsInputs(stream: 'blocking' | 'fixed'): Record<string, string> {
  return {
    command: `'${testPython()}' -m uvicorn app.main:app --port {port}`,
    'working-directory': 'examples/news-backend',
    env: `NEWS_STREAM=${stream}`,
  };
}

/** A shell line that runs one of `__tests__/fixtures/apps`. */
export function fixtureCommand(name: string, ...args: readonly string[]): string {
  return [testPython(), join(fixtures, name), ...args].map((word) => `'${word}'`).join(' ');
}

export function newsWorkspace(): string {
  const workspace = temporaryFolder('workspace');
  const example = join('examples', 'news-backend');
  cpSync(join(repository, example), join(workspace, example), { recursive: true });
  return workspace;
}

export function readReport(step: GateStep, name: 'result.json' | 'evidence.json') {
  return JSON.parse(readFileSync(join(step.reportDir, name), 'utf8'));
}

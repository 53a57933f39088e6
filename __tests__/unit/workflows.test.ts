/** What actionlint and zizmor do not look at: that the workflows fit together, and fit the gate. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readActionInputs } from '../../src/settings/action-inputs.ts';
import { loadSettings } from '../../src/settings/load.ts';
import { repository } from '../support/runner/action-copy.ts';
import { all, type Job, ownWorkflow, stepsOf, templates, type Workflow } from '../support/workflows.ts';

const named = (workflows: readonly Workflow[]) =>
  workflows.map((workflow) => [workflow.file, workflow] as const);

/** The job that stands for the others: it runs whatever became of them, and looks at each. */
function aggregateOf({ jobs }: Workflow): { name: string; job: Job } | undefined {
  const [name, job] = Object.entries(jobs).find(([, { if: condition }]) => condition === 'always()') ?? [];
  return name !== undefined && job ? { name, job } : undefined;
}

describe.each(named(all))('%s', (_, workflow) => {
  test('may read the repository and nothing else, but for a job that says what it needs', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
  });

  test('has an end for every job', () => {
    const endless = Object.entries(workflow.jobs).filter(([, job]) => job['timeout-minutes'] === undefined);
    expect(endless.map(([name]) => name)).toEqual([]);
  });

  test('runs no code of a pull request with the rights of the repository', () => {
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
    expect(Object.keys(workflow.on)).not.toContain('workflow_run');
    const checkouts = stepsOf(workflow).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    for (const checkout of checkouts) expect(checkout.with).toMatchObject({ 'persist-credentials': false });
  });

  test('fails where a pipe does: only a shell that is named looks at more than its end', () => {
    const piping = stepsOf(workflow).filter(({ run }) => /[^|]\|[^|]/.test(run ?? ''));
    const shell = workflow.defaults?.run?.shell;
    expect(piping.filter((step) => (step.shell ?? shell) !== 'bash').map(({ name }) => name)).toEqual([]);
  });

  test('calls scripts that are there', () => {
    const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
    const called = [...workflow.text.matchAll(/\bnpm run ([\w:-]+)/g)].map((match) => match[1] ?? '');
    expect(called.filter((name) => !(name in scripts))).toEqual([]);
  });
});

test('every action is taken at one commit only, which its version is written beside', () => {
  const versions = new Map<string, Set<string>>();
  for (const { text } of all) {
    for (const [, name = '', rest = ''] of text.matchAll(/^\s*(?:- )?uses: ([\w-]+\/[^@\s]+)@(.*)$/gm)) {
      versions.set(name, (versions.get(name) ?? new Set()).add(rest));
    }
  }
  expect([...versions.keys()]).toEqual(expect.arrayContaining(['actions/checkout', 'OWNER/hang-gate']));
  for (const [name, pins] of versions) {
    expect({ name, pins: [...pins] }).toEqual({ name, pins: [expect.any(String)] });
    const pin = name === 'OWNER/hang-gate' ? /^v1$/ : /^[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
    expect([...pins][0]).toMatch(pin);
  }
});

describe.each(named(templates))('%s, when it is copied', (_, workflow) => {
  const steps = stepsOf(workflow).filter(({ uses }) => uses?.startsWith('OWNER/hang-gate@'));

  test('gives the gate settings that it takes', async () => {
    expect(steps).toHaveLength(1);
    for (const { with: inputs = {} } of steps) {
      const env = Object.entries(inputs).map(([name, value]) => [
        `INPUT_${name.toUpperCase()}`,
        // A comparison becomes true or false, every other expression in them a word or a number.
        String(value).replaceAll(/\$\{\{.*?\}\}/g, (expression) =>
          /^\$\{\{ \S+ [!=]= \S+ \}\}$/.test(expression) ? 'true' : '3',
        ),
      ]);
      await loadSettings(readActionInputs(Object.fromEntries(env)));
    }
  });

  test('has a job of the name to require, and no path filter', () => {
    expect(Object.keys(workflow.jobs)).toContain('hang-gate');
    expect(workflow.text).not.toMatch(/^\s*(paths|paths-ignore):/m);
  });
});

describe.each(named(all.filter((workflow) => aggregateOf(workflow))))(
  'the aggregate of %s',
  (_, workflow) => {
    const { name, job } = aggregateOf(workflow) as { name: string; job: Job };

    test('needs every other job', () => {
      const others = Object.keys(workflow.jobs).filter((other) => other !== name);
      expect([...(job.needs ?? [])].sort()).toEqual(others.sort());
    });

    test.each([
      ['success', 0],
      ['success success', 0],
      ['success failure', 1],
      ['success skipped', 1],
      ['cancelled success', 1],
      ['', 1],
    ])('of %j ends with %i', (results, status) => {
      const run = job.steps.map((step) => step.run).join('\n');
      // As the runner does where the workflow names no shell.
      const shell = spawnSync('bash', ['-e', '-c', run], { env: { ...process.env, RESULTS: results } });
      expect(shell.status).toBe(status);
    });
  },
);

test('more than one workflow has an aggregate, the CI among them', () => {
  expect(aggregateOf(ownWorkflow('ci.yml'))?.name).toBe('all-green');
  expect(all.filter((workflow) => aggregateOf(workflow)).length).toBeGreaterThan(1);
});

describe('the report of the base branch', () => {
  const file = join(repository, 'examples', 'workflows', 'baseline.yml');
  const step = templates.find((template) => join(repository, template.file) === file)?.jobs['hang-gate']
    ?.steps;
  const script = step?.find(({ id }) => id === 'base')?.run ?? '';
  const page = 'hang-gate-test-1-00aa11.html';

  /** The step in a shell, beside a `gh` that knows these runs, of which the last has these artifacts. */
  function pathFrom({
    runs = ['7'],
    artifacts,
  }: {
    runs?: readonly string[];
    artifacts: readonly string[];
  }): string {
    const folder = mkdtempSync(join(tmpdir(), 'hang-gate-workflow-'));
    try {
      const gh = `#!/usr/bin/env bash
if [ "$2" = list ]; then printf '%s\\n' ${runs.join(' ')}; exit; fi
[ "$3" = ${runs.at(-1)} ] || exit 1
while [ "$1" != --pattern ]; do shift; done
for name in ${artifacts.join(' ')}; do
  case $name in $2) [ "$name" = ${page} ] && exit 1; mkdir -p "$4/$name"; found=1 ;; esac
done
test -n "$found"
`;
      writeFileSync(join(folder, 'gh'), gh, { mode: 0o755 });
      const output = join(folder, 'output');
      const env = {
        ...{ PATH: `${folder}:${process.env['PATH']}`, GITHUB_OUTPUT: output, BRANCH: 'main' },
        ...{ GITHUB_REPOSITORY: 'shop/news', GITHUB_WORKFLOW: 'hang-gate' },
      };
      const shell = spawnSync('bash', ['-eo', 'pipefail', '-c', script], { cwd: folder, env });
      expect(shell.status).toBe(0);
      return existsSync(output) ? readFileSync(output, 'utf8') : '';
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  test.each([
    ['without a run', { runs: [], artifacts: [] }, ''],
    ['of runs without artifacts', { runs: ['8', '7'], artifacts: [] }, ''],
    [
      'of the last run that has one',
      { runs: ['9', '8', '7'], artifacts: ['hang-gate-test-1-22bb33'] },
      'path=base-7/hang-gate-test-1-22bb33\n',
    ],
    [
      'beside the page',
      { artifacts: [page, 'hang-gate-test-1-22bb33'] },
      'path=base-7/hang-gate-test-1-22bb33\n',
    ],
    [
      'of the last attempt',
      { artifacts: ['hang-gate-test-10-22bb33', 'hang-gate-test-9-44cc55', page] },
      'path=base-7/hang-gate-test-10-22bb33\n',
    ],
  ])('%s', (_, given, expected) => {
    expect(pathFrom(given)).toBe(expected);
  });
});

describe('.github/expect-verdict.sh', () => {
  const blocked = {
    STREAM: 'blocking',
    OUTCOME: 'failure',
    VERDICT: 'fail',
    REASON: 'loop-blocked',
    CULPRIT: 'examples/news-backend/app/api/routes/stream.py:47',
  };
  const fixed = { STREAM: 'fixed', OUTCOME: 'success', VERDICT: 'pass', REASON: 'healthy', CULPRIT: '' };

  test.each([
    ['a blocked stream', blocked, 0],
    ['a fixed stream', fixed, 0],
    ['a blocked stream that passes', { ...fixed, STREAM: 'blocking' }, 1],
    ['a fixed stream that fails', { ...blocked, STREAM: 'fixed' }, 1],
    ['another line', { ...blocked, CULPRIT: 'examples/news-backend/app/main.py:3' }, 1],
    ['no line', { ...blocked, CULPRIT: '' }, 1],
    ['a step that set no output', { ...fixed, VERDICT: '', REASON: '', OUTCOME: 'failure' }, 1],
    ['a stream that nobody knows', { ...fixed, STREAM: 'other' }, 1],
  ])('%s: %#', (_, variables, status) => {
    const script = join(repository, '.github', 'expect-verdict.sh');
    const env = { PATH: process.env['PATH'], ...variables };
    expect(spawnSync('bash', [script], { env }).status).toBe(status);
  });
});

/**
 * `npm run bench`: the speed of the gate, as medians of several runs on this machine, beside their budgets. Exits with 1
 * when a median is over its budget. `--runs N` changes how often each is measured (5).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { ensureToolchain } from './lib/bootstrap.mjs';
import { main } from './lib/main.mjs';
import { preparePython } from './lib/python-env.mjs';
import { root } from './lib/root.mjs';

const example = path.join(root, 'examples', 'news-backend');
const cli = path.join(root, 'dist', 'cli.cjs');
/** How the example has to end, by its stream. */
const reasons = { fixed: 'healthy', blocking: 'loop-blocked' };
const log = (line) => process.stderr.write(`${line}\n`);

await main(async () => {
  await ensureToolchain({ log });
  const { python } = await preparePython({
    requirementsPath: path.join(example, 'requirements.txt'),
    cacheDir: path.join(root, '.cache'),
    log,
  });
  const runs = Number(/--runs[= ](\d+)/.exec(process.argv.join(' '))?.[1] ?? 5);
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'hang-gate-bench-'));
  try {
    const measures = [
      ...startMeasures(runs),
      ...renderMeasures(runs),
      ...gateMeasures(runs, python, scratch),
    ];
    process.stdout.write(`${table(measures, runs)}\n`);
    return measures.every(isWithinBudget) ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});

/** The two are run in turn, so that a machine that changes its pace changes it for both. */
function startMeasures(runs) {
  const overNode = repeat(runs * 2, () => {
    const bare = wallMs([process.execPath, '--eval', '']);
    return wallMs([process.execPath, cli, '--version']) - bare;
  });
  const helpOverNode = repeat(runs * 2, () => {
    const bare = wallMs([process.execPath, '--eval', '']);
    return wallMs([process.execPath, cli, '--help']) - bare;
  });
  return [
    { name: 'start of `dist/cli.cjs --version` over bare node', unit: 'ms', values: overNode, budget: 250 },
    { name: 'start of `dist/cli.cjs --help` over bare node', unit: 'ms', values: helpOverNode, budget: 250 },
  ];
}

/** In a process of its own each time, as after a run. */
function renderMeasures(runs) {
  const program = path.join(root, '__tests__', 'support', 'html', 'measure-rendering.ts');
  const measured = repeat(runs, () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
    return JSON.parse(stdout);
  });
  const run = '`report.html` of 2,000 streams in 10 minutes';
  return [
    { name: `${run}: rendering`, unit: 's', values: measured.map(({ ms }) => ms / 1_000), budget: 2 },
    { name: `${run}: memory`, unit: 'MB', values: measured.map(({ peakMb }) => peakMb), budget: 300 },
    { name: `${run}: size`, unit: 'KB', values: measured.map(({ kb }) => kb), budget: 600 },
  ];
}

function gateMeasures(runs, python, scratch) {
  const green = repeat(runs, () => gate('fixed', python, scratch));
  const red = repeat(runs, () => gate('blocking', python, scratch));
  return [
    {
      name: 'green run of the example beyond boot',
      unit: 's',
      values: green.map(({ wall, evidence }) => (wall - phaseMs(evidence, 'boot')) / 1_000),
      budget: 8,
    },
    {
      name: 'block to first dump on disk',
      unit: 's',
      values: red.map(({ evidence }) => (firstDumpMs(evidence) - blockMs(evidence)) / 1_000),
      budget: 1.5,
    },
    {
      name: 'deadline accuracy: block to missed deadline, less the deadline',
      unit: 's',
      values: red.map(
        ({ evidence }) => (evidence.probingEndedMs - blockMs(evidence) - evidence.plan.deadlineMs) / 1_000,
      ),
      budget: 0.5,
    },
    {
      name: 'block to exit of the command, less the deadline',
      unit: 's',
      values: red.map(
        ({ wall, started, evidence }) =>
          (wall - started(evidence) - blockMs(evidence) - evidence.plan.deadlineMs) / 1_000,
      ),
      budget: 3,
    },
  ];
}

function gate(stream, python, scratch) {
  const command = [python, '-m', 'uvicorn', 'app.main:app', '--port', '{port}', '--no-access-log'];
  const began = Date.now();
  const wall = wallMs(
    [
      process.execPath,
      cli,
      'run',
      '--env',
      `NEWS_STREAM=${stream}`,
      '--report-dir',
      scratch,
      '--',
      ...command,
    ],
    example,
  );
  const { reason } = JSON.parse(readFileSync(path.join(scratch, 'result.json'), 'utf8'));
  // The time of a run that tested something else measures nothing.
  if (reason !== reasons[stream]) throw new Error(`The run of the ${stream} example ended as ${reason}.`);
  const evidence = JSON.parse(readFileSync(path.join(scratch, 'evidence.json'), 'utf8'));
  return { wall, evidence, started: ({ gate: { startedAt } }) => Date.parse(startedAt) - began };
}

/** The block begins with the abort of the wave that hung: the example's loop blocks as soon as it notices. */
function blockMs({ waves }) {
  return waves.at(-1).abortedMs;
}

function firstDumpMs({ silences }) {
  return Math.min(...silences.map(({ firstDumpMs: at }) => at ?? Number.POSITIVE_INFINITY));
}

function phaseMs({ phases }, name) {
  return phases.find((phase) => phase.name === name)?.durationMs ?? 0;
}

function wallMs([file, ...args], cwd = root) {
  const began = performance.now();
  const { status, stderr } = spawnSync(file, args, {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status === null || status === 2) throw new Error(`${[file, ...args].join(' ')} failed: ${stderr}`);
  return performance.now() - began;
}

function repeat(times, measure) {
  measure();
  return Array.from({ length: times }, measure);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function isWithinBudget({ values, budget }) {
  return median(values) <= budget;
}

function table(measures, runs) {
  const round = (value, unit) => `${value.toFixed(unit === 's' ? 2 : 0)} ${unit}`;
  const rows = measures.map(({ name, unit, values, budget }) => [
    name,
    round(median(values), unit),
    `${round(Math.min(...values), unit)} – ${round(Math.max(...values), unit)}`,
    `${budget} ${unit}`,
    isWithinBudget({ values, budget }) ? 'yes' : 'NO',
  ]);
  const lines = [
    ['measure', 'median', 'range', 'budget', 'within'],
    ['---', '---', '---', '---', '---'],
    ...rows,
  ];
  const machine = `${os.cpus().length} processors, Node ${process.version}, ${process.platform} ${process.arch}`;
  return `${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n\n${runs} runs each, ${machine}.`;
}

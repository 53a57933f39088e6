/**
 * `npm run reliability`: cuts runs of the gate short at random moments and looks for what is left of them, and lets the
 * gate judge the healthy example again and again. Prints a line for each run and a table, and exits with 1 when a promise
 * was broken: see docs/reliability.md.
 *
 * `--cancellations N` and `--kills N` runs are cut short, `--green N` are green ones, the last third of them beside
 * `--load K` busy processes. `--jobs J` run at a time, `--seed S` draws the same moments again, `--json FILE` also writes
 * what came out.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { ensureToolchain } from './lib/bootstrap.mjs';
import { main } from './lib/main.mjs';
import { preparePython } from './lib/python-env.mjs';
import { root } from './lib/root.mjs';

const log = (line) => process.stderr.write(`${line}\n`);

await main(async () => {
  await ensureToolchain({ log });
  const options = readOptions();
  const { python } = await preparePython({
    requirementsPath: path.join(root, 'examples', 'news-backend', 'requirements.txt'),
    cacheDir: path.join(root, '.cache'),
    log,
  });
  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => interrupt.abort(name));
  const common = { python, jobs: options.jobs, signal: interrupt.signal };
  const { drawInterruptions } = await support('interruption.ts');
  const { runInterruptions } = await support('interruptions.ts');
  const { runGreen } = await support('green-runs.ts');
  const { greenLine, interruptLine, phasesOf, rowsOf, table } = await support('tables.ts');

  log(`Seed ${options.seed}.`);
  const drawn = [
    ...drawInterruptions('cancellation', options.cancellations, options.seed),
    ...drawInterruptions('kill', options.kills, options.seed),
  ];
  const counted = (line) => (outcome, done, total) => log(`[${done}/${total}] ${line(outcome)}`);
  const interrupted = await runInterruptions(drawn, { ...common, onOutcome: counted(interruptLine) });
  const green = await runGreen({
    ...common,
    count: options.green,
    load: options.load,
    onOutcome: counted(greenLine),
  });

  const rows = rowsOf(interrupted, green);
  const phases = phasesOf(interrupted);
  const conditions = conditionsOf(options, python);
  const hit = Object.entries(phases).map(([phase, count]) => `${phase} ${count}`);
  process.stdout.write(`${table(rows)}\n\n`);
  if (hit.length > 0) process.stdout.write(`Cut short in: ${hit.join(', ')}.\n`);
  process.stdout.write(`\`${conditions.command}\`, ${conditions.machine}.\n`);
  const broken = [...interrupted, ...green].filter(({ wrong }) => wrong.length > 0);
  if (options.json) {
    writeFileSync(options.json, `${JSON.stringify({ ...conditions, rows, phases, broken }, null, 2)}\n`);
  }
  if (interrupt.signal.aborted) {
    log('Interrupted: these are not all of them.');
    return 130;
  }
  return broken.length === 0 ? 0 : 1;
});

function support(name) {
  return import(`../__tests__/support/reliability/${name}`);
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      cancellations: { type: 'string', default: '0' },
      kills: { type: 'string', default: '0' },
      green: { type: 'string', default: '0' },
      load: { type: 'string', default: '0' },
      jobs: { type: 'string', default: '2' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
      json: { type: 'string' },
    },
  });
  const { json, ...given } = values;
  const numbers = Object.entries(given).map(([name, text]) => [
    name,
    wholeNumber(name, text, name === 'jobs' ? 1 : 0),
  ]);
  const options = { ...Object.fromEntries(numbers), json };
  if (options.cancellations + options.kills + options.green === 0) {
    throw new Error('Nothing to do: give --cancellations N, --kills N or --green N.');
  }
  return options;
}

function wholeNumber(name, text, least) {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least) return number;
  throw new Error(`--${name} is ${text}: it takes a whole number from ${least}.`);
}

function conditionsOf({ json: _json, ...numbers }, python) {
  const flags = Object.entries(numbers).filter(([, value]) => value > 0);
  const version = execFileSync(python, ['-I', '-c', 'import platform; print(platform.python_version())'], {
    encoding: 'utf8',
  }).trim();
  return {
    ...numbers,
    command: `npm run reliability -- ${flags.map(([name, value]) => `--${name} ${value}`).join(' ')}`,
    machine: `${os.cpus().length} processors, Node ${process.version}, CPython ${version}, ${process.platform} ${process.arch}`,
    takenAt: new Date().toISOString(),
  };
}

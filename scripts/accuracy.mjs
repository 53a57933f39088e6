/**
 * `npm run accuracy`: the gate over every app of `__tests__/corpus/`, as many at a time as the machine takes. Prints a
 * table and a confusion matrix, writes them to `docs/accuracy.md` and `docs/accuracy.json` when the whole corpus was run,
 * and exits with 1 when any case came out wrong.
 *
 * `--only PATTERN` runs the cases whose `group/name` matches, `--repeat N` each of them so often, `--load K` beside K busy
 * processes, `--jobs N` so many at a time, `--python PATH` with that Python, which has the corpus's packages.
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
  const { readCorpus } = await import('../__tests__/support/corpus/case.ts');
  const cases = readCorpus().filter(({ group, name }) => options.only.test(`${group}/${name}`));
  if (cases.length === 0) throw new Error(`No case matches --only ${options.only.source}.`);
  const python = options.python ?? (await preparedPython());

  const outcomes = await runAll(cases, { ...options, python });
  const report = await import('../__tests__/support/corpus/report.ts');
  const tallies = report.tally(outcomes);
  process.stdout.write(`${report.caseTable(tallies)}\n\n${report.confusionMatrix(tallies)}\n`);
  if (outcomes.length < cases.length * options.repeat) {
    log('Interrupted: nothing was written.');
    return 130;
  }
  if (options.isWhole) {
    const conditions = { ...options.conditions, pythonVersion: versionOf(python) };
    write('accuracy.md', report.document(tallies, conditions));
    write('accuracy.json', `${JSON.stringify(report.toJson(tallies, conditions), null, 2)}\n`);
  }
  return outcomes.every(({ wrong }) => wrong.length === 0) ? 0 : 1;
});

function readOptions() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      repeat: { type: 'string', default: '1' },
      load: { type: 'string', default: '0' },
      jobs: { type: 'string', default: String(os.availableParallelism()) },
      python: { type: 'string' },
    },
  });
  const repeat = count('repeat', values.repeat, 1);
  const load = count('load', values.load, 0);
  const jobs = count('jobs', values.jobs, 1);
  const flags = [
    repeat > 1 && `--repeat ${repeat}`,
    load > 0 && `--load ${load}`,
    jobs !== os.availableParallelism() && `--jobs ${jobs}`,
  ].filter(Boolean);
  const command = ['npm run accuracy', ...(flags.length > 0 ? ['--', ...flags] : [])].join(' ');
  return {
    ...{ repeat, load, jobs },
    python: values.python && path.resolve(values.python),
    only: new RegExp(values.only ?? ''),
    isWhole: values.only === undefined,
    conditions: { command, repeat, load, jobs },
  };
}

function count(name, text, least) {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least) return number;
  throw new Error(`--${name} is ${text}: it takes a whole number from ${least}.`);
}

async function preparedPython() {
  const { python } = await preparePython({
    requirementsPath: path.join(root, '__tests__', 'corpus', 'requirements.txt'),
    cacheDir: path.join(root, '.cache'),
    log,
  });
  return python;
}

/** All rounds; an interrupt ends what runs in order, and nothing else is begun. */
async function runAll(cases, { python, repeat, load, jobs }) {
  const { runCorpus } = await import('../__tests__/support/corpus/run-corpus.ts');
  const { progressLine } = await import('../__tests__/support/corpus/report.ts');
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => controller.abort(name));
  const runs = Array.from({ length: repeat }, () => cases).flat();
  return await runCorpus(runs, {
    ...{ python, jobs, load, signal: controller.signal },
    onOutcome: (outcome, done) => log(progressLine(outcome, done, runs.length)),
  });
}

function versionOf(python) {
  return execFileSync(python, ['-I', '-c', 'import platform; print(platform.python_version())'], {
    encoding: 'utf8',
  }).trim();
}

function write(name, text) {
  const file = path.join(root, 'docs', name);
  writeFileSync(file, text);
  log(`Wrote ${path.relative(root, file)}.`);
}

/**
 * `npm run docs`: writes what follows from the source into `action.yml`, the README (settings, outputs, rules) and `schemas/`.
 * `--check` only compares.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ensureToolchain } from './lib/bootstrap.mjs';
import { main } from './lib/main.mjs';
import { root } from './lib/root.mjs';

await main(async () => {
  await ensureToolchain();
  const { settingMeta, settingNames } = await import('../src/settings/schema.ts');
  const { outputs } = await import('../src/reporters/github/outputs.ts');
  const { artifactOutputs } = await import('../src/reporters/github/artifact.ts');
  const { rules } = await import('../src/rules/index.ts');
  const { blockedLoopCauses } = await import('../src/rules/blocked-loop/index.ts');
  const { freeLoopCauses } = await import('../src/rules/free-loop/index.ts');
  const { stringify } = await import('yaml');
  const { jsonSchemas } = await import('./lib/json-schemas.ts');

  const settings = settingNames.map((name) => ({ name, ...settingMeta(name) }));
  const results = [
    ...Object.entries(outputs).map(([name, { description }]) => ({ name, description })),
    ...Object.entries(artifactOutputs).map(([name, description]) => ({ name, description })),
  ];
  const files = [
    ...(await jsonSchemas()),
    { name: 'action.yml', content: actionFile(settings, results, stringify) },
    {
      name: 'README.md',
      content: withSections(read('README.md'), {
        settings: settingsTable(settings),
        outputs: table(
          ['output', 'meaning'],
          results.map(({ name, description }) => [`\`${name}\``, description]),
        ),
      }),
    },
    {
      name: 'docs/rules.md',
      content: withSections(read('docs/rules.md'), {
        rules: table(
          ['rule', 'question', 'verdict', 'reason'],
          rules.map(({ id, title, outcome, reason }) => [pageLink(id), title, outcome, `\`${reason}\``]),
        ),
        'causes of a blocked loop': causeTable(blockedLoopCauses),
        'causes of a dead service': causeTable(freeLoopCauses),
      }),
    },
  ];
  return process.argv.includes('--check') ? check(files) : write(files);
});

function write(files) {
  for (const { name, content } of files) writeFileSync(path.join(root, name), content);
}

function check(files) {
  const stale = files.filter(({ name, content }) => read(name) !== content).map(({ name }) => name);
  if (stale.length === 0) {
    process.stdout.write('action.yml, README.md, docs/ and schemas/ are what src/ says.\n');
    return 0;
  }
  process.stderr.write(`Not what src/ says: ${stale.join(', ')}. Run "npm run docs" and commit them.\n`);
  return 1;
}

/** The inputs carry no defaults: the runner would pass them as if the user had, and the config file would never win. */
function actionFile(settings, results, stringify) {
  const inputs = settings.map(({ name, description, default: fallback }) => [
    name,
    { description: fallback ? `${description} Default: ${shown(fallback)}.` : description, required: false },
  ]);
  const action = {
    name: 'hang-gate',
    description: 'Fails the build when a streaming Python backend freezes, and names the blocking line.',
    author: 'hang-gate contributors',
    branding: { icon: 'activity', color: 'red' },
    inputs: Object.fromEntries(inputs),
    outputs: Object.fromEntries(results.map(({ name, description }) => [name, { description }])),
    runs: { using: 'node24', main: 'dist/index.cjs', post: 'dist/post.cjs' },
  };
  return `# Written by "npm run docs" from src/settings/schema.ts and src/reporters/github/: edit those.\n${stringify(action, { lineWidth: 110 })}`;
}

function settingsTable(settings) {
  return table(
    ['setting', 'default', 'meaning'],
    settings.map(({ name, description, default: fallback }) => [
      `\`${name}\``,
      fallback ? shown(fallback) : '–',
      description,
    ]),
  );
}

function causeTable(causes) {
  return table(
    ['cause', 'what it is', 'what it reads'],
    causes.map(({ id, title, needs }) => [pageLink(id), title, needs.join(', ')]),
  );
}

function pageLink(id) {
  return `[\`${id}\`](rules/${id}.md)`;
}

function shown(fallback) {
  return fallback
    .split('\n')
    .map((line) => `\`${line}\``)
    .join(', ');
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function withSections(text, sections) {
  return Object.entries(sections).reduce((content, [name, body]) => {
    const [begin, end] = [`<!-- ${name}: written by "npm run docs" -->`, `<!-- end of ${name} -->`];
    const [from, to] = [content.indexOf(begin), content.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`The markers of ${name} are missing: ${begin} … ${end}`);
    return `${content.slice(0, from + begin.length)}\n\n${body}\n\n${content.slice(to)}`;
  }, text);
}

function read(name) {
  try {
    return readFileSync(path.join(root, name), 'utf8');
  } catch {
    return '';
  }
}

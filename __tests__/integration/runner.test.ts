/** The emulated runner over small actions of its own: main, post, states, cancellation and the last net. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { type RunOptions, runAction } from '../support/runner/run-action.ts';
import { temporaryFolder } from '../support/runner/temporary-folder.ts';

type Options = Partial<Pick<RunOptions, 'inputs' | 'cancelWhen' | 'killWhen'>>;

const prelude = `
const { appendFileSync } = require('node:fs');
const { spawn } = require('node:child_process');
const put = (name, text) => appendFileSync(process.env[name], text + '\\n');
const wait = () => setTimeout(() => {}, 60000);
`;

function run(main: string, post: string, options: Options = {}) {
  const action = temporaryFolder('tiny action');
  writeFileSync(
    join(action, 'action.yml'),
    'inputs: {greeting: {default: hello}}\nruns: {using: node24, main: main.cjs, post: post.cjs}\n',
  );
  writeFileSync(join(action, 'main.cjs'), prelude + main);
  writeFileSync(join(action, 'post.cjs'), prelude + post);
  const folders = { workspace: temporaryFolder('workspace'), runnerFolder: temporaryFolder('runner') };
  return runAction({ action, ...folders, programs: '/usr/bin', inputs: {}, ...options });
}

const prints = (what: string) => async (step: { log: () => string; exited: AbortSignal }) => {
  while (!step.exited.aborted && !step.log().includes(what)) await sleep(20);
};

test('post gets what main saved, by file before command, and files of its own', async () => {
  const step = await run(
    `console.log('::save-state name=a::command'); put('GITHUB_STATE', 'a=file'); put('GITHUB_STATE', 'b<<E\\nx\\ny\\nE');
     put('GITHUB_OUTPUT', 'out=' + process.env.INPUT_GREETING); put('GITHUB_STEP_SUMMARY', '# main');
     put('GITHUB_ENV', 'LATER=yes'); put('GITHUB_PATH', '/first'); console.log('::add-mask::hidden');
     console.log(String(process.env.STATE_a));`,
    `console.log(process.env.STATE_a, process.env.STATE_b, process.env.LATER, process.env.PATH.split(':')[0], 'hidden');
     console.error('##[warning]from post');`,
  );
  expect(step).toMatchObject({ conclusion: 'success', outputs: { out: 'hello' }, summary: '# main\n' });
  expect(step.log).toBe('undefined');
  expect(step.post).toMatchObject({
    exitCode: 0,
    log: 'file x\ny yes /first ***\n##[warning]from post',
    annotations: [{ level: 'warning', message: 'from post' }],
    summary: '',
    outputs: {},
  });
});

test('post comes after a main that failed, and after one whose files cannot be read', async () => {
  const step = await run(
    `put('GITHUB_STATE', 'a=1'); put('GITHUB_OUTPUT', 'x<<E'); process.exit(3);`,
    `console.log(process.env.STATE_a);`,
  );
  expect(step).toMatchObject({ exitCode: 3, conclusion: 'failure', outputs: {}, post: { log: '1' } });
  expect(step.annotations[0]?.message).toMatch(/Unable to process file command 'GITHUB_OUTPUT'/);
});

describe('a step that is cancelled', () => {
  const saying = `put('GITHUB_STATE', 'a=1'); console.log('main runs');`;

  test('gets SIGINT, and post its states', async () => {
    const step = await run(
      `${saying} process.on('SIGINT', () => process.exit(9)); wait();`,
      `console.log(process.env.STATE_a);`,
      {
        cancelWhen: prints('main runs'),
      },
    );
    expect(step).toMatchObject({
      exitCode: 9,
      conclusion: 'cancelled',
      cancelled: { signals: ['SIGINT'] },
      post: { log: '1' },
    });
  });

  test('and ignores it gets SIGTERM after 7.5 s and SIGKILL after 2.5 s more; its children get nothing', async () => {
    const step = await run(
      `for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => console.log(name));
       spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }); ${saying} wait();`,
      '',
      { cancelWhen: prints('main runs') },
    );
    expect(step).toMatchObject({
      exitCode: null,
      signal: 'SIGKILL',
      cancelled: { signals: ['SIGINT', 'SIGTERM', 'SIGKILL'] },
    });
    expect(step.log).toBe('main runs\nSIGINT\nSIGTERM');
    expect(step.cancelled?.tookMs).toBeGreaterThanOrEqual(9_900);
    expect(step.cancelled?.tookMs).toBeLessThan(20_000);
    expect(step.leftBehind).toHaveLength(1);
    expect(step.orphans).toEqual(step.leftBehind);
  });
});

test('a main that is killed leaves its post its states, and the last net what post did not end', async () => {
  const step = await run(
    `const child = spawn('sleep', ['600'], { stdio: 'ignore' }); put('GITHUB_STATE', 'pid=' + child.pid); console.log('main runs'); wait();`,
    `console.log(process.env.STATE_pid); process.kill(Number(process.env.STATE_pid), 'SIGKILL');`,
    { killWhen: prints('main runs') },
  );
  expect(step).toMatchObject({ signal: 'SIGKILL', conclusion: 'failure', orphans: [], temporaryFiles: [] });
  expect(step.leftBehind.map(String)).toEqual([step.post?.log]);
});

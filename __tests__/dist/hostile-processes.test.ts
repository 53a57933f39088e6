/** Processes that do not want to be found, and output that does not want to end. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { attack, healthy, outcome } from '../support/cli/attack.ts';

test.concurrent.each([['daemon'], ['renew'], ['group'], ['swarm']])(
  'a backend that leaves a %s leaves nothing',
  async (kind) => {
    const run = await attack('hostile_processes', [kind]);
    expect({ ...outcome(run), stderr: run.stderr }).toEqual({ ...healthy, stderr: '' });
  },
);

test.each([['flood'], ['bytes']])(
  'a backend that prints a %s is judged as if it were silent',
  async (kind) => {
    const run = await attack('hostile_output', [kind], { flags: ['--hold', '2s'] });
    const log = join(run.reportDir, 'backend.log');
    expect(outcome(run)).toEqual(healthy);
    expect(statSync(log).size / 1024 ** 2).toBeLessThan(10);
    if (kind === 'flood')
      expect(readFileSync(log, 'utf8')).toMatch(/\n\[hang-gate: \d{8,} bytes left out here\]\n/);
  },
);

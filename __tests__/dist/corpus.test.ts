/** A part of the corpus that stands for all of it, which `npm run accuracy` runs. */
import { expect, test } from '@jest/globals';
import { requiredCorpusPython } from '../support/cli/python.ts';
import { type CorpusCase, readCorpus } from '../support/corpus/case.ts';
import { runCase } from '../support/corpus/run-case.ts';

const python = requiredCorpusPython();

const representative = [
  'blocked/executor_exit_on_abort',
  'blocked/lock_across_await',
  'blocked/backtracking_regex',
  'blocked/psycopg_row_lock',
  'blocked/redis_blocking_pop',
  'blocked/subprocess_two_pipes',
  'blocked/library_callback',
  'unresponsive/sync_streams_fill_thread_pool',
  'unresponsive/stream_slots_lost',
  'leaking/open_files',
  'healthy/short_blocks',
  'healthy/sync_routes',
  'healthy/threads_wait_for_ever',
  'unjudgeable/stream_from_cache',
  'unjudgeable/port_taken',
];

const corpus = new Map(readCorpus().map((entry) => [`${entry.group}/${entry.name}`, entry]));

test.each(representative)('%s is judged as it states', async (name) => {
  const { wrong, message } = await runCase(corpus.get(name) as CorpusCase, { python });
  expect({ wrong, message }).toEqual({ wrong: [], message });
});

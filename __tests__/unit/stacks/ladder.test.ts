import { describe, expect, test } from '@jest/globals';
import type { Evidence, Thread } from '../../../src/evidence/schema.ts';
import { StackLadder } from '../../../src/stacks/ladder.ts';
import { type FailureKind, type StackSource, StackSourceError } from '../../../src/stacks/source.ts';

const pid = 4711;
const framed: Thread[] = [
  { tid: pid, name: null, ownsGil: false, frames: [{ function: 'f', file: '/a.py', line: 1 }] },
];
const bare: Thread[] = [{ tid: pid, name: 'python', ownsGil: false, frames: [] }];

type Answer = readonly Thread[] | FailureKind | 'never';

/** Answers each call with the next of `answers`, and from then on with the last. */
function source(name: string, answers: readonly Answer[], extra: Partial<StackSource> = {}) {
  const asked: number[] = [];
  const made: StackSource = {
    name,
    wakes: 1,
    ...extra,
    dump: async (of, timeoutMs) => {
      const answer = answers[Math.min(asked.push(of), answers.length) - 1] as Answer;
      if (answer === 'never') return new Promise(() => {});
      if (typeof answer === 'string')
        throw new StackSourceError(`${name} is ${answer} (${timeoutMs} ms)`, answer);
      return { threads: answer, text: name, format: 'txt' };
    },
  };
  return { ...made, asked };
}

function ladderOf(...sources: StackSource[]) {
  const notes: Evidence['stackSources'] = [];
  return { ladder: new StackLadder(sources, notes), notes };
}

async function sourcesOf(ladder: StackLadder, times: number, of = pid): Promise<string[]> {
  const names: string[] = [];
  for (let index = 0; index < times; index += 1) names.push((await ladder.dump(of)).source);
  return names;
}

test('the first that works is used, and nothing below it is asked', async () => {
  const [first, second] = [source('first', [framed]), source('second', [framed])];
  const { ladder, notes } = ladderOf(first, second);

  expect(await sourcesOf(ladder, 2)).toEqual(['first', 'first']);
  expect(second.asked).toEqual([]);
  expect(notes).toEqual([{ name: 'first', usable: true, detail: 'took the stacks' }]);
});

describe.each(['denied', 'useless'] as const)('a source that is %s', (kind) => {
  test('is asked once for a process', async () => {
    const [first, second] = [source('first', [kind, framed]), source('second', [framed])];
    const { ladder, notes } = ladderOf(first, second);

    expect(await sourcesOf(ladder, 3)).toEqual(['second', 'second', 'second']);
    expect(first.asked).toEqual([pid]);
    expect(notes.map(({ name, usable }) => `${name} ${usable}`)).toEqual(['first false', 'second true']);
  });

  test('is not asked again even where nothing else has frames', async () => {
    const [first, last] = [source('first', [kind, framed]), source('last', [bare])];
    const { ladder } = ladderOf(first, last);

    expect(await sourcesOf(ladder, 3)).toEqual(['last', 'last', 'last']);
    expect(first.asked).toEqual([pid]);
  });

  test('is asked for another process', async () => {
    const [first, second] = [source('first', [kind, framed]), source('second', [framed])];
    const { ladder } = ladderOf(first, second);

    expect(await sourcesOf(ladder, 1)).toEqual(['second']);
    expect(await sourcesOf(ladder, 1, 12)).toEqual(['first']);
  });
});

describe('a failure that passes', () => {
  test('is asked again as long as nothing else gives frames', async () => {
    const { ladder } = ladderOf(source('first', ['passing', 'passing', framed]), source('last', [bare]));

    expect(await sourcesOf(ladder, 4)).toEqual(['last', 'last', 'first', 'first']);
  });

  test('is told once', async () => {
    const { ladder, notes } = ladderOf(source('first', ['passing']), source('last', [bare]));
    await sourcesOf(ladder, 3);

    expect(notes.map(({ name }) => name)).toEqual(['first', 'last']);
  });

  test('does not make up for one that worked', async () => {
    const [first, second] = [source('first', ['passing', framed]), source('second', [framed])];
    const { ladder } = ladderOf(first, second);

    expect(await sourcesOf(ladder, 3)).toEqual(['second', 'second', 'second']);
  });

  test('of the one that worked leaves the others', async () => {
    const { ladder } = ladderOf(source('first', [framed, 'useless']), source('second', [framed]));

    expect(await sourcesOf(ladder, 3)).toEqual(['first', 'second', 'second']);
  });
});

describe('a source that is late', () => {
  test('is asked again where it has answered before', async () => {
    const { ladder } = ladderOf(source('first', [framed, 'late', framed]), source('last', [bare]));

    expect(await sourcesOf(ladder, 3)).toEqual(['first', 'last', 'first']);
  });

  test('is left alone where it never has', async () => {
    const { ladder } = ladderOf(source('first', ['late', framed]), source('last', [bare]));

    expect(await sourcesOf(ladder, 3)).toEqual(['last', 'last', 'last']);
  });

  test('gets the time that it needed before', async () => {
    const limits: number[] = [];
    const slow: StackSource = {
      ...source('slow', [framed]),
      dump: async (_pid, timeoutMs) => {
        limits.push(timeoutMs);
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        return { threads: framed, text: '', format: 'txt' };
      },
    };
    const { ladder } = ladderOf(slow);
    await ladder.dump(pid, true);
    await ladder.dump(pid);

    expect(limits[0]).toBe(4_000);
    expect(limits[1]).toBeGreaterThan(1_900);
    expect(limits[1]).toBeLessThanOrEqual(4_000);
  });
});

test('how often a dump wakes is counted over all that got as far as the process', async () => {
  const { ladder } = ladderOf(
    source('a', ['denied']),
    source('b', ['late'], { wakes: 2 }),
    source('c', [framed]),
  );

  expect((await ladder.dump(pid)).wakes).toBe(3);
});

describe('more rights', () => {
  const more = { onlyAfterDenial: true } as const;

  test('are tried after a denial', async () => {
    const [plain, root] = [source('plain', ['denied']), source('root', [framed], more)];
    const { ladder } = ladderOf(plain, root);

    expect(await sourcesOf(ladder, 2)).toEqual(['root', 'root']);
    expect(plain.asked).toEqual([pid]);
  });

  test.each(['useless', 'passing'] as const)('are not tried when it is %s', async (kind) => {
    const [root, last] = [source('root', [framed], more), source('last', [bare])];
    const { ladder } = ladderOf(source('plain', [kind]), root, last);

    expect(await sourcesOf(ladder, 2)).toEqual(['last', 'last']);
    expect(root.asked).toEqual([]);
  });
});

describe('why there are no frames', () => {
  test('is said by every rung, also when it is not asked any more', async () => {
    const { ladder } = ladderOf(source('a', ['denied']), source('b', ['passing']), source('c', [bare]));
    await ladder.dump(pid);
    const { error, threads } = await ladder.dump(pid);

    expect(error).toMatch(/^a: a is denied .*; b: b is passing /);
    expect(threads).toEqual(bare);
  });

  test('is nothing when there are some', async () => {
    const { ladder } = ladderOf(source('a', ['denied']), source('b', [framed]));
    expect((await ladder.dump(pid)).error).toBeNull();
  });

  test('is said of a ladder without rungs', async () => {
    expect(await ladderOf().ladder.dump(pid)).toEqual({
      source: 'none',
      wakes: 0,
      error: 'no way of taking stacks is available',
    });
  });
});

test('sources that do not keep to their time cost 3 s together, once', async () => {
  const { ladder } = ladderOf(source('a', ['never']), source('b', ['never']), source('c', [bare]));
  const began = performance.now();

  expect(await sourcesOf(ladder, 1)).toEqual(['c']);
  const firstMs = performance.now() - began;
  expect(firstMs).toBeGreaterThan(2_500);
  expect(firstMs).toBeLessThan(4_000);
  expect(await sourcesOf(ladder, 1)).toEqual(['c']);
  expect(performance.now() - began - firstMs).toBeLessThan(200);
});

test('text for people comes from the source that took the stacks', async () => {
  const dumpText = async () => 'for people';
  const { ladder } = ladderOf(source('a', ['denied'], { dumpText }), source('b', [framed]));
  await ladder.dump(pid);
  expect(await ladder.dumpText(pid)).toBeUndefined();

  const { ladder: other } = ladderOf(source('a', [framed], { dumpText }));
  await other.dump(pid);
  expect(await other.dumpText(pid)).toEqual({ text: 'for people', wakes: 1 });
});

test('one process is dumped by one at a time', async () => {
  let [running, most] = [0, 0];
  const slow: StackSource = {
    ...{ name: 'slow', wakes: 1 },
    dump: async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 20));
      running -= 1;
      return { threads: framed, text: '', format: 'txt' };
    },
  };
  const { ladder } = ladderOf(slow);
  await Promise.all([ladder.dump(pid), ladder.dump(pid, true), ladder.dump(pid)]);
  expect(most).toBe(1);
  await Promise.all([ladder.dump(pid), ladder.dump(pid + 1)]);
  expect(most).toBe(2);
});

import { describe, expect, test } from '@jest/globals';
import { renderJunit } from '../../../src/reporters/junit/index.ts';
import { xmlDocument } from '../../../src/reporters/junit/xml.ts';
import { rules } from '../../../src/rules/index.ts';
import { readGoldens } from '../../support/golden.ts';
import {
  failedDump,
  frame,
  loopThread,
  makeEvidence,
  makeHang,
  proofDump,
  silenceDumps,
  stack,
  stream,
  wave,
  workspace,
} from '../../support/make-evidence.ts';
import { reportOf } from '../../support/report.ts';
import { casesOf, readJunit } from '../../support/xml.ts';

const sleeping = (file = `${workspace}/app/news.py`, name = 'read_news') =>
  makeHang({ dumps: silenceDumps([loopThread([frame(name, file, 12), ...stack.idleAsyncio().slice(1)])]) });

describe('every golden run', () => {
  test.each(readGoldens())('$name is a JUnit file with one failed check', ({ evidence }) => {
    const checks = casesOf(readJunit(renderJunit(reportOf(evidence)))).filter(
      ({ group }) => group === 'hang-gate.checks',
    );
    expect(checks.map(({ name }) => name)).toEqual(rules.map(({ title }) => title));
    expect(checks.filter(({ outcome }) => outcome === 'failure')).toHaveLength(1);
    expect(checks.filter(({ outcome }) => outcome === 'passed' || outcome === 'error')).toEqual([]);
  });
});

test('a green run passes every check, route and wave, and its counts are those of its cases', () => {
  const document = readJunit(renderJunit(reportOf(makeEvidence())));
  const cases = casesOf(document);
  expect(cases).toHaveLength(rules.length + 2 + 3);
  const notPassed = cases.filter(({ outcome }) => outcome !== 'passed');
  expect(notPassed.map(({ name, outcome }) => [name, outcome])).toEqual([]);
  const suite = document.get('/testsuites/testsuite');
  const attribute = (name: string) => suite?.get(`@${name}`)?.content;
  expect([attribute('tests'), attribute('failures'), attribute('errors'), attribute('skipped')]).toEqual([
    String(cases.length),
    '0',
    '0',
    '0',
  ]);
  expect(Number(attribute('time'))).toBeGreaterThan(8);
  expect(attribute('timestamp')).toBe('2026-11-02T10:00:00');
});

test('a check that could not be made is skipped, with its reason', () => {
  const cases = casesOf(readJunit(renderJunit(reportOf(makeEvidence({ resources: [] })))));
  const notPassed = cases.filter(({ outcome }) => outcome !== 'passed');
  expect(notPassed).toMatchObject([
    {
      name: 'Does an aborted stream give back what it took?',
      outcome: 'skipped',
      message: expect.stringContaining('not looked for'),
    },
  ]);
});

test('a red run fails its check at the culprit, the routes that fell silent, and the wave that did not settle', () => {
  const cases = casesOf(readJunit(renderJunit(reportOf(sleeping()))));
  const failed = cases.filter(({ outcome }) => outcome === 'failure');
  expect(failed.map(({ name }) => name)).toEqual([
    'Does every event loop come back?',
    '/ answers within 5.0 s',
    '/health answers within 5.0 s',
    'wave 1: everything answers after 5 streams aborted by reset',
  ]);
  expect(failed[0]).toMatchObject({ file: 'app/news.py', line: '12' });
  expect(failed[0]?.message).toMatch(/did not answer for 5\.1 s/);
  expect(failed[0]?.text).toMatch(
    /app\/news\.py:12 in read_news\n[\s\S]*Thread 4711 "MainThread" \(event loop\)/,
  );
  expect(failed[1]?.time).toBeCloseTo(5.1);
  const skipped = cases.filter(({ outcome }) => outcome === 'skipped');
  expect(new Set(skipped.map(({ message }) => message))).toEqual(
    new Set(['Not judged, since the verdict is loop-blocked.']),
  );
});

test('what could not be judged is an error and no failure, and blames no route', () => {
  const starved = makeHang({ gate: { delays: [{ startMs: 2_300, durationMs: 5_000 }], maxDelayMs: 5_000 } });
  const { verdict } = reportOf(starved).result;
  expect(verdict).toBe('inconclusive');
  const outcomes = casesOf(readJunit(renderJunit(reportOf(starved)))).map(({ outcome }) => outcome);
  expect(outcomes.filter((outcome) => outcome === 'error')).toHaveLength(1);
  expect(outcomes).not.toContain('failure');
  expect(outcomes).not.toContain('passed');
});

test('a look that saw no stack is an error, and not only skipped', () => {
  const looked = makeEvidence({
    ...{ plan: { waves: 0 }, dumps: [failedDump()], probes: [], probeRoutes: [], waves: [], streams: [] },
  });
  const outcomes = casesOf(readJunit(renderJunit(reportOf(looked)))).map(({ outcome }) => outcome);
  expect(outcomes.filter((outcome) => outcome !== 'skipped')).toEqual(['error']);
});

test('what `hang-gate dump` found fails one check, and nothing else was done', () => {
  const { dumps } = sleeping();
  const looked = makeEvidence({
    plan: { waves: 0 },
    dumps,
    probes: [],
    probeRoutes: [],
    waves: [],
    streams: [],
  });
  const outcomes = casesOf(readJunit(renderJunit(reportOf(looked))));
  expect(outcomes.filter(({ outcome }) => outcome !== 'skipped')).toMatchObject([
    { name: 'Does every event loop come back?', outcome: 'failure', file: 'app/news.py', line: '12' },
  ]);
  const free = reportOf(makeEvidence({ ...looked, dumps: makeEvidence().dumps }));
  expect(free.result.verdict).toBe('pass');
  const cases = casesOf(readJunit(renderJunit(free)));
  expect(new Set(cases.map(({ outcome }) => outcome))).toEqual(new Set(['skipped']));
});

test('a wave without an open stream shows nothing, and does not pass', () => {
  const evidence = makeEvidence({
    streams: [stream({ end: 'failed', firstByteMs: null, status: null })],
    waves: [wave()],
  });
  const [only] = casesOf(readJunit(renderJunit(reportOf(evidence)))).filter(({ group }) =>
    /waves/.test(group),
  );
  expect(only).toMatchObject({
    outcome: 'skipped',
    message: 'No stream was open when it was to be aborted.',
  });
});

describe('hostile names', () => {
  const hostile = 'a]]><b>&"\'\x00\x1b[31m\ud800\uffff##[error]x\u2028é😀';

  test('stay text, and stay readable', () => {
    const document = readJunit(renderJunit(reportOf(sleeping(`${workspace}/${hostile}.py`, hostile))));
    const [failed] = casesOf(document).filter(({ outcome }) => outcome === 'failure');
    expect(failed?.file).toMatch(/^a\]\]><b>&"'.*é😀\.py$/);
    expect(failed?.text).not.toContain('##[');
    expect(document.find('//b')).toEqual([]);
  });

  test('every character comes through, or is replaced where XML has none', () => {
    const characters = Array.from({ length: 0x300 }, (_, code) => String.fromCharCode(code)).join('');
    const document = readJunitPart(`${characters}\ud800\udc00\ufffe`);
    const kept = characters.replace(/[^\t\n\r\x20-\uffff]/g, '\ufffd').replace(/\r\n?/g, '\n');
    expect(document).toBe(`${kept}\ud800\udc00\ufffd`);
  });
});

test('a thousand threads are bounded', () => {
  const threads = Array.from({ length: 1_000 }, (_, index) => ({
    ...loopThread([frame(`f${index}`, `${workspace}/app/news.py`, 1), ...stack.poolWorker()]),
    tid: 5_000 + index,
  }));
  const text = renderJunit(
    reportOf(makeHang({ dumps: silenceDumps([loopThread(stack.idleAsyncio()), ...threads]) })),
  );
  readJunit(text);
  expect(text).toMatch(/… \d+ more lines are in the report\./);
  expect(text.length).toBeLessThan(100_000);
});

function readJunitPart(content: string): string {
  const suite = { name: 'ts', tests: 0, failures: 0, errors: 0 };
  const text = xmlDocument({
    name: 'testsuite',
    attributes: suite,
    content: [{ name: 'system-out', content }],
  });
  return readJunit(text).get('//system-out')?.content ?? '';
}

test('a check that failed behind a weightier one has not passed', () => {
  const refused = { streamsAfter: [stream({ wave: 0, status: 503, end: 'ended', firstByteMs: 7_600 })] };
  const stuck = [7_650, 7_800].map((startMs) =>
    proofDump({ startMs, threads: [loopThread(stack.blockedInRequests())] }),
  );
  const cases = casesOf(readJunit(renderJunit(reportOf(makeEvidence({ ...refused, dumps: stuck })))));
  const outcomeOf = (name: RegExp) => cases.find((each) => name.test(each.name))?.outcome;
  expect(outcomeOf(/new stream/)).toBe('failure');
  expect(outcomeOf(/event loop free after/)).toBe('skipped');
});

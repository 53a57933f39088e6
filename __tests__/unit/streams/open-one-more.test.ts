/** Against a real server that gives its slots back late, or never. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { Recorder } from '../../../src/evidence/recorder.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import { openOneMore } from '../../../src/streams/open-one-more.ts';
import { settingsOf } from '../../support/settings.ts';

async function openAt(answer: (response: ServerResponse) => void, signal = new AbortController().signal) {
  const server = createServer((_request, response) => answer(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const settings = settingsOf({ url: `http://127.0.0.1:${port}`, deadline: '900ms', 'dump-after': '300ms' });
  const plan = makePlan(settings, undefined, undefined, '/');
  const ignore = () => {};
  const recorder = new Recorder(plan, '/', { onPhaseStart: ignore, onPhaseEnd: ignore, onNotice: ignore });
  try {
    return { isOpen: await openOneMore(plan, recorder, signal), evidence: recorder.evidence };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const refuse = (response: ServerResponse) => void response.writeHead(503).end('too many streams\n');
const stream = (response: ServerResponse) =>
  void response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: x\n\n');

test('a stream that is refused at first is tried again until it is accepted', async () => {
  let asked = 0;
  const { isOpen, evidence } = await openAt((response) => (++asked < 3 ? refuse : stream)(response));

  expect({ isOpen, asked }).toEqual({ isOpen: true, asked: 3 });
  expect(evidence.streamsAfter).toMatchObject([{ status: 200, events: 1, end: 'aborted' }]);
});

test('a refusal with a page is a refusal, tried for as long as the deadline', async () => {
  let asked = 0;
  const { isOpen, evidence } = await openAt((response) => {
    asked += 1;
    refuse(response);
  });

  expect(isOpen).toBe(false);
  expect(asked).toBeGreaterThan(1);
  expect(evidence.streamsAfter).toMatchObject([{ status: 503 }]);
});

test('an interruption ends it at once', async () => {
  const { isOpen, evidence } = await openAt(stream, AbortSignal.abort());

  expect({ isOpen, streams: evidence.streamsAfter }).toEqual({ isOpen: false, streams: [] });
});

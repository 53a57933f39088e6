import { hasCall, httpClient } from '../../analysis/library-calls.ts';
import type { BlockedLoopCause } from './cause.ts';
import { callOf, whereOf } from './words.ts';

export const syncHttp: BlockedLoopCause = {
  id: 'sync-http',
  title: 'A synchronous HTTP request waits on the loop',
  needs: ['frames'],
  matches: ({ called }) => hasCall(called, httpClient),
  explain: (standstill, evidence) => ({
    because: `the synchronous HTTP request ${callOf(standstill, httpClient)}${whereOf(standstill, evidence)} holds the event loop until its answer comes`,
    fix: 'Await an asynchronous client (`httpx.AsyncClient`, `aiohttp`), or move the call off the loop with `await asyncio.to_thread(…)`; and give it a timeout in either case.',
  }),
};

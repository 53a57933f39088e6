import { hasCall, tlsHandshake } from '../../analysis/library-calls.ts';
import type { BlockedLoopCause } from './cause.ts';
import { whereOf } from './words.ts';

export const tls: BlockedLoopCause = {
  id: 'tls',
  title: 'A TLS handshake runs on the loop',
  needs: ['frames'],
  matches: ({ called }) => hasCall(called, tlsHandshake),
  explain: (standstill, evidence) => ({
    because: `a TLS handshake${whereOf(standstill, evidence)} holds the event loop: the peer took the connection and does not answer`,
    fix: 'Use an asynchronous client (`httpx.AsyncClient`, `aiohttp`, `asyncio.open_connection(…, ssl=…)`) with a connect timeout; or `await asyncio.to_thread(…)`.',
  }),
};

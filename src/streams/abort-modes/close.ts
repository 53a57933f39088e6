import type { AbortMode } from './abort-mode.ts';

/** A server that does not close its side within this time is not waited for. */
const lingerMs = 500;

/**
 * Orderly close: a FIN, as a browser sends when the page is left. What still arrives is read on, since a socket that is
 * closed with unread data sends a reset instead.
 */
export const close: AbortMode = {
  when: 'after-hold',
  abort: ({ socket }) => {
    socket.end();
    setTimeout(() => socket.destroy(), lingerMs).unref();
  },
};

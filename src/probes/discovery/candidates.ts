import { type ApiDocument, isPlainPath } from './openapi.ts';

const mostCandidates = 10;

/** Beginnings of words that make a GET more than a question: it acts, streams, waits, or is dear. */
const moreThanAQuestion = new RegExp(
  `(?:^|[^a-z])(?:${[
    ...['log-?out', 'sign-?out', 'log-?in', 'sign-?in', 'auth', 'oauth', 'callback', 'webhook', 'hook'],
    ...[
      'stream',
      'event',
      'sse',
      'ws',
      'websocket',
      'subscri',
      'unsubscri',
      'poll',
      'watch',
      'tail',
      'listen',
    ],
    ...['live-?(?:feed|log|update)', 'feed', 'chat', 'complet', 'wait', 'sleep', 'slow', 'block', 'hang'],
    ...['export', 'download', 'upload', 'import', 'backup', 'dump', 'report', 'archive', 'file'],
    ...['delet', 'remov', 'destroy', 'drop', 'clear', 'clean', 'reset', 'purge', 'flush', 'wipe', 'expire'],
    ...['shut-?down', 'stop', 'kill', 'quit', 'exit', 'restart', 'reboot', 'reload', 'start', 'run', 'crash'],
    ...['trigger', 'execut', 'send', 'publish', 'notify', 'sync(?:$|[^a-z])', 'refresh', 'fetch', 'scrape'],
    ...['crawl', 'reindex', 'rebuild', 'migrat', 'seed', 'creat', 'updat', 'save', 'cancel', 'confirm'],
    ...['approv', 'verify', 'activat', 'enabl', 'disabl', 'toggl', 'pay', 'charge', 'cron', 'job', 'task'],
    ...['admin', 'debug', 'test', 'bench', 'profil', 'generat', 'train', 'random', 'redirect'],
  ].join('|')})`,
);

/** Last words of routes that are made for being asked. */
const madeForProbing =
  /\/(?:health|healthz|healthcheck|ready|readyz|readiness|live|livez|liveness|status|version|ping|info|up)\/?$/i;

/**
 * The routes that may be asked whether a worker thread serves them, the most harmless first.
 * @param prefix Put in front of routes for which the document names none.
 * @param taken Paths that are asked anyway, or must not be.
 */
export function candidatesOf(api: ApiDocument, prefix: string, taken: readonly string[]): string[] {
  const known = new Set(taken.map(withoutEnd));
  return api.routes
    .filter((route) => !moreThanAQuestion.test(inLowerWords(route)))
    .map((route) => `${api.prefix ?? prefix}${route}`)
    .filter((path) => isPlainPath(path) && !known.has(withoutEnd(path)))
    .sort((a, b) => weight(a) - weight(b) || a.length - b.length)
    .slice(0, mostCandidates);
}

function weight(path: string): number {
  return madeForProbing.test(path) ? 0 : 1;
}

/** `/clearCache` is `/clear-cache`. */
function inLowerWords(route: string): string {
  return route
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
}

function withoutEnd(path: string): string {
  return path.replace(/\/$/, '');
}

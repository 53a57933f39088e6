import { wasExercised, wasOpen } from '../analysis/exercised.ts';
import type { Evidence, Stream } from '../evidence/schema.ts';
import type { Rule } from './rule.ts';
import { counted, joined } from './wording.ts';

/** Without a stream that was really open when it was aborted, nothing was tested. */
export const notExercised: Rule = {
  id: 'not-exercised',
  title: 'Were streams really open when they were aborted?',
  outcome: 'inconclusive',
  reason: 'not-exercised',
  evaluate: (evidence) => {
    const { plan, streams, backend } = evidence;
    const route = `${plan.streamMethod} ${plan.streamPath}`;
    if (streams.some(wasExercised)) {
      const waves = wavesRefused(evidence);
      return waves.length === 0
        ? undefined
        : {
            message: `${route} streamed before, and no stream of ${joined(waves.map((index) => `wave ${index}`))} was open when it was to be aborted: ${whyNot({ streams: streams.filter(({ wave }) => waves.includes(wave)), backend })}.`,
            pid: backend.pid,
            fix: 'Let the route take as many streams as `clients` and `waves` open one after the other, or lower these; where a client that left keeps its place until the upstream answers, give the place back when it leaves.',
          };
    }
    return {
      message: `No stream of ${route} was open when it was to be aborted: ${whyNot(evidence)}.`,
      pid: backend.pid,
      fix: 'Check `stream` (with `stream-method`, `stream-headers` and `stream-body`): the route must answer 200 and keep sending events for longer than `hold`.',
    };
  },
};

/** Waves whose streams were all turned away. Where not even the last stream is accepted, another rule has more to say. */
function wavesRefused({ waves, streams, streamsAfter }: Evidence): number[] {
  const last = streamsAfter?.at(-1);
  if (last && !wasOpen(last)) return [];
  return waves
    .filter(({ index, abort }) => {
      const own = streams.filter(({ wave }) => wave === index);
      return abort !== 'early' && own.some(wasTurnedAway) && !own.some(wasExercised);
    })
    .map(({ index }) => index);
}

function wasTurnedAway({ status, end }: Stream): boolean {
  return end === 'failed' || (status !== null && status >= 300);
}

function whyNot({ streams, backend }: Pick<Evidence, 'streams' | 'backend'>): string {
  // A stream that is aborted before its first byte shows nothing either way.
  const asked = streams.filter(({ status, end }) => status !== null || end !== 'aborted');
  if (backend.readyMs === null || streams.length === 0) return 'none was opened';
  const refused = asked.filter(({ status }) => status !== null && status >= 300);
  if (refused.length > 0) {
    return `the route answered ${[...new Set(refused.map(({ status }) => status))].join(', ')}`;
  }
  const ended = asked.filter(({ end }) => end === 'ended');
  if (ended.length > 0) return `${counted(ended.length, 'stream')} ended before the abort`;
  const failed = asked.find(({ end }) => end === 'failed');
  if (failed) return `the connection failed (${failed.error})`;
  if (asked.some(({ isCached }) => isCached)) return 'a cache in front of the backend answered';
  return 'it sent no byte';
}

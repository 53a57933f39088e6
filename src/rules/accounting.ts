import { samplesIn } from '../analysis/samples.ts';
import type { Stint } from '../evidence/schema.ts';
import { counted, joined, seconds } from './wording.ts';

/** What the kernel says about a loop thread over a time, so that a reader can check the verdict. */
export function accounting(stint: Stint): string {
  const { durationMs, ranMs, queuedMs, voluntarySwitches: switches, waitChannels, dumps = 0 } = stint;
  const total = samplesIn(waitChannels);
  const places = Object.entries(waitChannels)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 2)
    .map(
      ([channel, count]) =>
        `${channel === 'running' ? 'running' : `in ${channel}`} in ${count} of ${total} samples`,
    );
  const share = (part: number | null) =>
    part === null ? '?' : `${Math.round((100 * part) / Math.max(1, durationMs))} %`;
  const gaveUp = switches === null ? '? times' : counted(switches, 'time');
  // Most sources wake the thread whose stack they take.
  const why =
    switches && dumps > 0 ? ` while ${counted(dumps, 'dump')} ${dumps === 1 ? 'was' : 'were'} taken` : '';
  return `was ${joined(places)} over ${seconds(durationMs)}, used the processor ${share(ranMs)} of that time, waited for one ${share(queuedMs)}, and gave it up by itself ${gaveUp}${why}`;
}

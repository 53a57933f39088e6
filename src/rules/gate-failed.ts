import type { Rule } from './rule.ts';
import { seconds } from './wording.ts';

/** The gate could not do its work; never the backend's fault. */
export const gateFailed: Rule = {
  id: 'gate-failed',
  title: 'Could the gate do its work?',
  outcome: 'inconclusive',
  reason: 'gate-failed',
  evaluate: ({ gateErrors, strangers = [], plan }) => {
    const [stranger] = strangers;
    if (stranger) {
      return {
        message: `Since ${seconds(stranger.atMs)} after the start, pid ${stranger.pid} (${stranger.commandLine}) takes connections to ${plan.origin}, and is none of the backend's processes: who gave the answers is not known.`,
        reason: 'port-in-use',
        fix: 'End that process, or use `{port}` in the command to get a free port.',
      };
    }
    const error = gateErrors.find(({ code }) => code !== 'left-behind' && code !== 'report');
    if (!error) return undefined;
    return error.code === 'port-in-use'
      ? { message: error.message, reason: 'port-in-use' }
      : { message: error.message };
  },
};

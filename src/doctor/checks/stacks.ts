import { messageOf } from '../../errors.ts';
import { cut } from '../../reporters/text.ts';
import { type StackSource, StackSourceError } from '../../stacks/source.ts';
import { pySpySource, sudoPySpySource } from '../../stacks/sources/py-spy.ts';
import { type Check, type CheckContext, type CheckResult, ok, problem, warning } from '../check.ts';
import { ptraceAdvice, ptraceText, readPtraceFacts } from '../ptrace.ts';
import { startSleepingPython } from '../sleeping-python.ts';

const attemptTimeoutMs = 5_000;
const longestError = 160;

/** Why a way of taking stacks failed; `undefined` when it worked. */
interface Refusal {
  readonly message: string;
  readonly denied: boolean;
}

/** Whether py-spy really reads a Python that was started as a backend is: beside it and not below it. */
export const stacks: Check = {
  id: 'stacks',
  title: 'stacks',
  run: async (context) => {
    if (context.plan.pySpy === 'off') return warning('not tried, since py-spy is switched off', null);
    const python = await context.python().catch(() => undefined);
    if (!python) return notTried('no Python was found', context);
    const search = await context.pySpy().catch(() => undefined);
    if (!search?.found) return notTried('py-spy is not there', context);

    await using sleeping = await startSleepingPython(python.path, {
      env: context.backendEnv,
      workingDirectory: context.plan.workingDirectory,
    });
    const plain = await refusal(pySpySource(search.found.path), sleeping.pid);
    if (!plain) return ok(`py-spy reads a sleeping Python ${python.version} as this user`);
    const throughSudo = await refusal(sudoPySpySource(search.found.path), sleeping.pid);
    if (!throughSudo) {
      return ok(
        `sudo -n py-spy reads a sleeping Python ${python.version}; as this user py-spy fails (${plain.message})`,
      );
    }
    return failed(plain, throughSudo, context);
  },
};

async function refusal(source: StackSource, pid: number): Promise<Refusal | undefined> {
  try {
    await source.dump(pid, attemptTimeoutMs);
    return undefined;
  } catch (error) {
    const denied = error instanceof StackSourceError && error.kind === 'denied';
    return { message: cut(messageOf(error), longestError), denied };
  }
}

function failed(plain: Refusal, throughSudo: Refusal, { platform }: CheckContext): CheckResult {
  const both =
    plain.message === throughSudo.message
      ? `py-spy cannot read a sleeping Python, neither as this user nor through sudo -n (${plain.message})`
      : `py-spy cannot read a sleeping Python, neither as this user (${plain.message}) nor through sudo -n (${throughSudo.message})`;
  if (!plain.denied) {
    return problem(
      both,
      'It was not refused, so the two do not fit each other: leave the setting "py-spy" at auto, or run the backend with another Python.',
    );
  }
  const facts = readPtraceFacts();
  return problem(
    platform === 'linux' ? `${both}; ${ptraceText(facts)}` : both,
    ptraceAdvice(facts, platform),
  );
}

function notTried(why: string, { platform }: CheckContext): CheckResult {
  const facts = platform === 'linux' ? `; ${ptraceText(readPtraceFacts())}` : '';
  return warning(
    `not tried, since ${why}${facts}`,
    'Without stacks a hang names no line: run doctor again when the above is solved.',
  );
}

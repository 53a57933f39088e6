import { existsSync } from 'node:fs';
import { readProc } from '../processes/process-table.ts';

/** What decides on Linux whether one process may read another. */
export interface PtraceFacts {
  /** Yama's `kernel.yama.ptrace_scope`; `undefined` where the kernel has no Yama. */
  readonly scope: number | undefined;
  /** Whether this process holds CAP_SYS_PTRACE; `undefined` when that cannot be read. */
  readonly hasCapability: boolean | undefined;
  readonly inContainer: boolean;
}

const capSysPtraceBit = 19n;

/** Reads them of this machine and process. */
export function readPtraceFacts(): PtraceFacts {
  const scope = readProc('sys/kernel/yama/ptrace_scope')?.trim();
  return {
    scope: scope === undefined || scope === '' ? undefined : Number(scope),
    hasCapability: holdsPtraceCapability(readProc('self/status') ?? ''),
    inContainer: existsSync('/.dockerenv') || existsSync('/run/.containerenv'),
  };
}

/** @param status The text of `/proc/PID/status`. */
export function holdsPtraceCapability(status: string): boolean | undefined {
  const mask = /^CapEff:\s*([\da-f]+)$/m.exec(status)?.[1];
  return mask === undefined ? undefined : (BigInt(`0x${mask}`) >> capSysPtraceBit) % 2n === 1n;
}

/** The facts as part of a sentence. */
export function ptraceText({ scope, hasCapability }: PtraceFacts): string {
  const yama = scope === undefined ? 'the kernel has no Yama' : `kernel.yama.ptrace_scope is ${scope}`;
  if (hasCapability === undefined) return yama;
  return `${yama}, and this process ${hasCapability ? 'holds' : 'lacks'} CAP_SYS_PTRACE`;
}

/** What lets py-spy read the backend where it was refused, also through sudo. */
export function ptraceAdvice(facts: PtraceFacts, platform: NodeJS.Platform): string {
  if (platform === 'darwin')
    return 'macOS lets py-spy work only as root: let `sudo -n true` work for this user.';
  if (facts.scope === 3) {
    return 'With ptrace_scope 3 nobody may read another process, not even root, until the machine boots with a lower one: set kernel.yama.ptrace_scope=1 in /etc/sysctl.d and boot again.';
  }
  if (facts.hasCapability) {
    return 'The capability is there, so something else refuses, such as seccomp, AppArmor or SELinux: allow ptrace in its profile.';
  }
  if (facts.inContainer) {
    return 'Give the container the right: `options: --cap-add=SYS_PTRACE` below `container:` in a workflow, `docker run --cap-add=SYS_PTRACE` elsewhere.';
  }
  const sudo = "Let `sudo -n true` work for this user, as it does on GitHub's hosted runners";
  if (facts.scope === 2) return `${sudo}; with ptrace_scope 2 only root may read another process.`;
  return `${sudo}, or run \`sudo sysctl kernel.yama.ptrace_scope=0\`, which lets every process of a user read the others.`;
}

import { describe, expect, test } from '@jest/globals';
import {
  holdsPtraceCapability,
  type PtraceFacts,
  ptraceAdvice,
  ptraceText,
} from '../../../src/doctor/ptrace.ts';

describe('CAP_SYS_PTRACE', () => {
  test.each([
    ['a root without limits', '000001fffeffffff', true],
    ['root in a container of Docker', '00000000a80425fb', false],
    ['the same with --cap-add=SYS_PTRACE', '00000000a80c25fb', true],
    ['an ordinary user', '0000000000000000', false],
  ])('%s', (_, mask, expected) => {
    expect(holdsPtraceCapability(`CapPrm:\t0000000000000000\nCapEff:\t${mask}\n`)).toBe(expected);
  });

  test('is unknown where the kernel does not say', () => {
    expect(holdsPtraceCapability('')).toBeUndefined();
  });
});

describe('advice', () => {
  const user: PtraceFacts = { scope: 1, hasCapability: false, inContainer: false };

  test.each<[string, Partial<PtraceFacts>, NodeJS.Platform, string]>([
    ['a user without sudo', {}, 'linux', 'ptrace_scope=0'],
    ['a user where only root may', { scope: 2 }, 'linux', 'only root'],
    ['nobody may', { scope: 3, hasCapability: true }, 'linux', 'not even root'],
    ['a container', { inContainer: true }, 'linux', '--cap-add=SYS_PTRACE'],
    ['a container that has the right', { inContainer: true, hasCapability: true }, 'linux', 'seccomp'],
    ['macOS', { scope: undefined, hasCapability: undefined }, 'darwin', 'only as root'],
  ])('for %s', (_, facts, platform, expected) => {
    expect(ptraceAdvice({ ...user, ...facts }, platform)).toContain(expected);
  });
});

test.each<[Partial<PtraceFacts>, string]>([
  [{}, 'kernel.yama.ptrace_scope is 1, and this process lacks CAP_SYS_PTRACE'],
  [
    { scope: undefined, hasCapability: true },
    'the kernel has no Yama, and this process holds CAP_SYS_PTRACE',
  ],
  [{ hasCapability: undefined }, 'kernel.yama.ptrace_scope is 1'],
])('%j as text', (facts, expected) => {
  expect(ptraceText({ scope: 1, hasCapability: false, inContainer: false, ...facts })).toBe(expected);
});

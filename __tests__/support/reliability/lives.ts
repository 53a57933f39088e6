/** The lives that are cut short: a backend, and what its run comes to when nobody disturbs it. */
export interface Life {
  readonly name: string;
  /** Of `__tests__/fixtures/apps`. */
  readonly fixture: string;
  readonly reason: string;
  readonly exitCode: number;
  readonly settings: Readonly<Record<string, string>>;
}

const short = { waves: '2', hold: '500ms', settle: '500ms', deadline: '2s', 'dump-after': '500ms' };

export const lives: readonly Life[] = [
  { name: 'healthy', fixture: 'healthy', reason: 'healthy', exitCode: 0, settings: short },
  { name: 'hangs', fixture: 'blocks_on_abort', reason: 'loop-blocked', exitCode: 1, settings: short },
  {
    name: 'hangs, ignores SIGTERM',
    fixture: 'blocks_ignoring_sigterm',
    reason: 'loop-blocked',
    exitCode: 1,
    settings: short,
  },
  { name: 'leaves a daemon', fixture: 'leaves_daemon', reason: 'healthy', exitCode: 0, settings: short },
  {
    name: 'never answers',
    fixture: 'never_listens',
    reason: 'not-ready',
    exitCode: 125,
    settings: { ...short, 'boot-timeout': '3s' },
  },
];

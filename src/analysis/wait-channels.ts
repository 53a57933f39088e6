/** What a thread sleeps for, by the kernel function in which it does: the only word about a call that has no Python frame. */

/**
 * `poll`: for one of several descriptors, or for time (`time.sleep` on Python 3.10 is a `select` without any). `socket`:
 * for one socket, connecting included. `disk`: uninterruptibly, for a file system.
 */
export type Wait =
  | 'lock'
  | 'timer'
  | 'poll'
  | 'socket'
  | 'pipe-read'
  | 'full-pipe'
  | 'fifo-open'
  | 'file-lock'
  | 'child'
  | 'disk';

/** Names as Linux 5 and 6 have them. */
const channels: readonly (readonly [channel: RegExp, wait: Wait])[] = [
  [/^futex_/, 'lock'],
  // A sleep that a dump has interrupted is taken up again by the system call's entry itself.
  [/^((hrtimer|do)_nanosleep|common_nsleep|do_syscall_64$)/, 'timer'],
  [/^(poll_schedule_timeout|do_(sys_)?poll|do_select|do_epoll_wait|ep_poll)/, 'poll'],
  [/^(wait_woken|sk_wait_data|inet_\w*connect|inet_wait_for_connect|unix_stream_\w+)/, 'socket'],
  [/^(anon_)?pipe_read/, 'pipe-read'],
  [/^(anon_)?pipe_(write|wait_writable)|^sock_alloc_send/, 'full-pipe'],
  [/^(wait_for_partner|fifo_open)/, 'fifo-open'],
  [
    /^(locks_lock_inode_wait|flock_lock_inode_wait|posix_lock_inode_wait|fcntl_setlk|do_lock_file_wait)/,
    'file-lock',
  ],
  [/^(do_wait|kernel_wait4|kernel_waitid)/, 'child'],
  [/^(folio_wait|wait_on_page|io_schedule|rpc_wait|nfs_|request_wait_answer)/, 'disk'],
];

/** `undefined` for a function that is not in the table. */
export function waitOf(channel: string): Wait | undefined {
  return channels.find(([pattern]) => pattern.test(channel))?.[1];
}

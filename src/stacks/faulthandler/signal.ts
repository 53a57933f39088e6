/**
 * `SIGRTMIN + 7` of glibc, and a real-time signal with musl too. The ordinary ones have users: gunicorn reopens its log
 * at SIGUSR1 and upgrades itself at SIGUSR2. Python is told the number, so that both sides mean the same.
 */
export const stackSignal = 41;

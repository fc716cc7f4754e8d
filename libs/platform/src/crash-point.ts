/** Points at which the crash tests kill the process, in the order in which a message passes them. */
export const CRASH_POINTS = [
  'accept.before_commit',
  'accept.after_commit',
  'attempt.before_commit',
  'attempt.after_commit',
  'handover.before_call',
  'handover.after_call',
  'outcome.before_commit',
  'outcome.after_commit',
] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

let halted = false;

/**
 * Dies as by kill -9 when CRASH_AT names this point. Stands still, once, until somebody lets it go on (SIGCONT), when
 * HALT_AT does. The configuration refuses both in production.
 */
export function crashPoint(point: CrashPoint): void {
  if (process.env['NODE_ENV'] === 'production') return;
  if (process.env['CRASH_AT'] === point) process.kill(process.pid, 'SIGKILL');
  if (process.env['HALT_AT'] !== point || halted) return;
  halted = true;
  process.kill(process.pid, 'SIGSTOP');
}

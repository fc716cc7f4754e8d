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

/** Dies as by kill -9 when CRASH_AT names this point; the configuration refuses CRASH_AT in production. */
export function crashPoint(point: CrashPoint): void {
  if (process.env['CRASH_AT'] === point && process.env['NODE_ENV'] !== 'production')
    process.kill(process.pid, 'SIGKILL');
}

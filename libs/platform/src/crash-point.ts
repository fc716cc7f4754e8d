/** Points at which the crash tests kill the process, in the order in which a message, an entry and a bundle pass them. */
export const CRASH_POINTS = [
  'accept.before_commit',
  'accept.after_commit',
  'attempt.before_commit',
  'attempt.after_commit',
  'handover.before_call',
  'handover.after_call',
  'outcome.before_commit',
  'outcome.after_commit',
  'sequence.before_commit',
  'sequence.after_commit',
  'publish.before_tiles',
  'publish.after_tiles',
  'publish.before_memory',
  'publish.after_memory',
  'publish.before_commit',
  'publish.after_commit',
  'export.after_fix',
  'export.before_commit',
  'export.after_commit',
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

/** Points at which the crash tests kill the process, in the order in which a message, an entry, a bundle, an event and what a center brings pass them. */
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
  'events.before_commit',
  'events.after_commit',
  'events.before_call',
  'events.after_call',
  'brought.after_keep',
  'brought.after_hear',
  'brought.after_read',
] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

// Read once: each look at the environment is a call into the system, and points lie on the way of every message.
const isArmed = process.env['NODE_ENV'] !== 'production';
const crashAt = isArmed ? process.env['CRASH_AT'] : undefined;
const haltAt = isArmed ? process.env['HALT_AT'] : undefined;
let halted = false;

/**
 * Dies as by kill -9 when CRASH_AT names this point. Stands still, once, until somebody lets it go on (SIGCONT), when
 * HALT_AT does. The configuration refuses both in production.
 */
export function crashPoint(point: CrashPoint): void {
  if (crashAt === point) process.kill(process.pid, 'SIGKILL');
  if (haltAt !== point || halted) return;
  halted = true;
  process.kill(process.pid, 'SIGSTOP');
}

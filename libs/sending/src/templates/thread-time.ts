import { readFileSync } from 'node:fs';

/**
 * For how long a thread of this process has had a processor, in milliseconds.
 * Source: Linux, Documentation/scheduler/sched-stats.rst, "/proc/<pid>/schedstat".
 * @param thread its number, as the system knows it
 * @returns null where the system does not tell
 */
export function threadTime(thread: number): number | null {
  try {
    const [nanoseconds] = readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ');
    const time = Number(nanoseconds) / 1e6;
    // A thread that has said its number has had a processor: 0 is what a system says that does not count.
    return time > 0 ? time : null;
  } catch {
    return null;
  }
}

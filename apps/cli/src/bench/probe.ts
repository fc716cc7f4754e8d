/**
 * Runs inside a measured process, beside its unchanged main module (`node --import`): tells the bench what the
 * process uses, profiles it on demand, and ends it when the bench is gone.
 */
import fs from 'node:fs';
import { Session } from 'node:inspector/promises';
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';

/** What one process has used since it started. */
export interface Usage {
  /** Processor time, user and system, in milliseconds. */
  readonly cpuMs: number;
  /** The most memory it ever held at once, in bytes. */
  readonly peakRssBytes: number;
  /**
   * The most that was alive right after a full collection since it was asked to watch, in bytes: what it needs, where
   * the memory it held at once also has what the collector had no reason to hurry about. 0 when there was none.
   */
  readonly peakLiveBytes: number;
}

/** Instead, where it could not be done. */
export interface Failed {
  readonly failed: string;
}

export type ProbeQuestion =
  | { readonly ask: 'usage' }
  | { readonly ask: 'watchMemory' }
  | { readonly ask: 'profile' }
  | { readonly ask: 'saveProfile'; readonly file: string };

if (process.send !== undefined) answerQuestions();

function answerQuestions(): void {
  let session: Session | undefined;
  const answer = async (question: ProbeQuestion): Promise<void> => {
    switch (question.ask) {
      case 'usage':
        break;
      case 'watchMemory':
        watchMemory();
        break;
      case 'profile':
        session = new Session();
        session.connect();
        await session.post('Profiler.enable');
        await session.post('Profiler.start');
        break;
      case 'saveProfile': {
        const stopped = await session?.post('Profiler.stop');
        session?.disconnect();
        fs.writeFileSync(question.file, JSON.stringify(stopped?.profile));
      }
    }
    process.send?.(usage());
  };
  process.on('message', (question: ProbeQuestion) => {
    // Unhandled, it would end a process that is only being watched.
    answer(question).catch((error: unknown) => process.send?.({ failed: String(error) } satisfies Failed));
  });
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}

let peakLiveBytes = 0;

function watchMemory(): void {
  new PerformanceObserver((list) => {
    const isFull = list.getEntries().some((entry) => {
      const { detail } = entry as PerformanceEntry & { readonly detail?: { readonly kind?: number } };
      return detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
    });
    if (!isFull) return;
    const { heapUsed, external } = process.memoryUsage();
    peakLiveBytes = Math.max(peakLiveBytes, heapUsed + external);
  }).observe({ entryTypes: ['gc'] });
}

function usage(): Usage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpuMs: (userCPUTime + systemCPUTime) / 1000, peakRssBytes: maxRSS * 1024, peakLiveBytes };
}

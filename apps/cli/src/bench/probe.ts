/**
 * Runs inside a measured process, beside its unchanged main module (`node --import`): tells the bench what the
 * process uses, profiles it on demand, and ends it when the bench is gone.
 */
import fs from 'node:fs';
import { Session } from 'node:inspector/promises';

/** What one process has used since it started. */
export interface Usage {
  /** Processor time, user and system, in milliseconds. */
  readonly cpuMs: number;
  /** The most memory it ever held at once, in bytes. */
  readonly peakRssBytes: number;
}

export type ProbeQuestion =
  | { readonly ask: 'usage' }
  | { readonly ask: 'profile' }
  | { readonly ask: 'saveProfile'; readonly file: string };

if (process.send !== undefined) answerQuestions();

function answerQuestions(): void {
  let session: Session | undefined;
  const answer = async (question: ProbeQuestion): Promise<void> => {
    switch (question.ask) {
      case 'usage':
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
  process.on('message', (question: ProbeQuestion) => void answer(question));
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}

function usage(): Usage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpuMs: (userCPUTime + systemCPUTime) / 1000, peakRssBytes: maxRSS * 1024 };
}

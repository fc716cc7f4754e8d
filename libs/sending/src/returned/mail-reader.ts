import { Worker } from 'node:worker_threads';
import { threadFile } from '../thread-file.js';
import { isTooNested } from './domain/mail-nesting.js';
import type { Arrival } from './read-arrival.js';

/** `too_nested`, `too_slow`, and `broken` for what no parser takes. */
export type MailReading =
  | { readonly kind: 'read'; readonly arrival: Arrival }
  | { readonly kind: 'unreadable'; readonly why: 'too_nested' | 'too_slow' | 'broken' };

/** A mail takes some 50 ms on a machine that does nothing else, one of a hundred thousand lines half a second. */
const LIMIT_MS = 5_000;

/**
 * Reads mails, one after the other, in a thread that begins with the first. Anybody can write to the mailbox, so whatever
 * a mail is made of takes no more than its limit, and nothing of the time of the process.
 */
export class MailReader {
  private worker: Worker | null = null;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly limitMs = LIMIT_MS) {}

  read(raw: Buffer): Promise<MailReading> {
    if (isTooNested(raw)) return Promise.resolve({ kind: 'unreadable', why: 'too_nested' });
    const reading = this.last.then(() => this.readNext(raw));
    this.last = reading.catch(() => null);
    return reading;
  }

  async close(): Promise<void> {
    const { worker } = this;
    this.worker = null;
    await worker?.terminate();
  }

  private readNext(raw: Buffer): Promise<MailReading> {
    const worker = (this.worker ??= begin());
    return new Promise((resolve) => {
      let isOver = false;
      const end = (reading: MailReading, isDead: boolean): void => {
        if (isOver) return;
        isOver = true;
        clearTimeout(timer);
        worker.off('message', answered).off('exit', died);
        worker.unref();
        if (isDead && this.worker === worker) this.worker = null;
        resolve(reading);
      };
      const answered = (arrival: Arrival | null): void =>
        end(arrival === null ? { kind: 'unreadable', why: 'broken' } : { kind: 'read', arrival }, false);
      const died = (): void => end({ kind: 'unreadable', why: 'broken' }, true);
      const tooLate = (): void => {
        if (isOver) return;
        void worker.terminate();
        end({ kind: 'unreadable', why: 'too_slow' }, true);
      };
      // What it answered while this process slept is read first.
      const timer = setTimeout(() => setImmediate(tooLate), this.limitMs);
      worker.once('message', answered).once('exit', died);
      worker.ref();
      worker.postMessage(raw);
    });
  }
}

function begin(): Worker {
  const worker = new Worker(threadFile('returned/mail-thread.cjs'), {
    resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 },
    // It needs nothing of the environment, and must not have it.
    env: {},
    execArgv: [],
  });
  // It ends then, and that is heard.
  worker.on('error', () => null);
  return worker;
}

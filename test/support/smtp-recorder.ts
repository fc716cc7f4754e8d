import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What the recorder does instead of taking mail; see smtp-recorder.mjs. */
export interface RecorderFault {
  readonly at: 'greeting' | 'mail' | 'rcpt' | 'content' | 'end';
  readonly do: 'cut' | 'stall' | 'delay' | 'refuse';
  /** For `delay`; 1000 when left out. */
  readonly ms?: number;
  /** Reply code for `refuse`; 451 when left out. */
  readonly reply?: number;
  /** How many times it happens; always when left out. */
  readonly count?: number;
}

/** A message that the recorder took, as its log has it. */
export interface RecordedMail {
  readonly messageId: string | null;
  readonly rcpt: readonly string[];
  readonly at: string;
}

export interface SmtpRecorder {
  readonly port: number;
  /** Everything in the log so far, in the order of arrival. */
  recorded(): RecordedMail[];
  /** Resolves when the fault is in force. */
  setFault(fault: RecorderFault | null): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the recorder as a process of its own. Its log survives it.
 * @param log file that is appended to
 */
export async function startSmtpRecorder(log: string, fault: RecorderFault | null = null): Promise<SmtpRecorder> {
  const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'smtp-recorder.mjs');
  const child = spawn(process.execPath, [program, '--log', log, '--fault', JSON.stringify(fault)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const answers = createInterface({ input: child.stdout });
  const answer = async (): Promise<string> => {
    const ended = exited.then(() => Promise.reject(new Error('the recorder has ended')));
    const [line] = (await Promise.race([once(answers, 'line'), ended])) as [string];
    return line;
  };
  const { port } = JSON.parse(await answer()) as { port: number };
  return {
    port,
    recorded: () =>
      fs
        .readFileSync(log, 'utf8')
        .split('\n')
        .filter((entry) => entry !== '')
        .map((entry) => JSON.parse(entry) as RecordedMail),
    async setFault(next) {
      child.stdin.write(`${JSON.stringify(next)}\n`);
      await answer();
    },
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}

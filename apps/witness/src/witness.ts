import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {
  COSIGNATURE_V1,
  cosign,
  parseSignedCheckpoint,
  parseSigningKey,
  parseVerifierKey,
  type SignedCheckpoint,
  type SigningKey,
  type VerifierKey,
  writeNote,
  writeSignatureLine,
  writeVerifierKey,
} from '#lib/proof';
import { judge, type Judged } from './domain/add-checkpoint.js';

/** In the witness's folder: its own key, and the verifier keys of the logs it watches, one to a line. */
export const KEY_FILE = 'witness.key';
export const LOGS_FILE = 'logs.txt';

/** What is answered to a request. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const TEXT = 'text/plain; charset=utf-8';

/**
 * Watches logs on behalf of whoever cannot: cosigns a checkpoint if all it has seen of that log before is a beginning of
 * it. It stands on libs/proof and Node alone, so that somebody else than the operator can read it and run it.
 *
 * Of each log it keeps the newest checkpoint in a file, on disk before it is answered. Everything between reading that
 * file and replacing it happens without waiting, so that two requests cannot overtake each other, and while the draft of
 * its successor is there nobody else reads it to replace it: not even another process that was started on the same folder.
 */
export class Witness {
  private constructor(
    private readonly folder: string,
    private readonly key: SigningKey,
    private readonly nowMs: () => number,
  ) {}

  /** @throws Error when the folder holds no key, a key that others can read, or no list of logs. */
  static open(folder: string, nowMs: () => number = Date.now): Witness {
    const file = path.join(folder, KEY_FILE);
    if ((fs.statSync(file).mode & 0o077) !== 0) throw new Error(`${file} can be read by others: chmod 600`);
    const key = parseSigningKey(fs.readFileSync(file, 'utf8').trim());
    if (key.key.type !== COSIGNATURE_V1) throw new Error(`${file} is no key of a witness`);
    const witness = new Witness(folder, key, nowMs);
    witness.logs();
    return witness;
  }

  /** What verifies its cosignatures. */
  get vkey(): string {
    return writeVerifierKey(this.key.key);
  }

  /** `POST /add-checkpoint`. */
  addCheckpoint(body: string): Answer {
    const drafts: Draft[] = [];
    try {
      const judged: Judged = judge(body, this.logs(), (origin) => {
        drafts.push(Draft.begin(this.file(origin), this.nowMs()));
        return this.latest(origin);
      });
      if (judged.status === 409) return { status: 409, type: 'text/x.tlog.size', body: `${judged.size}\n` };
      if (judged.status !== 200) return { status: judged.status, type: TEXT, body: `${judged.problem}\n` };
      const { text, signatures } = judged.note;
      const seconds = Math.floor(this.nowMs() / 1000);
      const cosignature = cosign(text, this.key.key, this.key.privateKey, seconds);
      const kept = writeNote({ text, signatures: [...signatures, cosignature] });
      for (const draft of drafts) draft.keep(kept);
      return { status: 200, type: TEXT, body: `${writeSignatureLine(cosignature)}\n` };
    } catch (error) {
      if (error instanceof Busy) return { status: 503, type: TEXT, body: 'another process writes in this folder\n' };
      throw error;
    } finally {
      for (const draft of drafts) draft.end();
    }
  }

  /** `GET /<SHA-256 of the origin in hex>/checkpoint`: the newest it has cosigned; null when it has seen none. */
  newest(id: string): string | null {
    const origin = this.logs().find(({ name }) => idOf(name) === id)?.name;
    return origin === undefined ? null : this.read(origin);
  }

  /** Read each time: a log may get another key while the witness runs. */
  private logs(): VerifierKey[] {
    return fs
      .readFileSync(path.join(this.folder, LOGS_FILE), 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('#'))
      .map(parseVerifierKey);
  }

  private latest(origin: string): SignedCheckpoint | null {
    const text = this.read(origin);
    return text === null ? null : parseSignedCheckpoint(text);
  }

  private read(origin: string): string | null {
    try {
      return fs.readFileSync(this.file(origin), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  private file(origin: string): string {
    return path.join(this.folder, `seen-${idOf(origin)}`);
  }
}

const idOf = (origin: string): string => createHash('sha256').update(origin).digest('hex');

/** Somebody else is about to replace the same file. */
class Busy extends Error {
  override readonly name = 'Busy';
}

/** A draft that is older belongs to a process that died over it: writing one takes milliseconds. */
const ABANDONED_MS = 10_000;

/** The next text of a file, which only one process at a time can begin. */
class Draft {
  private constructor(
    private readonly file: string,
    private readonly handle: number,
  ) {}

  /** @throws Busy */
  static begin(file: string, nowMs: number): Draft {
    const name = `${file}.new`;
    try {
      return new Draft(file, fs.openSync(name, 'wx', 0o600));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const age = nowMs - (fs.statSync(name, { throwIfNoEntry: false })?.mtimeMs ?? nowMs);
      if (age > ABANDONED_MS) fs.rmSync(name, { force: true });
      throw new Busy();
    }
  }

  /** Once this returns the file is the new one on disk, whatever dies. */
  keep(text: string): void {
    fs.writeFileSync(this.handle, text);
    fs.fsyncSync(this.handle);
    // Taken for abandoned, and begun anew by somebody.
    if (!this.isAt(`${this.file}.new`)) throw new Busy();
    fs.renameSync(`${this.file}.new`, this.file);
    const folder = fs.openSync(path.dirname(this.file), 'r');
    try {
      fs.fsyncSync(folder);
    } finally {
      fs.closeSync(folder);
    }
  }

  /** Takes the draft away, unless it was kept or is somebody else's by now. */
  end(): void {
    if (this.isAt(`${this.file}.new`)) fs.rmSync(`${this.file}.new`);
    fs.closeSync(this.handle);
  }

  private isAt(name: string): boolean {
    return fs.fstatSync(this.handle).ino === fs.statSync(name, { throwIfNoEntry: false })?.ino;
  }
}

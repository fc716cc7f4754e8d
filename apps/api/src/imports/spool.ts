import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

const IN_MEMORY_BYTES = 1024 * 1024;
const READ_BYTES = 64 * 1024;

/**
 * Holds texts until they are read, in their order, however late that is, so that whoever writes never waits for whoever
 * reads. A little is held in memory and what is more in a file of the folder for temporary files, which has no name from
 * the moment it is there: the system takes it back with the process, whatever becomes of that. One writes, one reads.
 */
export class Spool implements AsyncIterable<Buffer> {
  private readonly changed = new EventEmitter();
  /** Older than whatever of the file was not read yet. */
  private held: Buffer[] = [];
  private heldBytes = 0;
  private file: FileHandle | null = null;
  private written = 0;
  private read = 0;
  private end: { readonly error: Error | null } | null = null;

  async write(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    if (this.read === this.written && this.heldBytes + bytes.length <= IN_MEMORY_BYTES) {
      this.held.push(bytes);
      this.heldBytes += bytes.length;
    } else {
      this.file ??= await nameless();
      await this.file.write(bytes, 0, bytes.length, this.written);
      this.written += bytes.length;
    }
    this.changed.emit('change');
  }

  /** @param error why nothing more comes; null: it is all */
  finish(error: Error | null = null): void {
    this.end ??= { error };
    this.changed.emit('change');
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      if (this.held.length > 0) {
        const held = Buffer.concat(this.held);
        [this.held, this.heldBytes] = [[], 0];
        yield held;
      } else if (this.file !== null && this.read < this.written) {
        const length = Math.min(READ_BYTES, this.written - this.read);
        const { buffer, bytesRead } = await this.file.read(Buffer.alloc(length), 0, length, this.read);
        this.read += bytesRead;
        yield buffer.subarray(0, bytesRead);
      } else if (this.end === null) {
        await once(this.changed, 'change');
      } else {
        if (this.end.error !== null) throw this.end.error;
        return;
      }
    }
  }

  async close(): Promise<void> {
    await this.file?.close();
  }
}

async function nameless(): Promise<FileHandle> {
  const name = path.join(os.tmpdir(), `consent-gateway-results-${randomUUID()}`);
  const file = await open(name, 'wx+', 0o600);
  await unlink(name);
  return file;
}

import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { makeFolder } from '../database/make-folder.js';

/** Replaces a file in one step, on disk before it is seen, readable by this account alone. */
export function writePrivately(file: string, text: string): void {
  makeFolder(path.dirname(file));
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  const handle = fs.openSync(draft, 'wx', 0o600);
  try {
    fs.writeFileSync(handle, text);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
  fs.renameSync(draft, file);
}

export function writeJson(file: string, value: unknown): void {
  writePrivately(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** The file's content by its schema, or null when there is no such file. @throws Error when it is not what it should be. */
export function readJson<T>(file: string, schema: z.ZodType<T>): T | null {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${file} is damaged; restore it, or remove the whole directory to start over`, { cause });
  }
}

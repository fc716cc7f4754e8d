import fs from 'node:fs';
import path from 'node:path';
import { CommandEnd } from '../command.js';
import { operatingError } from '../operating-error.js';
import { makeFolder } from '../database/make-folder.js';
import { writeJson } from './kept-file.js';

/** What a program that started the gateway is told. Holds keys, so only this account may read it. */
export interface Ready {
  readonly api: string;
  readonly center: string;
  readonly worker: string;
  readonly mailbox: string;
  readonly smtp: { readonly host: string; readonly port: number };
  readonly witness: string;
  /** A live key of the demo brand, with every scope a brand can have. */
  readonly key: string;
  readonly testKey: string;
  readonly operatorKey: string;
  /** Opens the reports of the made-up year; left out as long as there is none. */
  readonly yearKey?: string;
  /** The supervisor. */
  readonly pid: number;
  readonly pids: { readonly api: number; readonly center: number; readonly worker: number; readonly postgres: number };
  readonly database: { readonly app: string };
}

/** Says who is ready, in a file that is there as a whole or not at all. */
export class ReadyFile {
  /** @throws CommandEnd where it could not be written: said now, and not when everything runs. */
  constructor(private readonly file: string | undefined) {
    if (file === undefined) return;
    try {
      const folder = path.dirname(file);
      makeFolder(folder);
      fs.accessSync(folder, fs.constants.W_OK);
      this.remove();
    } catch (error) {
      const sentence = operatingError(error);
      throw sentence === null ? error : new CommandEnd(`--ready-file: ${sentence}`, 2);
    }
  }

  write(ready: Ready): void {
    if (this.file !== undefined) writeJson(this.file, ready);
  }

  remove(): void {
    if (this.file !== undefined) fs.rmSync(this.file, { force: true });
  }
}

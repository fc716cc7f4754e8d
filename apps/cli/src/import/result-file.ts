import fs from 'node:fs';
import type { RowResult } from '#lib/consent';
import { csvLine } from '#lib/platform';
import { CommandEnd } from '../command.js';

/** What became of each row, as a file. In CSV no cell can be run as a formula; NDJSON holds every value unchanged. */
export class ResultFile {
  private readonly fd: number;
  private readonly isCsv: boolean;

  /** @throws CommandEnd when it is the file that is read: opening it would empty that */
  constructor(file: string, input: string) {
    if (isSameFile(file, input)) {
      throw new CommandEnd(`${file} is the file to import: name another one for --results.`, 2);
    }
    this.isCsv = file.endsWith('.csv');
    this.fd = fs.openSync(file, 'w', 0o600);
    if (this.isCsv) this.append(csvLine(['line', 'externalId', 'outcome', 'code', 'detail', 'before', 'after']));
  }

  write(rows: readonly RowResult[]): void {
    this.append(rows.map((row) => this.lineOf(row)).join(''));
  }

  close(): void {
    fs.closeSync(this.fd);
  }

  private append(text: string): void {
    fs.writeFileSync(this.fd, text);
  }

  private lineOf({ line, externalId, outcome, code, detail, before, after }: RowResult): string {
    return this.isCsv
      ? csvLine([line, externalId, outcome, code, detail, before, after])
      : `${JSON.stringify({ line, externalId, outcome, code, detail, before, after })}\n`;
  }
}

/** Whether two names, perhaps by links, lead to one file. */
function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((file) => fs.statSync(file, { throwIfNoEntry: false }));
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

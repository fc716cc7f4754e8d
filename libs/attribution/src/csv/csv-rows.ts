import { CsvProblem } from './csv-problem.js';
import { columnsOf } from './csv-columns.js';
import { CsvRecords } from './csv-records.js';

/** One record by the names of its columns; those that are not there say nothing. */
export interface CsvRow<Name extends string> {
  readonly line: number;
  readonly text: (name: Name) => string;
}

/** Hands on the rows of a CSV with named columns. */
export class CsvRows<Name extends string> {
  private readonly records = new CsvRecords();
  private columns: ReadonlyMap<Name, number> | null = null;
  private width = 0;
  private readonly onRecord = (): void => this.read();

  constructor(
    private readonly required: readonly Name[],
    private readonly optional: readonly Name[],
    private readonly onRow: (row: CsvRow<Name>) => void,
  ) {}

  /** @throws CsvProblem at the first row that cannot be read */
  push(piece: Uint8Array): void {
    this.records.push(piece, this.onRecord);
  }

  end(): void {
    this.records.end(this.onRecord);
    if (this.columns === null) throw new CsvProblem(1, 'the file is empty; its first line names the columns.');
  }

  private read(): void {
    const { records, columns } = this;
    if (columns === null) {
      this.columns = columnsOf(records, this.required, this.optional);
      this.width = records.count;
      return;
    }
    if (records.count !== this.width)
      throw new CsvProblem(
        records.line,
        `has ${records.count} fields where the first line names ${this.width} columns.`,
      );
    const text = (name: Name): string => {
      const field = columns.get(name);
      return field === undefined ? '' : records.text(field).trim();
    };
    this.onRow({ line: records.line, text });
  }
}

import { SequenceInterner } from '../interner.js';
import type { Milestones } from '../models/milestones.js';
import type { PathTable } from '../path-table.js';
import { NO_PATH, PathTableBuilder } from '../path-table-builder.js';
import { CsvProblem } from './csv-problem.js';
import { columnsOf } from './csv-columns.js';
import { CsvRecords } from './csv-records.js';
import { afterBlanks, beforeBlanks, decimalOf } from './decimal.js';
import { milestonesOf } from './milestones-cell.js';

const REQUIRED = ['path', 'conversions'] as const;
const OPTIONAL = ['value', 'nulls', 'ages', 'milestones'] as const;
const SEPARATOR = 62; // >
const ABSENT = -1;
/** What is counted along the edges of paths stays a double, however long they are. */
const MOST_TOGETHER = 1e290;

/**
 * Reads `path,conversions[,value][,nulls][,ages][,milestones]` into a table. What a path says is worked out once for all
 * rows that write it alike; the rest is numbers.
 */
export class PathsReader {
  private readonly records = new CsvRecords();
  private readonly builder: PathTableBuilder;
  /** Paths as they are written. */
  private readonly written = SequenceInterner.ofBytes();
  private meant = new Int32Array(512);
  private columns: Readonly<Record<(typeof REQUIRED | typeof OPTIONAL)[number], number>> | null = null;
  private width = 0;
  private ages = new Float64Array(64);
  private rowCount = 0;
  /** Of the rows so far: conversions and nulls, and value. */
  private together = 0;
  private worth = 0;
  private readonly onRecord = (): void => this.read();

  constructor(options: { readonly halfLifeDays?: number } = {}) {
    this.builder = new PathTableBuilder(options);
  }

  /** Rows read so far, the header not counted. */
  get rows(): number {
    return this.rowCount;
  }

  /** @throws CsvProblem at the first row that cannot be read */
  push(piece: Uint8Array): void {
    this.records.push(piece, this.onRecord);
  }

  /** Says that the file has ended. */
  end(): PathTable {
    this.records.end(this.onRecord);
    if (this.columns === null) throw new CsvProblem(1, 'the file is empty; its first line names the columns.');
    return this.builder.build();
  }

  private read(): void {
    if (this.columns === null) {
      const places = columnsOf(this.records, REQUIRED, OPTIONAL);
      const place = (name: (typeof REQUIRED | typeof OPTIONAL)[number]): number => places.get(name) ?? ABSENT;
      this.columns = {
        path: place('path'),
        conversions: place('conversions'),
        value: place('value'),
        nulls: place('nulls'),
        ages: place('ages'),
        milestones: place('milestones'),
      };
      this.width = this.records.count;
      return;
    }
    const { columns, records } = this;
    if (records.count !== this.width)
      throw new CsvProblem(
        records.line,
        `has ${records.count} fields where the first line names ${this.width} columns.`,
      );
    this.rowCount++;
    const path = this.pathOf(columns.path);
    const conversions = this.amount(columns.conversions, 'conversions');
    const value = this.amount(columns.value, 'value');
    const nulls = this.amount(columns.nulls, 'nulls');
    this.together += conversions + nulls;
    this.worth += value;
    if (!(this.together <= MOST_TOGETHER && this.worth <= MOST_TOGETHER))
      throw new CsvProblem(
        records.line,
        `adds up with those before it to more than ${MOST_TOGETHER}; divide all amounts.`,
      );
    if (value !== 0 && conversions === 0) throw new CsvProblem(records.line, 'has a value and no conversion.');
    const touches = this.builder.lengthOf(path);
    const ages = this.readAges(columns.ages, touches) ? this.ages : undefined;
    const milestones = this.readMilestones(columns.milestones, touches);
    this.builder.addRow(path, conversions, value, nulls, ages, milestones ?? NONE, milestones !== null);
  }

  private pathOf(field: number): number {
    const { records } = this;
    // Doubled quotes are one, and the same bytes without quotes around them are two.
    if (records.isEscaped(field)) return this.builder.pathOf(namesIn(records.text(field)));
    const from = records.startOf(field);
    const to = records.endOf(field);
    const known = this.written.size;
    const index = this.written.intern(records.bytes, from, to);
    if (index < known) return this.meant[index] ?? NO_PATH;
    if (index === this.meant.length)
      this.meant = Int32Array.from({ length: index * 2 }, (_, i) => this.meant[i] ?? NO_PATH);
    const path = this.builder.pathOf(namesIn(records.text(field)));
    this.meant[index] = path;
    return path;
  }

  /** A number that is not negative; a column that is not there and a cell without text say 0. */
  private amount(field: number, column: string): number {
    if (field === ABSENT) return 0;
    const { bytes } = this.records;
    const to = beforeBlanks(bytes, this.records.startOf(field), this.records.endOf(field));
    const from = afterBlanks(bytes, this.records.startOf(field), to);
    if (from === to) return 0;
    const amount = decimalOf(bytes, from, to);
    if (!Number.isFinite(amount) || amount < 0)
      throw this.wrong(field, `${column} is a decimal that is not negative, as 12 or 0.5 or 1e3`);
    return amount;
  }

  /** Reads `12.5 > 3 > 0` into `ages`. @returns false when the row says nothing of ages */
  private readAges(field: number, touches: number): boolean {
    if (field === ABSENT) return false;
    const { bytes } = this.records;
    const end = beforeBlanks(bytes, this.records.startOf(field), this.records.endOf(field));
    let at = afterBlanks(bytes, this.records.startOf(field), end);
    if (at === end) return false;
    if (touches > this.ages.length) this.ages = new Float64Array(touches * 2);
    for (let count = 1; ; count++) {
      let stop = at;
      while (stop < end && bytes[stop] !== SEPARATOR) stop++;
      const to = beforeBlanks(bytes, at, stop);
      const age = decimalOf(bytes, afterBlanks(bytes, at, to), to);
      if (!Number.isFinite(age) || age < 0)
        throw this.wrong(field, 'ages are days before the conversion, one for each touch, as 12.5 > 3 > 0');
      if (count > touches || (stop === end && count < touches))
        throw this.wrong(field, `ages are as many as the touches of the path, which has ${touches}`);
      this.ages[count - 1] = age;
      if (stop === end) return true;
      at = stop + 1;
    }
  }

  private readMilestones(field: number, touches: number): Milestones | null {
    if (field === ABSENT) return null;
    const read = milestonesOf(this.records.bytes, this.records.startOf(field), this.records.endOf(field), touches);
    if (read === 'wrong')
      throw this.wrong(
        field,
        `milestones are places of touches, counted from 0, as lc=0;oc=2;cw=3, and the path has ${touches}`,
      );
    return read;
  }

  private wrong(field: number, rule: string): CsvProblem {
    return new CsvProblem(this.records.line, `${rule}; "${this.records.text(field)}" is not that.`);
  }
}

const NONE: Milestones = { leadCreation: -1, opportunityCreation: -1, closedWon: -1 };

/** A place without a name is no touch. */
function namesIn(path: string): string[] {
  return path
    .split('>')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

import type { ConversionFact } from '../touches/conversion-paths.js';
import { instantOf } from '../touches/instant.js';
import { TouchLog } from '../touches/touch-log.js';
import { CsvProblem } from './csv-problem.js';
import { type CsvRow, CsvRows } from './csv-rows.js';

const TOUCHES = {
  required: ['touch_id', 'account_id', 'contact_id', 'ts', 'channel'],
  optional: ['campaign', 'cost', 'message'],
} as const;
const CONVERSIONS = {
  required: ['conversion_id', 'account_id', 'ts', 'value'],
  optional: ['lead_ts', 'opp_ts', 'contact_id'],
} as const;
type TouchColumn = (typeof TOUCHES)['required' | 'optional'][number];
type ConversionColumn = (typeof CONVERSIONS)['required' | 'optional'][number];

/** What a touch is called that belongs to no campaign. */
const NO_CAMPAIGN = '(none)';
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** Reads `touch_id,account_id,contact_id,ts,channel,campaign,cost`, and `message` where it is known which touches were one. */
export class TouchesReader {
  private readonly log = new TouchLog();
  private readonly rows: CsvRows<TouchColumn>;
  private left = 0;

  constructor(dimension: 'channel' | 'campaign', unit: 'account' | 'contact') {
    this.rows = new CsvRows<TouchColumn>(TOUCHES.required, TOUCHES.optional, (row) => {
      const id = needed(row, 'touch_id');
      const at = instant(row, 'ts', needed(row, 'ts'));
      const channel = needed(row, 'channel');
      // A credit note is a cost, too.
      decimal(row, 'cost');
      const name = dimension === 'channel' ? channel : row.text('campaign') || NO_CAMPAIGN;
      if (name.includes('>'))
        throw new CsvProblem(row.line, `the ${dimension} "${name}" holds ">", which divides paths.`);
      if (row.text(unit === 'account' ? 'account_id' : 'contact_id') === '') {
        this.left++;
        return;
      }
      const fact = { id, at, account: row.text('account_id'), contact: row.text('contact_id'), name };
      const send = row.text('message') || null;
      if (!this.log.add({ ...fact, send }))
        throw new CsvProblem(row.line, `the touch "${id}" is there already and says something else.`);
    });
  }

  /** Touches of no account, or of no contact where those make paths: they are on none. */
  get withoutUnit(): number {
    return this.left;
  }

  push(piece: Uint8Array): void {
    this.rows.push(piece);
  }

  end(): TouchLog {
    this.rows.end();
    return this.log;
  }
}

/** Reads `conversion_id,account_id,ts,value,lead_ts,opp_ts`, and `contact_id` where it is known. */
export class ConversionsReader {
  private readonly conversions = new Map<string, ConversionFact>();
  private readonly rows = new CsvRows<ConversionColumn>(CONVERSIONS.required, CONVERSIONS.optional, (row) => {
    const id = needed(row, 'conversion_id');
    const milestone = (name: ConversionColumn): number | null =>
      row.text(name) === '' ? null : instant(row, name, row.text(name));
    const conversion = {
      id,
      account: needed(row, 'account_id'),
      contact: row.text('contact_id') || null,
      at: instant(row, 'ts', needed(row, 'ts')),
      value: amount(row, 'value'),
      leadAt: milestone('lead_ts'),
      opportunityAt: milestone('opp_ts'),
    };
    const known = this.conversions.get(id);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(conversion))
      throw new CsvProblem(row.line, `the conversion "${id}" is there already and says something else.`);
    this.conversions.set(id, conversion);
  });

  push(piece: Uint8Array): void {
    this.rows.push(piece);
  }

  end(): readonly ConversionFact[] {
    this.rows.end();
    return [...this.conversions.values()];
  }
}

function needed<Name extends string>(row: CsvRow<Name>, name: Name): string {
  const text = row.text(name);
  if (text === '') throw new CsvProblem(row.line, `has no ${name}.`);
  return text;
}

function instant<Name extends string>(row: CsvRow<Name>, name: Name, text: string): number {
  const at = instantOf(text);
  if (Number.isNaN(at))
    throw new CsvProblem(row.line, `${name} is a time as 2026-03-01T09:30:00Z or 2026-03-01; "${text}" is not that.`);
  return at;
}

/** A cell without text says 0. */
function decimal<Name extends string>(row: CsvRow<Name>, name: Name): number {
  const text = row.text(name);
  if (text === '') return 0;
  const value = DECIMAL.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(value)) throw notThat(row, name, 'a decimal, as 12 or -0.5');
  return value;
}

function amount<Name extends string>(row: CsvRow<Name>, name: Name): number {
  const value = decimal(row, name);
  if (value < 0) throw notThat(row, name, 'a decimal that is not negative, as 12 or 0.5');
  return value;
}

function notThat<Name extends string>(row: CsvRow<Name>, name: Name, what: string): CsvProblem {
  return new CsvProblem(row.line, `${name} is ${what}; "${row.text(name)}" is not that.`);
}

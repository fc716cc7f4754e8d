import type { Report, ReportCell, ReportColumn, ReportLanguage } from '#lib/reporting';
import { minorDigits, valueWord, whyNotWord } from '#lib/reporting';
import { type Html, piece } from '../html.js';
import { sayIn } from './texts.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** How the numbers of a report are written for one reader. */
export class Cells {
  private readonly whole: Intl.NumberFormat;
  private readonly percent: Intl.NumberFormat;
  private readonly oneDigit: Intl.NumberFormat;

  /** @param hrefOf where on the pages a link of the report leads; null where the reader may not go */
  constructor(
    private readonly language: ReportLanguage,
    private readonly hrefOf: (link: string) => string | null,
  ) {
    this.whole = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
    this.percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 2 });
    this.oneDigit = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  }

  /** The words of a cell alone. */
  text(column: ReportColumn, cell: ReportCell | undefined): string {
    if (cell === undefined || 'notAvailable' in cell) return sayIn(this.language)('notAvailable');
    const { value } = cell;
    if (cell.standsFor !== undefined) return valueWord('standsFor', cell.standsFor, this.language);
    if (value === '') return sayIn(this.language)('none');
    if (typeof value === 'string')
      return DAY.test(value) ? this.day(value) : valueWord(column.key, value, this.language);
    switch (column.kind) {
      case 'money':
        return this.money(value, column.unit);
      case 'rate':
        return this.percent.format(value);
      case 'duration':
        return this.oneDigit.format(value);
      default:
        return this.whole.format(value);
    }
  }

  /** The cell of a table: its number leads to what it is made of. */
  td(column: ReportColumn, cell: ReportCell | undefined): Html {
    const kind = column.kind === 'text' ? 'text' : 'number';
    if (cell !== undefined && 'notAvailable' in cell) {
      const why = whyNotWord(cell.notAvailable, this.language);
      return piece`<td class="${kind} na">${this.text(column, cell)}<br /><small>${why}</small></td>`;
    }
    const said = this.text(column, cell);
    const href = cell !== undefined && 'link' in cell && cell.link !== undefined ? this.hrefOf(cell.link) : null;
    return piece`<td class="${kind}">
      ${href === null ? piece`<bdi>${said}</bdi>` : piece`<a href="${href}">${said}</a>`}
    </td>`;
  }

  /** Of a calendar, and so in no zone. */
  private day(day: string): string {
    const at = new Date(`${day}T00:00:00Z`);
    return at.toLocaleDateString(this.language, { dateStyle: 'medium', timeZone: 'UTC' });
  }

  private money(minor: number, currency: string): string {
    const digits = minorDigits(currency);
    return new Intl.NumberFormat(this.language, {
      ...{ style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits },
    }).format(minor / 10 ** digits);
  }
}

/** Numbers of the total that stand above everything else. */
export function leadFigures(
  { columns, total }: Report,
  chosen?: readonly string[],
): { readonly column: ReportColumn; readonly cell: ReportCell }[] {
  if (total === null) return [];
  const all = columns.flatMap((column, i) => {
    const cell = total.cells[i];
    return column.kind === 'text' || cell === undefined ? [] : [{ column, cell }];
  });
  if (chosen === undefined) return all.slice(0, 5);
  return chosen.flatMap((key) => all.filter(({ column }) => column.key === key));
}

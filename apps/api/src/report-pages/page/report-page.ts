import {
  columnWord,
  noteWord,
  type ParameterValue,
  parameterWord,
  type Report,
  type ReportColumn,
  type ReportLanguage,
  type ReportRow,
  reportWords,
  unitWord,
  valueWord,
} from '#lib/reporting';
import { Times } from '#lib/platform';
import type { Filter } from '../../reports/catalog/offered-report.js';
import { type Html, piece } from '../html.js';
import { Cells, leadFigures } from './cells.js';
import { sayIn } from './texts.js';

/** Values of a list that are named one by one. */
const MOST_NAMED = 4;

/** Everything that a page of one report is made of. */
export interface ReportPage {
  readonly language: ReportLanguage;
  readonly report: Report;
  /** Cleaned SVG with its title inside; null where there is nothing to draw. */
  readonly chart: { readonly question: string; readonly svg: Html } | null;
  readonly filters: readonly Filter[];
  /** What was asked for, as it stands in the address. */
  readonly asked: Readonly<Record<string, string>>;
  /** Keys of the figures that stand above everything else. */
  readonly figures?: readonly string[] | undefined;
  readonly hrefOf: (link: string) => string | null;
}

/** Question, figures, chart, table and what they rest on. */
export function reportPage(page: ReportPage): Html {
  const { language, report, chart, filters, asked, hrefOf } = page;
  const say = sayIn(language);
  const { title, question } = reportWords(report.key, language);
  const cells = new Cells(language, hrefOf);
  const here = (more: Readonly<Record<string, string>>): string =>
    `?${new URLSearchParams({ ...asked, ...more, language }).toString()}`;
  const figures = leadFigures(report, page.figures);
  return piece`<h1>${title}</h1>
    <p class="lead">${question}</p>
    ${factList(report, language)} ${filterForm(filters, asked, report, language)}
    ${
      figures.length === 0
        ? null
        : piece`<dl class="figures">
            ${figures.map(
              ({ column, cell }) =>
                piece`<div>
                  <dt>${columnWord(column.key, language)}</dt>
                  <dd>${cells.text(column, cell)}</dd>
                </div>`,
            )}
          </dl>`
    }
    ${
      chart === null
        ? null
        : piece`<section aria-label="${say('chart')}">
            ${chart.question === question ? null : piece`<h2>${chart.question}</h2>`}
            <div class="frame charted" tabindex="0" role="group" aria-label="${say('chart')}">${chart.svg}</div>
          </section>`
    }
    <section>
      <h2>${say('table')}</h2>
      ${table(report, page, cells, here)}
      <p class="links">
        <a href="${here({ format: 'csv' })}">${say('csv')}</a
        ><a href="${here({ format: 'csv', excel: 'de' })}">${say('csvExcel')}</a>
      </p>
    </section>
    ${
      report.notes.length === 0
        ? null
        : piece`<section>
            <h2>${say('notes')}</h2>
            <ul class="quiet">
              ${report.notes.map((note) => piece`<li>${noteWord(note, language)}</li>`)}
            </ul>
          </section>`
    }`;
}

type RestsOn = Pick<Report, 'period' | 'zone' | 'dataThrough' | 'ledgerPosition' | 'parameters'>;

/** What every report rests on: on the page, and in the footer of the paper. */
export function factLines(
  { period, zone, dataThrough, ledgerPosition, parameters }: RestsOn,
  language: ReportLanguage,
) {
  const say = sayIn(language);
  const times = new Times(language, zone, dataThrough);
  const last = times.day(period.to - 1);
  const first = times.day(period.from);
  const asked = Object.entries(parameters).flatMap(([name, value]): (readonly [string, string])[] =>
    value === null || name === 'from' || name === 'to'
      ? []
      : [[parameterWord(name, language), said(name, value, language)]],
  );
  return [
    [say('period'), first === last ? first : `${first} – ${last}`],
    [say('zone'), times.zoneName()],
    [say('dataThrough'), times.instant(dataThrough)],
    [say('ledger'), ledgerPosition.toLocaleString(language)],
    ...asked,
  ] as const;
}

/** One value, or a list of them; a long list by its length. */
function said(name: string, value: NonNullable<ParameterValue>, language: ReportLanguage): string {
  if (typeof value !== 'object') return valueWord(name, String(value), language);
  const one = name.replace(/s$/, '');
  if (value.length > MOST_NAMED) return value.length.toLocaleString(language);
  return value.map((each) => valueWord(one, each, language)).join(', ');
}

export function factList(report: RestsOn, language: ReportLanguage): Html {
  const lines = factLines(report, language).map(
    ([name, value]) =>
      piece`<div>
        <dt>${name}</dt>
        <dd>${value}</dd>
      </div>`,
  );
  return piece`<dl class="facts">${lines}</dl>`;
}

function filterForm(
  filters: readonly Filter[],
  asked: Readonly<Record<string, string>>,
  { period, zone }: Report,
  language: ReportLanguage,
): Html {
  const say = sayIn(language);
  const times = new Times(language, zone, period.to);
  const shown: Readonly<Record<string, string>> = {
    from: times.field(period.from),
    to: times.field(period.to - 1),
    zone,
  };
  const field = ({ name, kind, choices, fallback, isOptional }: Filter): Html => {
    const value = asked[name] ?? shown[name] ?? fallback ?? '';
    const label = parameterWord(name, language);
    if (choices !== null) {
      const options = [...(isOptional ? [''] : []), ...choices].map((choice) => {
        const said = choice === '' ? say('all') : valueWord(name, choice, language);
        return choice === value
          ? piece`<option value="${choice}" selected>${said}</option>`
          : piece`<option value="${choice}">${said}</option>`;
      });
      return piece`<label
        ><span>${label}</span
        ><select name="${name}">
          ${options}
        </select></label
      >`;
    }
    const hint = isOptional && kind === 'text' && !(name in shown) ? say('all') : '';
    return piece`<label
      ><span>${label}</span
      ><input
        name="${name}"
        type="${kind}"
        value="${value}"
        placeholder="${name === 'asOf' ? '2026-11-26T12:00:00Z' : hint}"
    /></label>`;
  };
  // The figures come first: what was asked stands above, and whoever wants to ask otherwise opens the form.
  return piece`<details class="asking">
    <summary>${say('filters')}</summary>
    <form class="filters" method="get" aria-label="${say('filters')}">
    <input type="hidden" name="language" value="${language}" /><input
      type="hidden"
      name="form"
      value="1"
    />${filters.map(field)}<button class="do">${say('apply')}</button>
    </form>
  </details>`;
}

function table(
  { key, columns, rows, total }: Report,
  { language, filters }: ReportPage,
  cells: Cells,
  here: (more: Readonly<Record<string, string>>) => string,
): Html {
  const say = sayIn(language);
  const names = new Set(filters.map(({ name }) => name));
  const head = columns.map(
    (column) =>
      piece`<th scope="col" class="${kindOf(column)}">
        ${columnWord(column.key, language)}${column.unit === null ? null : piece`<small>${unitWord(column.unit, language)}</small>`}
      </th>`,
  );
  const row = ({ cells: given }: ReportRow): Html => {
    const said = columns.map((column, i): Html => {
      const cell = given[i];
      const isName = column.kind === 'text' && names.has(column.key);
      if (!isName || cell === undefined || !('value' in cell) || cell.value === '…') return cells.td(column, cell);
      // The name of a row leads to the report about it alone.
      const asks = Object.fromEntries(
        columns.slice(0, i + 1).flatMap(({ kind, key: name }, j) => {
          const own = given[j];
          return kind === 'text' && names.has(name) && own !== undefined && 'value' in own
            ? [[name, String(own.value)]]
            : [];
        }),
      );
      const text = cell.value === '' ? say('none') : cells.text(column, cell);
      return piece`<td class="text">
        <a href="${here(asks)}"><bdi>${text}</bdi></a>
      </td>`;
    });
    return piece`<tr>
      ${said}
    </tr>`;
  };
  const foot =
    total === null
      ? null
      : piece`<tfoot>
          <tr>
            ${columns.map((column, i) => {
              if (i === 0) return piece`<th scope="row" class="text">${say('total')}</th>`;
              return column.kind === 'text' ? piece`<td class="text"></td>` : cells.td(column, total.cells[i]);
            })}
          </tr>
        </tfoot>`;
  return piece`<div class="frame table" tabindex="0" role="group" aria-label="${say('table')}">
    <table id="table-${key}">
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${rows.map(row)}
      </tbody>
      ${foot}
    </table>
  </div>`;
}

function kindOf({ kind }: ReportColumn): 'text' | 'number' {
  return kind === 'text' ? 'text' : 'number';
}

import type { Runway } from './runway.js';

/** The runway as rows, header first: the same for a terminal, a page and a CSV file. */
export interface RunwayTable {
  readonly header: readonly string[];
  readonly rows: readonly { readonly day: string; readonly figures: readonly number[] }[];
  readonly total: readonly (number | null)[];
}

export interface RunwayWords {
  readonly week: string;
  readonly lost: string;
  readonly validity: string;
  readonly clock: (law: string) => string;
  readonly confirmations: string;
  readonly remaining: string;
  readonly total: string;
}

/** Columns: lost, of that by validity, of that by each law, confirmations that lapse, and what remains. */
export function runwayTable({ weeks }: Runway, words: RunwayWords): RunwayTable {
  const laws = Object.keys(weeks[0]?.clocks ?? {});
  const rows = weeks.map(({ from, lost, validity, clocks, confirmations, remaining }) => ({
    day: new Date(from).toISOString().slice(0, 10),
    figures: [lost, validity, ...laws.map((law) => clocks[law] ?? 0), confirmations, remaining],
  }));
  const columns = laws.length + 4;
  const total = Array.from({ length: columns }, (_, i) =>
    // What remains is a level and not a flow; its sum would mean nothing.
    i === columns - 1
      ? (rows.at(-1)?.figures[i] ?? null)
      : rows.reduce((sum, { figures }) => sum + (figures[i] ?? 0), 0),
  );
  const header = [
    words.week,
    words.lost,
    words.validity,
    ...laws.map(words.clock),
    words.confirmations,
    words.remaining,
  ];
  return { header, rows, total };
}

export const RUNWAY_WORDS: Readonly<Record<'en' | 'de', RunwayWords>> = {
  en: {
    week: 'Week from',
    lost: 'No longer sendable',
    validity: 'by end of validity',
    clock: (law) => `by law (${law.toUpperCase()})`,
    confirmations: 'Confirmations that lapse',
    remaining: 'Still sendable',
    total: 'Total',
  },
  de: {
    week: 'Woche ab',
    lost: 'Nicht mehr erreichbar',
    validity: 'durch Ende der Gültigkeit',
    clock: (law) => `durch Gesetz (${law.toUpperCase()})`,
    confirmations: 'Verfallende Bestätigungen',
    remaining: 'Noch erreichbar',
    total: 'Summe',
  },
};

/** For a terminal: text left, numbers right. */
export function runwayText(runway: Runway): string {
  const words = RUNWAY_WORDS.en;
  const { header, rows, total } = runwayTable(runway, words);
  const number = (n: number | null | undefined): string => (n ?? 0).toLocaleString('en');
  const lines = [
    header,
    ...rows.map(({ day, figures }) => [day, ...figures.map(number)]),
    [words.total, ...total.map(number)],
  ];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const table = lines
    .map((line) =>
      line.map((cell, i) => (i === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
    )
    .join('\n');
  const { sendable, endsLater, endless } = runway;
  return `${sendable.toLocaleString('en')} contact points can be written to now.\n\n${table}\n\nAfter that: ${endsLater.toLocaleString('en')} with a later end, ${endless.toLocaleString('en')} without one.`;
}

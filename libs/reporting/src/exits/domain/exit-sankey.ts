import type { SankeyChart, Tone } from '../../charts/domain/chart.js';
import { type ExitFigures, type ExitPlace, type ExitRow, type Stood } from './exit-figures.js';

/** How the chart says what it shows. */
export interface SankeyWords {
  readonly title: string;
  readonly description: string;
  readonly accepted: string;
  readonly others: string;
  /** Places of fewer messages are drawn together. */
  readonly least: number;
  readonly number: (n: number) => string;
  readonly place: (place: ExitPlace) => string;
  readonly way: (way: Pick<Stood, 'standing' | 'reason'>) => string;
}

/** Places that are drawn apart; the smallest are drawn together. */
const MOST_PLACES = 12;
const ACCEPTED = 'accepted';

/** From all that was accepted through where it came from to where it stands. Null when there is nothing to draw. */
export function exitSankey({ rows, total }: ExitFigures, words: SankeyWords): SankeyChart | null {
  if (total.inflow === 0) return null;
  const bySize = [...rows].sort((a, b) => b.inflow - a.inflow);
  const large = bySize.filter(({ inflow }) => inflow >= words.least);
  const shown = new Set(rows.length <= MOST_PLACES ? large : large.slice(0, MOST_PLACES - 1));
  const groups = [
    ...rows.filter((row) => shown.has(row)).map((row) => ({ name: words.place(row), rows: [row] })),
    ...(shown.size === rows.length ? [] : [{ name: words.others, rows: rows.filter((row) => !shown.has(row)) }]),
  ];
  const ways: Pick<Stood, 'standing' | 'reason'>[] = [
    ...(total.sent > 0 ? [{ standing: 'sent' as const, reason: null }] : []),
    ...(total.processing > 0 ? [{ standing: 'processing' as const, reason: null }] : []),
    ...total.exits,
  ];
  const sized = groups.map(({ name, rows: own }) => ({ name, own, inflow: sum(own, ({ inflow }) => inflow) }));
  const wayId = (way: Pick<Stood, 'standing' | 'reason'>) => `way ${way.standing} ${way.reason ?? ''}`;
  return {
    kind: 'sankey',
    title: words.title,
    description: words.description,
    nodes: [
      { id: ACCEPTED, label: `${words.accepted} ${words.number(total.inflow)}`, depth: 0, tone: 'flow' },
      ...sized.map(({ name, inflow }, i) => ({
        ...{ id: `place ${i}`, label: `${name} ${words.number(inflow)}`, depth: 1, tone: 'flow' as const },
      })),
      ...ways.map((way) => ({
        id: wayId(way),
        label: `${words.way(way)} ${words.number(sum(rows, (row) => standing(row, way)))}`,
        depth: 2,
        tone: toneOf(way),
      })),
    ],
    links: [
      ...sized.map(({ inflow }, i) => ({ from: ACCEPTED, to: `place ${i}`, value: inflow, tone: 'flow' as const })),
      ...sized.flatMap(({ own }, i) =>
        ways.flatMap((way) => {
          const value = sum(own, (row) => standing(row, way));
          return value === 0 ? [] : [{ from: `place ${i}`, to: wayId(way), value, tone: toneOf(way) }];
        }),
      ),
    ],
  };
}

function toneOf({ standing: how }: Pick<Stood, 'standing'>): Tone {
  return how === 'sent' ? 'flow' : how === 'processing' ? 'rest' : 'exit';
}

function standing(row: ExitRow, way: Pick<Stood, 'standing' | 'reason'>): number {
  if (way.standing === 'sent') return row.sent;
  if (way.standing === 'processing') return row.processing;
  return row.exits.find((exit) => exit.standing === way.standing && exit.reason === way.reason)?.messages ?? 0;
}

function sum(rows: readonly ExitRow[], of: (row: ExitRow) => number): number {
  return rows.reduce((all, row) => all + of(row), 0);
}

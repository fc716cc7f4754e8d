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
  /** @param isOne whether all are of one campaign, which need not be said of each */
  readonly place: (place: ExitPlace, isOne: boolean) => string;
  readonly way: (way: Pick<Stood, 'standing' | 'reason'>) => string;
}

/** Places that can be drawn apart so that their names can be read. */
const MOST_PLACES = 12;
const ACCEPTED = 'accepted';

/** From all that was accepted through where it came from to where it stands. Null when there is nothing to draw. */
export function exitSankey({ rows, total }: ExitFigures, words: SankeyWords): SankeyChart | null {
  if (total.inflow === 0) return null;
  const groups = readable(rows, words);
  const ways: Pick<Stood, 'standing' | 'reason'>[] = [
    ...(total.sent > 0 ? [{ standing: 'sent' as const, reason: null }] : []),
    ...(total.processing > 0 ? [{ standing: 'processing' as const, reason: null }] : []),
    ...total.exits,
  ];
  const sized = groups.map((group) => ({ ...group, inflow: inflowOf(group) }));
  const wayId = (way: Pick<Stood, 'standing' | 'reason'>) => `way ${way.standing} ${way.reason ?? ''}`;
  return {
    kind: 'sankey',
    title: words.title,
    description: words.description,
    nodes: [
      { id: ACCEPTED, label: `${words.accepted} ${words.number(total.inflow)}`, depth: 0, tone: 'flow' },
      ...sized.map(({ name, inflow }, i) => ({
        // The number first: a long name is cut at its end.
        ...{ id: `place ${i}`, label: `${words.number(inflow)} ${name}`, depth: 1, tone: 'flow' as const },
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

interface Group {
  readonly name: string;
  readonly own: readonly ExitRow[];
}

const NOBODY: Group = { name: '', own: [] };

/** As fine as can be read: by place, or by campaign and channel; what is beyond the largest together, and what is of few. */
function readable(rows: readonly ExitRow[], words: SankeyWords): Group[] {
  const isOne = new Set(rows.map(({ campaign }) => campaign)).size === 1;
  const grouped = (nameOf: (row: ExitRow) => string): Group[] => {
    const groups = new Map<string, ExitRow[]>();
    for (const row of rows) groups.set(nameOf(row), [...(groups.get(nameOf(row)) ?? []), row]);
    return [...groups].map(([name, own]) => ({ name, own }));
  };
  const byPlace = grouped((row) => words.place(row, isOne));
  const groups =
    byPlace.length <= MOST_PLACES || isOne
      ? byPlace
      : grouped(({ campaign, channel }) => words.place({ campaign, path: null, step: null, channel }, false));
  const bySize = [...groups].sort((a, b) => inflowOf(a) - inflowOf(b));
  let few = groups.length > MOST_PLACES ? groups.length - MOST_PLACES + 1 : 0;
  let together = bySize.slice(0, few).reduce((all, group) => all + inflowOf(group), 0);
  while (few < bySize.length && (inflowOf(bySize[few] ?? NOBODY) < words.least || (few > 0 && together < words.least)))
    together += inflowOf(bySize[few++] ?? NOBODY);
  if (few === 0) return groups;
  const others = new Set(bySize.slice(0, few));
  const own = groups.filter((group) => others.has(group)).flatMap((group) => group.own);
  return [...groups.filter((group) => !others.has(group)), { name: words.others, own }];
}

function inflowOf({ own }: Group): number {
  return sum(own, ({ inflow }) => inflow);
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

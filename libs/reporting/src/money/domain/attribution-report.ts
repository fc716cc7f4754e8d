import { bootstrap, type Model, RESAMPLED, type WeightSet } from '#lib/attribution';
import { linkTo } from '../../domain/asked.js';
import {
  count,
  known,
  money,
  notAvailable,
  ratio,
  type Report,
  type ReportCell,
  type ReportColumn,
  type ReportRow,
  standingFor,
  text,
} from '../../domain/report.js';
import { madeOf, type Source } from '../../domain/behind.js';
import { convertedTogether } from './converted-together.js';
import type { Dimension } from '../touch.store.js';
import { sumOf } from './amounts.js';
import { costByName, costCell, type CostSum, isMarketing, marketingCost } from './costs.js';
import { conversionsCell, creditCell, type Credits, creditsOf, type Share, shareAt, solved } from './credit.js';
import {
  ATTRIBUTION_TOUCHES,
  costsBehind,
  type MoneyData,
  moneyNotes,
  reportOf,
  type TouchLink,
  touchesBehind,
} from './frame.js';
import { ofConversions, worth } from './sources-of.js';

export interface AttributionShape {
  readonly by: Dimension;
  readonly show: 'value' | 'conversions';
  readonly models: readonly Model[];
  /** By which return on cost is told. */
  readonly model: Model;
  /** A weight set that was agreed to, beside the models; null for none. */
  readonly weights: WeightSet | null;
  /** By which id it is asked for. */
  readonly weightsId?: string | undefined;
  /** Whether the model by which return is told has an interval, from conversions drawn anew. */
  readonly intervals: boolean;
  /** Whether it is about one segment alone: then costs, which are of all, have no place in it. */
  readonly isPart?: boolean;
  /** Query of the touches behind a cell, without the name. */
  readonly link: TouchLink;
}

/** The same draws for everybody who asks. */
const SEED = 1;
const DRAWS = 200;
/** Edges of a chain that are gone along for one draw. */
const STEPS_OF_DRAW = 5_000_000;

/** All models side by side; in each column the rows add up to the total, to the cent. */
export function attributionReport(data: MoneyData, shape: AttributionShape): Report {
  const { paths, books } = data;
  const sets = shape.weights === null ? [] : [shape.weights];
  const credits = creditsOf(paths.table, paths.conversions, [...new Set([...shape.models, shape.model])], sets);
  const shown: readonly string[] = [...shape.models, ...sets.map(({ name, version }) => `${name}@${version}`)];
  const isSolved = !credits.unsolved.has(shape.model);
  const drawn = shape.intervals && isSolved && RESAMPLED.some((name) => name === shape.model);
  const interval = drawn ? solved(() => bootstrap(paths.table, shape.model, drawsOf(data))) : null;
  const within = (place: number): ReportCell[] => {
    if (!shape.intervals) return [];
    const none = notAvailable(isSolved && !drawn ? 'not_defined' : 'not_solved');
    if (interval === null) return [none, none];
    return [interval.low, interval.high].map((side) => known(place < 0 ? 0 : toMillionths(side[place] ?? 0)));
  };
  const { isPart = false, by, link } = shape;
  // Nobody says what was spent on a topic or a content.
  const paidBy = by === 'channel' || by === 'campaign' ? by : null;
  const costs = paidBy === null || isPart ? new Map<string | null, CostSum>() : costByName(data.costs, paidBy);
  const names = [...new Set([...credits.names, ...paths.touches.keys(), ...named(costs)])].sort();
  const cells = (share: (model: string) => Share, linkOf?: (model: string) => string): ReportCell[] =>
    shown.map((model) => {
      const one = share(model);
      const link = linkOf?.(model);
      return shape.show === 'value' ? creditCell(one, link) : conversionsCell(one, link);
    });
  const counts = (name: string | null, number: number): ReportCell =>
    known(
      number,
      number === 0 ? undefined : touchesBehind(data, { by, basis: link['basis'], name: name ?? undefined }),
    );
  const paid = (cell: ReportCell, isIn: (name: string | null) => boolean): ReportCell =>
    paidBy === null
      ? cell
      : madeOf(cell, () =>
          costsBehind(
            data,
            data.costs.spent.filter((one) => isMarketing(one) && isIn(one[paidBy])),
          ),
        );
  const made = (some: readonly ReportCell[], without: boolean): ReportCell[] => {
    const behind = (): readonly Source[] => {
      const all = paths.conversions.filter(({ touches }) => !without || touches === 0);
      const deals = all.map(({ conversion }) => conversion);
      return ofConversions(books, deals, shape.show === 'value' ? worth : undefined)();
    };
    return some.map((cell) => madeOf(cell, behind));
  };
  const rows = names.map((name): ReportRow => {
    const place = credits.names.indexOf(name);
    const share = (model: string): Share => shareAt(credits, model, place);
    const linkOf = (model: string): string =>
      linkTo(ATTRIBUTION_TOUCHES, {
        ...{ ...link, name, show: shape.show },
        ...(model.includes('@') ? { weights: shape.weightsId } : { model }),
      });
    const cost = costs.get(name) ?? 'no_cost';
    return {
      cells: [
        known(name),
        counts(name, paths.touches.get(name) ?? 0),
        ...cells(share, place < 0 ? undefined : linkOf),
        ...within(place),
        paid(costCell(cost), (one) => one === name),
        returnOf(share(shape.model), cost),
      ],
    };
  });
  const none = within(-1).map(() => notAvailable('not_defined'));
  const general = costs.get(null) ?? 'no_cost';
  const unattributed: ReportRow = {
    cells: [
      standingFor('unattributed'),
      known(0),
      ...made(
        cells(() => credits.unattributed),
        true,
      ),
      ...none,
      paid(costCell(general), (one) => one === null),
      notAvailable(typeof general === 'number' ? 'not_defined' : general),
    ],
  };
  const whole = costs.size === 0 ? 'no_cost' : marketingCost(data.costs);
  const attributed = credits.total.value - credits.unattributed.value;
  const total: ReportRow = {
    cells: [
      known(''),
      counts(null, sumOf(paths.touches.values())),
      ...made(
        cells(() => credits.total),
        false,
      ),
      ...none,
      paid(costCell(whole), () => true),
      returnOf({ ...credits.total, value: attributed }, whole),
    ],
  };
  const columns: ReportColumn[] = [
    text(shape.by),
    count('touches'),
    ...shown.map((model) => (shape.show === 'value' ? money(model, books.currency) : count(model))),
    ...(shape.intervals ? [count('interval_low'), count('interval_high')] : []),
    money('cost', books.currency),
    { key: 'roi', kind: 'rate', unit: null },
  ];
  const notes = [
    { key: 'attribution_adds_up', values: {} },
    { key: 'null_paths', values: { nulls: paths.nulls, open: paths.open } },
    ...(paidBy === null || isPart ? [] : [{ key: 'general_cost', values: {} }]),
    ...(isPart ? [{ key: 'attribution_within', values: {} }] : []),
    ...(shape.intervals ? [{ key: 'intervals', values: { draws: DRAWS, seed: SEED } }] : []),
    ...moneyNotes(data),
  ];
  return reportOf('attribution', data, { columns, rows: [...rows, unattributed], total, notes });
}

/** How far the models lie apart for each name. */
export function modelsReport(data: MoneyData, shape: Pick<AttributionShape, 'by' | 'models' | 'link'>): Report {
  const credits: Credits = creditsOf(data.paths.table, data.paths.conversions, shape.models);
  const { currency } = data.books;
  const models = shape.models.filter((model) => !credits.unsolved.has(model));
  const rows = credits.names.map((name, place): ReportRow => {
    const shares = models.map((model) => shareAt(credits, model, place));
    if (shares.length === 0)
      return { cells: [known(name), ...Array.from({ length: 6 }, () => notAvailable('not_solved'))] };
    const values = shares.map(({ value }) => value);
    // Whether an amount of any of its conversions is known is the same for every model.
    if (shares.some(({ isUnpriced }) => isUnpriced))
      return { cells: [known(name), ...Array.from({ length: 6 }, () => notAvailable('no_exchange_rate'))] };
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const attributed = credits.total.value - credits.unattributed.value;
    const modelOf = (value: number): string => models[values.indexOf(value)] ?? '';
    return {
      cells: [
        known(name),
        known(least, linkTo(ATTRIBUTION_TOUCHES, { ...shape.link, name, model: modelOf(least) })),
        known(modelOf(least)),
        known(most, linkTo(ATTRIBUTION_TOUCHES, { ...shape.link, name, model: modelOf(most) })),
        known(modelOf(most)),
        known(most - least),
        ratio(most - least, attributed, 'no_revenue'),
      ],
    };
  });
  return reportOf('models', data, {
    columns: [
      text(shape.by),
      money('lowest', currency),
      text('lowest_model'),
      money('highest', currency),
      text('highest_model'),
      money('spread', currency),
      { key: 'spread_share', kind: 'rate', unit: null },
    ],
    rows,
    total: null,
    notes: [{ key: 'spread', values: { models: models.length } }, ...moneyNotes(data)],
  });
}

function drawsOf({ paths }: Pick<MoneyData, 'paths'>) {
  return {
    seed: SEED,
    draws: DRAWS,
    mostSteps: STEPS_OF_DRAW,
    together: convertedTogether(paths.table, paths.conversions),
  };
}

function toMillionths(credit: number): number {
  return Math.round(credit * 1_000_000) / 1_000_000;
}

/** What came back for what was spent; not known without all of the cost, and not where no amount is. */
export function returnOf({ value, isUnpriced, isUnsolved }: Share, cost: CostSum): ReportCell {
  if (typeof cost !== 'number') return notAvailable(cost);
  if (isUnsolved === true) return notAvailable('not_solved');
  return isUnpriced ? notAvailable('no_exchange_rate') : ratio(value - cost, cost, 'no_cost');
}

function named(costs: ReadonlyMap<string | null, CostSum>): string[] {
  return [...costs.keys()].filter((name) => name !== null);
}

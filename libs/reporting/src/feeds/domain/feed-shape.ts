/** The type of a column, as Edm (OData CSDL 4.0) and SQL know it. Instants have microseconds, as PostgreSQL has. */
export type FeedType = 'guid' | 'string' | 'instant' | 'date' | 'decimal' | 'int' | 'boolean';

export interface FeedProperty {
  readonly name: string;
  readonly type: FeedType;
  readonly isNullable: boolean;
}

/** One flat table that other programs read. Add properties, never rename one. */
export interface FeedSet {
  readonly name: FeedSetName;
  /** The type of one row. */
  readonly entity: string;
  /** Names of the properties that tell rows apart, in the order in which rows come when nothing else is asked for. */
  readonly key: readonly string[];
  readonly properties: readonly FeedProperty[];
  /** Whether rows are about single messages and people, and not sums. */
  readonly isOfPeople: boolean;
  readonly describes: string;
}

const row =
  (isNullable: boolean) =>
  (type: FeedType) =>
  (...names: readonly string[]): FeedProperty[] =>
    names.map((name) => ({ name, type, isNullable }));
/** Properties of a type that always have a value, and that may have none. */
export const [is, may] = [row(false), row(true)];

export const FEED_SET_NAMES = [
  'Touches',
  'Visits',
  'MessageEnds',
  'Decisions',
  'ConsentEvents',
  'CampaignDaily',
  'ExitDaily',
  'EmailKpi',
  'FunnelDaily',
  'AccountEngagement',
  'Credits',
  'Snapshots',
  'Conversions',
  'Costs',
  'AttributionResults',
  'Dates',
  'VisitVersions',
  'ConversionVersions',
  'CostVersions',
] as const;
export type FeedSetName = (typeof FEED_SET_NAMES)[number];

/** Sets whose rows are worked out of facts and touches by what reports do; all others are read by SQL alone. */
export const WORKED_OUT = ['AttributionResults', 'AccountEngagement', 'Credits', 'FunnelDaily'] as const;
export type WorkedOutName = (typeof WORKED_OUT)[number];

export function isWorkedOut(name: FeedSetName): name is WorkedOutName {
  return WORKED_OUT.some((one) => one === name);
}

/** Sets of calendar months: whoever asks says by conditions on From which. */
export function isByMonth(name: FeedSetName): boolean {
  return name !== 'FunnelDaily' && isWorkedOut(name);
}

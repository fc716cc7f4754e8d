import { DAY } from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';
import { FLAGS, instantAt, QUARTER, TOUCH_BYTES, WHAT } from './kept-touches.js';
import { NO_NAME } from './no-name.js';

/** Those whom an experiment leaves alone are an arm of its campaign by this name; no other has it. */
export const HOLDOUT = 'holdout';

/** The first message of a campaign's variants that an account or a contact was sent, or that was left out. */
export interface Exposure {
  readonly campaign: string;
  readonly variant: string;
  /** Id of the account or contact. */
  readonly unit: string;
  readonly at: EpochMs;
}

export interface ArmCount {
  readonly campaign: string;
  readonly variant: string;
  /** How many met the variant in the period, before any other of its campaign ... */
  readonly exposed: number;
  /** ... and how many of them before an instant. */
  readonly before: number;
}

/** Who first met which variant in a period, as far as a report asks for it. */
export interface Exposures {
  /** By campaigns and variants. @param before an instant at a quarter of an hour */
  arms(before: EpochMs): readonly ArmCount[];
  /** Those of whom facts tell something, by arms and ids; of nobody else anything came. */
  readonly some: readonly Exposure[];
}

export const NO_EXPOSURES: Exposures = { arms: () => [], some: [] };

/** Of whoever met a variant, each by itself. */
export function listedExposures(all: readonly Exposure[]): Exposures {
  return {
    arms(before) {
      const arms = new ArmCounts();
      for (const { campaign, variant, at } of all) arms.add(campaign, variant, 1, at < before);
      return arms.inOrder();
    },
    some: all,
  };
}

/** Counts by arms. */
export class ArmCounts {
  private readonly arms = new Map<string, { campaign: string; variant: string; exposed: number; before: number }>();

  add(campaign: string, variant: string, count: number, isBefore: boolean): void {
    const key = armKey({ campaign, variant });
    let arm = this.arms.get(key);
    if (arm === undefined) this.arms.set(key, (arm = { campaign, variant, exposed: 0, before: 0 }));
    arm.exposed += count;
    if (isBefore) arm.before += count;
  }

  inOrder(): ArmCount[] {
    return [...this.arms.values()].sort(byArm);
  }
}

type Arm = Pick<Exposure, 'campaign' | 'variant'>;

/** In no name is a byte of zero. */
export function armKey({ campaign, variant }: Arm): string {
  return `${campaign}\0${variant}`;
}

/** As PostgreSQL sorts them by their bytes; of each campaign those who were left alone are first, with whom others are compared. */
export function byArm(a: Arm, b: Arm): number {
  const compared = (x: string, y: string): number => Buffer.compare(Buffer.from(x), Buffer.from(y));
  const isLater = ({ variant }: Arm): number => Number(variant !== HOLDOUT);
  return compared(a.campaign, b.campaign) || isLater(a) - isLater(b) || compared(a.variant, b.variant);
}

/**
 * Whoever met a variant before this is compared: so many days are over since, to the quarter of an hour, because by quarters
 * it is counted how many there are.
 */
export function ripeBefore(windowDays: number, asOf: EpochMs): EpochMs {
  return Math.floor(asOf / QUARTER) * QUARTER - windowDays * DAY;
}

/** Which names of touches are of a variant, and what those are together. */
export interface ArmNames {
  /** For each id of a name, the first that is of the same campaign and variant; 0: of none. Empty where no name is of one. */
  readonly arm: Uint32Array;
  /** ... and a number of its campaign, below how many there are. */
  readonly journey: Uint32Array;
  readonly journeys: number;
}

export const NO_ARMS: ArmNames = { arm: new Uint32Array(), journey: new Uint32Array(), journeys: 0 };

/** @param campaigns names, by the ids of names of touches; variants as well */
export function armNames(campaigns: readonly (string | null)[], variants: readonly (string | null)[]): ArmNames {
  const arm = new Uint32Array(campaigns.length);
  const journey = new Uint32Array(campaigns.length);
  const [arms, journeys] = [new Map<string, number>(), new Map<string, number>()];
  const firstOf = (known: Map<string, number>, key: string, number: number): number => {
    const there = known.get(key);
    if (there === undefined) known.set(key, number);
    return there ?? number;
  };
  for (let id = 0; id < campaigns.length; id++) {
    const [campaign, variant] = [campaigns[id] ?? NO_NAME, variants[id] ?? null];
    if (variant === null) continue;
    arm[id] = firstOf(arms, JSON.stringify([campaign, variant]), id);
    journey[id] = firstOf(journeys, campaign, journeys.size);
  }
  return arms.size === 0 ? NO_ARMS : { arm, journey, journeys: journeys.size };
}

/**
 * Goes through the first message of each campaign's variants that an account was sent, and that each of its contacts was.
 * @param delivered packed, as `kept-touches.ts` reads it
 * @param visit is told the place of a contact, or null of the account
 */
export function eachFirstMet(
  delivered: Buffer,
  { arm, journey, journeys }: ArmNames,
  visit: (arm: number, at: EpochMs, place: number | null) => void,
): void {
  if (journeys === 0) return;
  // By places and campaigns; what the account met is below all places.
  const met = new Set<number>();
  for (let from = 0; from < delivered.length; from += TOUCH_BYTES) {
    const what = delivered.readUInt32BE(from + WHAT);
    const name = what >>> FLAGS;
    const of = arm[name] ?? 0;
    if (of === 0) continue;
    const campaign = journey[name] ?? 0;
    const place = delivered.readInt32BE(from + 8);
    const key = (place + 1) * journeys + campaign;
    if (met.has(key)) continue;
    met.add(key);
    const at = instantAt(delivered, from);
    visit(of, at, place);
    if (met.has(campaign)) continue;
    met.add(campaign);
    visit(of, at, null);
  }
}

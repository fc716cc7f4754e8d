import { exactSum } from '../exact-sums.js';
import { DAY } from './instant.js';
import type { TouchGroups, Touches } from './touch-log.js';

/** Something with a value that an account did: a won deal, an order. */
export interface ConversionFact {
  readonly id: string;
  readonly account: string;
  /** Whose conversion it is, where that is known; then only this contact's touches count by contact. */
  readonly contact: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly value: number;
  readonly leadAt: number | null;
  readonly opportunityAt: number | null;
  /** Contacts with a role in it: only their touches count. Left out or empty: those of everybody in the account. */
  readonly committee?: ReadonlySet<string>;
}

export interface PathOptions {
  readonly lookbackDays: number;
  /** Whose touches make a path: all contacts of an account, or each contact for itself. */
  readonly unit: 'account' | 'contact';
  /** Whether a touch counts for the next conversion only. */
  readonly reset: boolean;
  /** Whether the same message to several contacts of a path within a day is one touch; left out: each is one. */
  readonly collapseSend?: boolean;
  /** Nothing later counts. Epoch milliseconds; the latest touch or conversion when left out. */
  readonly asOf?: number;
}

/** One path and what came of it. */
export interface ConversionPath {
  /** Indices in the log, oldest first. */
  readonly touches: Uint32Array;
  readonly conversions: number;
  readonly value: number;
  readonly nulls: number;
  /** Null for what has not converted. */
  readonly conversion: ConversionFact | null;
  /** Of a touch that stands for several: all of them, itself first. They share what it earns evenly. */
  readonly sharing?: ReadonlyMap<number, readonly number[]>;
}

/** What was left out of the paths, and why. */
export interface PathSummary {
  readonly conversions: number;
  readonly withoutTouch: number;
  readonly nulls: number;
  /** Units whose last touch is younger than the median sales cycle: nobody knows yet what comes of them. */
  readonly open: number;
  readonly medianCycleDays: number | null;
}

/** What converting paths leave over: how long sales took, and who has not converted. */
export interface Remainder {
  /** Milliseconds from the lead, or else the first touch, to each conversion. */
  readonly cycles: number[];
  /** Null where nobody asks who has not. */
  readonly unconverted: Unconverted[] | null;
}

/** A unit without a conversion: its touches in the look-back before its last one. */
export interface Unconverted {
  /** Indices in the log, oldest first. */
  readonly touches: Uint32Array;
  /** Epoch milliseconds of the last one. */
  readonly last: number;
}

/**
 * Turns touches and conversions into paths: for each conversion the touches of its unit in the look-back, both ends
 * included; for each unit without a conversion the touches in the look-back before its last one.
 */
export function* conversionPaths(
  log: Touches,
  conversions: readonly ConversionFact[],
  options: PathOptions,
): Generator<ConversionPath, PathSummary> {
  const asOf = options.asOf ?? latestOf(log, conversions);
  const remainder = { cycles: [], unconverted: [] as Unconverted[] };
  let withoutTouch = 0;
  for (const path of convertingPaths(log, conversions, { ...options, asOf }, remainder)) {
    if (path.touches.length === 0) withoutTouch++;
    yield path;
  }
  const cycle = median(remainder.cycles);
  const nulls = remainder.unconverted.filter(({ last }) => !isOpen(last, asOf, cycle));
  for (const { touches } of nulls) yield { touches, conversions: 0, value: 0, nulls: 1, conversion: null };
  return {
    conversions: conversions.filter(({ at }) => at <= asOf).length,
    withoutTouch,
    nulls: nulls.length,
    open: remainder.unconverted.length - nulls.length,
    medianCycleDays: cycle === null ? null : cycle / DAY,
  };
}

/** Whether it is too early to say that nothing comes of a unit: its last touch is younger than the median cycle. */
export function isOpen(last: number, asOf: number, medianCycle: number | null): boolean {
  return medianCycle !== null && asOf - last < medianCycle;
}

/**
 * The paths of conversions alone, oldest first. Whoever works through many accounts part by part calls this for each part
 * and judges the remainder of all parts together.
 * @param remainder is added to
 */
export function* convertingPaths(
  log: Touches,
  conversions: readonly ConversionFact[],
  options: PathOptions & { readonly asOf: number },
  remainder: Remainder,
): Generator<ConversionPath, void> {
  const { asOf } = options;
  const counted = conversions.filter(({ at }) => at <= asOf).sort(byTime);
  const groups = log.grouped(options.unit);
  const unitsOf = unitsByAccount(log, groups, options.unit);
  // Of each unit when it converted last, whoever of the account it was.
  const previous = new Map<string, number>();
  for (const conversion of counted) {
    const { account, at } = conversion;
    const sharing = new Map<number, number[]>();
    const paths: Uint32Array[] = [];
    let first = Infinity;
    for (const unit of unitsFor(conversion, unitsOf.get(account) ?? [], options.unit)) {
      const after = options.reset ? (previous.get(unit) ?? -Infinity) : -Infinity;
      previous.set(unit, at);
      const all = within(log, groups.of(unit), at - options.lookbackDays * DAY, at, after);
      const theirs = ofCommittee(log, all, conversion);
      const touches = options.collapseSend === true ? collapsed(log, theirs, sharing) : theirs;
      if (touches.length === 0) continue;
      paths.push(touches);
      first = Math.min(first, log.atOf(touches[0] ?? 0));
    }
    const begun = conversion.leadAt ?? first;
    if (begun <= at) remainder.cycles.push(at - begun);
    if (paths.length === 0) {
      yield { touches: new Uint32Array(), conversions: 1, value: conversion.value, nulls: 0, conversion };
      continue;
    }
    for (const touches of paths) {
      const share = 1 / paths.length;
      const shared = sharing.size === 0 ? {} : { sharing };
      yield { touches, conversions: share, value: conversion.value * share, nulls: 0, conversion, ...shared };
    }
  }

  if (remainder.unconverted === null) return;
  const converted = new Set<string>();
  for (const one of counted)
    for (const unit of unitsFor(one, unitsOf.get(one.account) ?? [], options.unit)) converted.add(unit);
  for (const unit of groups.names.filter((name) => !converted.has(name)).sort()) {
    const known = within(log, groups.of(unit), -Infinity, asOf, -Infinity);
    if (known.length === 0) continue;
    const last = log.atOf(known.at(-1) ?? 0);
    const all = within(log, known, last - options.lookbackDays * DAY, last, -Infinity);
    const touches = options.collapseSend === true ? collapsed(log, all, new Map()) : all;
    remainder.unconverted.push({ touches, last });
  }
}

/** Those of the touches that people with a role in the conversion had; all, where no roles are known. */
function ofCommittee(log: Touches, touches: Uint32Array, { committee }: ConversionFact): Uint32Array {
  return committee === undefined || committee.size === 0
    ? touches
    : touches.filter((touch) => committee.has(log.contactOf(touch)));
}

/** What tells which touches were the same message: by names or by numbers. */
export interface Sends {
  /** Epoch milliseconds. */
  atOf(touch: number): number;
  sendOf(touch: number): string | number | null;
  contactOf(touch: number): string | number;
}

/**
 * Of the touches that were the same message to different contacts, within a day of the first, the first alone.
 * @param touches oldest first
 * @param sharing is added to: what each of those stands for
 */
export function collapsed(log: Sends, touches: Uint32Array, sharing: Map<number, number[]>): Uint32Array {
  const begun = new Map<string | number, { readonly first: number; readonly contacts: Set<string | number> }>();
  return touches.filter((touch) => {
    const send = log.sendOf(touch);
    if (send === null) return true;
    const contact = log.contactOf(touch);
    const known = begun.get(send);
    if (known === undefined || known.contacts.has(contact) || log.atOf(touch) - log.atOf(known.first) > DAY) {
      begun.set(send, { first: touch, contacts: new Set([contact]) });
      return true;
    }
    known.contacts.add(contact);
    sharing.set(known.first, [...(sharing.get(known.first) ?? [known.first]), touch]);
    return false;
  });
}

/** The place of the last touch of a path at or before a milestone; null when there is none. */
export function placeOfMilestone(log: Touches, touches: Uint32Array, milestone: number | null): number | null {
  if (milestone === null) return null;
  let place = touches.length - 1;
  while (place >= 0 && log.atOf(touches[place] ?? 0) > milestone) place--;
  return place < 0 ? null : place;
}

/** Touches of `sorted` from `from` to `to`, both included, and later than `after`. */
function within(log: Touches, sorted: Uint32Array, from: number, to: number, after: number): Uint32Array {
  const first = Math.max(firstAt(log, sorted, from), firstAfter(log, sorted, after));
  return sorted.subarray(first, Math.max(first, firstAfter(log, sorted, to)));
}

/** The place of the first touch at an instant or after it, by halving. */
function firstAt(log: Touches, sorted: Uint32Array, instant: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (log.atOf(sorted[middle] ?? 0) >= instant) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The place of the first touch after an instant. */
function firstAfter(log: Touches, sorted: Uint32Array, instant: number): number {
  if (instant === -Infinity) return 0;
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (log.atOf(sorted[middle] ?? 0) > instant) high = middle;
    else low = middle + 1;
  }
  return low;
}

function unitsByAccount(
  log: Touches,
  groups: TouchGroups,
  unit: PathOptions['unit'],
): ReadonlyMap<string, readonly string[]> {
  if (unit === 'account') return new Map(groups.names.map((name) => [name, [name]]));
  const units = new Map<string, string[]>();
  for (const name of [...groups.names].sort())
    for (const account of new Set(Array.from(groups.of(name), (touch) => log.accountOf(touch)))) {
      const contacts = units.get(account);
      if (contacts === undefined) units.set(account, [name]);
      else contacts.push(name);
    }
  return units;
}

function unitsFor(
  { contact }: ConversionFact,
  ofAccount: readonly string[],
  unit: PathOptions['unit'],
): readonly string[] {
  return unit === 'contact' && contact !== null ? [contact] : ofAccount;
}

function byTime(a: ConversionFact, b: ConversionFact): number {
  return a.at - b.at || (a.id < b.id ? -1 : Number(a.id > b.id));
}

function latestOf(log: Touches, conversions: readonly ConversionFact[]): number {
  let latest = -Infinity;
  for (let touch = 0; touch < log.size; touch++) latest = Math.max(latest, log.atOf(touch));
  for (const { at } of conversions) latest = Math.max(latest, at);
  return latest;
}

export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  if (sorted.length === 0) return null;
  return sorted.length % 2 === 1 ? (sorted[half] ?? 0) : exactSum([sorted[half - 1] ?? 0, sorted[half] ?? 0]) / 2;
}

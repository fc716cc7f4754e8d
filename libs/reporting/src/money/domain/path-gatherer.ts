import {
  type ConversionPath,
  convertingPaths,
  DAY,
  isOpen,
  median,
  type PathTable,
  PathTableBuilder,
  placeOfMilestone,
  type Remainder,
  type TouchGroups,
  type Touches,
  TouchLog,
  type Unconverted,
} from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';
import type { Conversion } from './books.js';
import { Committees } from './committees.js';
import { NO_NAME } from './no-name.js';

export interface GatherOptions {
  readonly lookbackDays: number;
  readonly unit: 'account' | 'contact';
  readonly reset: boolean;
  readonly collapseSend?: boolean;
  readonly halfLifeDays: number;
  readonly asOf: EpochMs;
  /** Conversions that are reported; all others have converted, and are in no figure. Left out: all. */
  readonly only?: (conversion: Conversion) => boolean;
  /** Whether touches of the period are counted, by name and by account. */
  readonly counts: boolean;
  /** Whether it is asked of whom nothing came. */
  readonly nulls: boolean;
  /** Whether it is asked what led to conversions; left out: it is. */
  readonly paths?: boolean;
}

/** Conversions of a period are reported. All others only say who has converted, and what `reset` takes away. */
export interface GatherPeriod {
  readonly from: EpochMs;
  /** Before this. */
  readonly to: EpochMs;
}

/** What led to one conversion. */
export interface ConversionTouches {
  readonly conversion: Conversion;
  readonly touches: number;
  readonly firstAt: EpochMs | null;
  /** Names, oldest first; of the first path, where a conversion is divided among contacts. */
  readonly path: readonly string[];
  /** Its other paths, where it is divided among contacts. */
  readonly others?: readonly (readonly string[])[];
}

/** What an account had to do with us in the period. */
export interface AccountTouches {
  readonly touches: number;
  readonly contacts: number;
  readonly lastAt: EpochMs;
}

/** Everything that touches say about the conversions of a period. */
export interface GatheredPaths {
  readonly table: PathTable;
  /** In order of time, then of ids. */
  readonly conversions: readonly ConversionTouches[];
  /** Touches in the period, by name. */
  readonly touches: ReadonlyMap<string, number>;
  readonly accounts: ReadonlyMap<string, AccountTouches>;
  /** How many accounts had touches in the period that were not read. */
  readonly otherAccounts: number;
  /** Accounts, or contacts, that nothing came of. */
  readonly nulls: number;
  /** ... and those of whom it is too early to say. */
  readonly open: number;
}

/** Accounts that have not converted. */
export interface EndedPaths {
  /** What touches are named by, by the ids of names. */
  readonly names: readonly string[];
  /** Those of which nothing came, by the path at the end of which they stand, as ids of names ... */
  readonly over: Iterable<{ readonly path: Uint32Array; readonly accounts: number }>;
  /** ... and how many there are of which it is too early to say. */
  readonly open: number;
}

/** A path and where its touches are to be found, for whoever wants to see each. */
export type Witness = (path: ConversionPath, log: Touches, ids: readonly string[]) => void;

const NO_PLACE = -1;

/** What touches say about the conversions of one period. */
class PeriodPaths {
  private readonly builder: PathTableBuilder;
  private readonly found = new Map<string, Omit<ConversionTouches, 'conversion'>>();
  private readonly names = new Map<string, number>();
  private readonly accounts = new Map<string, AccountTouches>();
  /** Ends of paths that nothing came of yet, by path. */
  private readonly unconverted = new Map<string, { readonly path: readonly string[]; readonly lasts: number[] }>();
  /** The same of accounts whose touches were not read. */
  private readonly ended: EndedPaths[] = [];

  constructor(
    private readonly period: GatherPeriod,
    private readonly options: GatherOptions,
  ) {
    this.builder = new PathTableBuilder({ halfLifeDays: options.halfLifeDays });
  }

  has(at: EpochMs): boolean {
    return at >= this.period.from && at < this.period.to && at <= this.options.asOf;
  }

  addPath(log: Touches, path: ConversionPath, conversion: NonNullable<ConversionPath['conversion']>): void {
    const { touches } = path;
    const { names, ages, milestones } = describedPath(log, touches, conversion);
    this.builder.addRow(this.builder.pathOf(names), path.conversions, path.value, 0, ages, milestones, true);
    if (touches.length === 0) return;
    const first = log.atOf(touches[0] ?? 0);
    const known = this.found.get(conversion.id);
    this.found.set(conversion.id, {
      touches: (known?.touches ?? 0) + touches.length,
      firstAt: Math.min(known?.firstAt ?? first, first),
      path: known?.path ?? names,
      ...(known === undefined ? {} : { others: [...(known.others ?? []), names] }),
    });
  }

  addUnconverted(log: Touches, { touches, last }: Unconverted): void {
    const path = namesOf(log, touches);
    const key = JSON.stringify(path);
    const known = this.unconverted.get(key);
    if (known === undefined) this.unconverted.set(key, { path, lasts: [last] });
    else known.lasts.push(last);
  }

  addEnded(paths: EndedPaths): void {
    this.ended.push(paths);
  }

  count(log: Touches, groups: TouchGroups): void {
    const { from, to } = this.period;
    const contacts = new Set<string>();
    for (const account of groups.names) {
      let [touches, lastAt] = [0, 0];
      contacts.clear();
      for (const touch of groups.of(account)) {
        const at = log.atOf(touch);
        if (at < from || at >= to) continue;
        const name = log.nameOf(touch);
        this.names.set(name, (this.names.get(name) ?? 0) + 1);
        contacts.add(log.contactOf(touch));
        lastAt = at;
        touches++;
      }
      if (touches > 0) this.accounts.set(account, { touches, contacts: contacts.size, lastAt });
    }
  }

  addCounted(account: string, touches: AccountTouches): void {
    this.accounts.set(account, touches);
  }

  end(all: readonly Conversion[], cycle: number | null): GatheredPaths {
    let [nulls, open] = [0, 0];
    for (const { path, lasts } of this.unconverted.values()) {
      const over = lasts.filter((last) => !isOpen(last, this.options.asOf, cycle)).length;
      nulls += over;
      open += lasts.length - over;
      if (over > 0) this.builder.add({ path, conversions: 0, nulls: over });
    }
    for (const ended of this.ended) {
      open += ended.open;
      nulls += this.addOver(ended);
    }
    const conversions = all
      .filter((one) => this.has(one.at) && (this.options.only?.(one) ?? true))
      .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : Number(a.id > b.id)))
      .map((conversion) => ({
        conversion,
        ...(this.found.get(conversion.id) ?? { touches: 0, firstAt: null, path: [] }),
      }));
    const { names: touches, accounts } = this;
    return { table: this.builder.build(), conversions, touches, accounts, otherAccounts: 0, nulls, open };
  }

  /** Of tens of thousands of paths no name is looked up twice. @returns how many accounts there were */
  private addOver({ names, over }: EndedPaths): number {
    const { builder } = this;
    const numbers: number[] = [];
    let all = 0;
    for (const { path, accounts } of over) {
      const channels = new Uint32Array(path.length);
      for (let place = 0; place < path.length; place++) {
        const id = path[place] ?? 0;
        channels[place] = numbers[id] ??= builder.numberOf(names[id] ?? NO_NAME);
      }
      builder.addNulls(channels, accounts);
      all += accounts;
    }
    return all;
  }
}

/** Makes paths of touches that come account by account, so that no more than a part of them is ever held. */
export class PathGatherer {
  private readonly periods: readonly PeriodPaths[];
  private readonly waiting = new Map<string, Conversion[]>();
  /** By contact each looks at its own touches. */
  private readonly committees: Committees;
  private readonly cycles: number[] = [];

  /** @param periods of which paths are gathered, none of them within another */
  constructor(
    private readonly conversions: readonly Conversion[],
    private readonly asked: readonly GatherPeriod[],
    private readonly options: GatherOptions,
    private readonly witness: Witness = () => undefined,
  ) {
    this.periods = asked.map((period) => new PeriodPaths(period, options));
    for (const conversion of options.paths === false ? [] : conversions) {
      const known = this.waiting.get(conversion.account);
      if (known === undefined) this.waiting.set(conversion.account, [conversion]);
      else known.push(conversion);
    }
    this.committees = new Committees(options.unit === 'account' ? this.waiting : new Map<string, Conversion[]>());
  }

  /**
   * @param log all touches of some accounts, and of nobody else
   * @param ids of the touches, by their index in the log
   */
  add(log: Touches, ids: readonly string[]): void {
    const groups = log.grouped('account');
    const theirs = [...groups.names].flatMap((account) => this.waiting.get(account) ?? []);
    for (const account of groups.names) this.waiting.delete(account);
    if (this.options.counts) for (const period of this.periods) period.count(log, groups);
    if (this.options.paths === false) return;
    this.committees.note(log, groups, ids);
    this.gather(log, theirs, ids, this.options.nulls);
  }

  /** Touches of an account that nobody hands on were counted. */
  addCounted(period: GatherPeriod, account: string, touches: AccountTouches): void {
    this.periods[this.asked.indexOf(period)]?.addCounted(account, touches);
  }

  /** How long sales took, once the touches of every account that converted are read; null where nobody converted. */
  cycle(): number | null {
    const rest = [...this.waiting.values()].flat();
    this.waiting.clear();
    this.gather(new TouchLog(), rest, [], false);
    for (const { log, ids, conversions } of this.committees.settled()) this.gather(log, conversions, ids, false);
    return median(this.cycles);
  }

  /** Accounts whose touches are not read, by how they stood at the end of a period. */
  addEnded(period: GatherPeriod, paths: EndedPaths): void {
    this.periods[this.asked.indexOf(period)]?.addEnded(paths);
  }

  /** One for each period, in their order. */
  end(): GatheredPaths[] {
    const cycle = this.cycle();
    return this.periods.map((period) => period.end(this.conversions, cycle));
  }

  private gather(log: Touches, conversions: readonly Conversion[], ids: readonly string[], nulls: boolean): void {
    const remainder: Remainder = { cycles: this.cycles, unconverted: nulls ? [] : null };
    for (const path of convertingPaths(log, conversions, this.options, remainder)) {
      const { conversion } = path;
      const period = conversion === null ? undefined : this.periods.find((one) => one.has(conversion.at));
      if (period === undefined || conversion === null) continue;
      if (this.options.only !== undefined && !this.options.only(conversion as Conversion)) continue;
      period.addPath(log, path, conversion);
      this.witness(path, log, ids);
    }
    for (const unconverted of remainder.unconverted ?? []) {
      if (this.committees.has(log.accountOf(unconverted.touches[0] ?? 0))) continue;
      this.periods.find((one) => one.has(unconverted.last))?.addUnconverted(log, unconverted);
    }
  }
}

/** What models see of a path. */
export function describedPath(
  log: Touches,
  touches: Uint32Array,
  conversion: NonNullable<ConversionPath['conversion']>,
) {
  const place = (at: number | null): number => placeOfMilestone(log, touches, at) ?? NO_PLACE;
  const ages = new Float64Array(touches.length);
  for (let i = 0; i < touches.length; i++) ages[i] = (conversion.at - log.atOf(touches[i] ?? 0)) / DAY;
  const milestones = {
    leadCreation: place(conversion.leadAt),
    opportunityCreation: place(conversion.opportunityAt),
    closedWon: place(conversion.at),
  };
  return { names: namesOf(log, touches), ages, milestones };
}

function namesOf(log: Touches, touches: Uint32Array): string[] {
  const names: string[] = [];
  for (let i = 0; i < touches.length; i++) names.push(log.nameOf(touches[i] ?? 0));
  return names;
}

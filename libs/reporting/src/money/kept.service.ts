import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { BrandId, EpochMs } from '#lib/kernel';
import { Database, systemClock, type Tx } from '#lib/platform';
import { activityStore } from '../activity/activity.store.js';
import { readContacts } from '../activity/contact-memory.js';
import { actDifferences } from '../kept-activity/act-differences.js';
import { KeptActs } from '../kept-activity/kept-acts.js';
import { keptActStore } from '../kept-activity/kept-act.store.js';
import { planForJoins, planForLookups, planForOwnJoins } from '../plan-for-all.js';
import { sumOf } from './domain/amounts.js';
import { armNames } from './domain/exposures.js';
import { firstNamed, lastPath, type PathNames } from './domain/kept-touches.js';
import { dayOf, TouchDays } from './domain/touch-days.js';
import { keptLogStore, type LogScope } from './kept-log.store.js';
import type { KeptScope } from './kept-scope.js';
import { type KeptStand, keptStore, type PackedAccount } from './kept.store.js';
import { keptTouches, touchesOfLog, type TouchSource } from './touch-source.js';
import { pathsUnlikeTouches } from './path-differences.js';
import { RememberedTouches } from './touch-memory.js';
import { BASES, type Dimension } from './touch.store.js';

/** Rows of the list that are worked off together. */
const PART = 20_000;
/** Nobody takes longer to keep all touches of a brand. */
const TIMEOUT = '30min';

/** Reports are read ahead for brands whose reports were asked for in so many days. */
const ASKED_DAYS = 7;
/** It is written no more often than this that they are. */
const NOTED_MS = 3_600_000;

/** Accounts that are compared with the log together. */
const SAMPLE = 500;

/** Two ways to one figure that do not meet. */
export interface KeptDifference {
  readonly what: string;
  readonly expected: number;
  readonly found: number;
}

/** Keeps what touches say, account by account, so that a report reads no more than it is about. */
@Injectable()
export class KeptTouchesService {
  /** When it was last written that reports of a brand are read. */
  private readonly notedAt = new Map<BrandId, EpochMs>();

  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Runs `work` on what is kept: whole, and up to the instant that it is given. It writes nothing, and answers null where it
   * wants a newer snapshot.
   */
  async current<T>(
    brandId: BrandId,
    work: (tx: Tx, kept: KeptStand & { readonly through: EpochMs }) => Promise<T | null>,
  ): Promise<T> {
    for (;;) {
      await this.settle(brandId);
      const result = await this.database.snapshot(async (tx) => {
        const stand = await keptStore.stand(tx, brandId);
        if (stand === undefined || stand.through === null) return null;
        return work(tx, { ...stand, through: stand.through });
      });
      if (result !== null) return result;
      // Another process keeps anew what many were touched by; its lock is waited for in the next round.
      await sleep(50);
    }
  }

  /** That reports of a brand are read. */
  async noteAsked(brandId: BrandId): Promise<void> {
    const now = systemClock.now();
    if (now - (this.notedAt.get(brandId) ?? 0) < NOTED_MS) return;
    this.notedAt.set(brandId, now);
    await keptStore.noteAsked(this.database.tx, brandId);
  }

  /** Brands whose reports were read in the last days; those of last last. */
  askedOfLate(): Promise<BrandId[]> {
    return keptStore.askedOfLate(this.database.tx, ASKED_DAYS);
  }

  /** Keeps anew the accounts that something happened to since; those of a brand of which nothing is kept, all. */
  async settle(brandId: BrandId): Promise<void> {
    let isDone = false;
    while (!isDone) isDone = await this.database.transaction((tx) => this.part(tx, brandId));
  }

  /** Settles every brand with something to do. */
  async settleAll(signal?: AbortSignal): Promise<void> {
    for (const brandId of await keptStore.brandsToDo(this.database.tx)) {
      if (signal?.aborted === true) return;
      await this.settle(brandId);
    }
  }

  /**
   * What is kept and is not as the log says: of some accounts, others each time, and of how many touches there are. Whoever
   * is touched meanwhile is left out.
   */
  async differences(brandId: BrandId): Promise<KeptDifference[]> {
    return this.current(brandId, async (tx, stand) => {
      const { through } = stand;
      const waiting = new Set(await keptStore.waiting(tx, brandId));
      const asked = (await keptStore.someAccounts(tx, brandId, SAMPLE)).filter((account) => !waiting.has(account));
      const unlike = await unlikeLog(tx, { brandId, through, accounts: asked });
      const found = [{ what: 'accounts whose touches are not kept as the log has them', expected: 0, found: unlike }];
      const unlikePaths = await pathsUnlikeTouches(tx, { brandId, accounts: asked }, await pathNames(tx, brandId));
      found.push({ what: 'accounts whose last path is not what their touches make', expected: 0, found: unlikePaths });
      found.push(...(await actDifferences(tx, { brandId, through, accounts: asked })));
      for (const basis of waiting.size > 0 ? [] : BASES) {
        const scope = { brandId, basis, asOf: through, by: 'channel', lookbackDays: 90, unit: 'account' } as const;
        const ever = { from: 0, to: through + 1 };
        const [expected, kept] = [
          touchesOfLog(tx, scope),
          await keptTouches(tx, scope, RememberedTouches.none(brandId, stand.n)),
        ];
        const sum = async (source: TouchSource): Promise<number> => sumOf((await source.counts(ever)).values());
        found.push({ what: `${basis} touches`, expected: await sum(expected), found: await sum(kept) });
      }
      if (waiting.size === 0) found.push(...(await unlikeSent(tx, brandId, through)));
      return found.filter((one) => one.expected !== one.found);
    });
  }

  /** Keeps everything of a brand anew. */
  async rebuild(brandId: BrandId): Promise<void> {
    await this.database.transaction(async (tx) => {
      await begin(tx, brandId);
      await this.all(tx, brandId);
    });
  }

  private async part(tx: Tx, brandId: BrandId): Promise<boolean> {
    await begin(tx, brandId);
    const before = await keptStore.stand(tx, brandId);
    if (before === undefined) {
      await this.all(tx, brandId);
      return true;
    }
    const { rows, accounts } = await keptStore.take(tx, brandId, PART);
    const through = await keptStore.now(tx);
    const n = accounts.length > 0 ? await keptStore.nextNumber(tx) : before.n;
    if (accounts.length > 0) await keep(tx, { brandId, through, accounts, n });
    await keptStore.setStand(tx, brandId, { through: rows < PART ? through : null, n, allN: before.allN });
    return rows < PART;
  }

  private async all(tx: Tx, brandId: BrandId): Promise<void> {
    await keptStore.forgetAll(tx, brandId);
    await keptActStore.forgetAll(tx, brandId);
    const through = await keptStore.now(tx);
    const n = await keptStore.nextNumber(tx);
    await planForJoins(tx);
    await keepAll(tx, { brandId, through, n });
    await keptStore.setStand(tx, brandId, { through, n, allN: n });
  }
}

/** How many of these accounts are kept otherwise than the log says. */
async function unlikeLog(tx: Tx, scope: KeptScope): Promise<number> {
  const { brandId, accounts } = scope;
  const kept = new Map<string, PackedAccount>();
  for (const one of await keptStore.accounts(tx, brandId, accounts ?? [])) kept.set(one.account, one);
  let unlike = 0;
  const isUnlike = (one: PackedAccount): boolean => {
    const found = kept.get(one.account);
    kept.delete(one.account);
    return found === undefined || BASES.some((basis) => !found[basis].equals(one[basis]));
  };
  await keptStore.openPacked(tx, scope);
  for (;;) {
    const rows = await keptStore.nextPacked(tx);
    if (rows.length === 0) break;
    unlike += rows.filter(isUnlike).length;
  }
  await keptStore.closePacked(tx);
  // The log knows nothing of the rest, of which nothing is to be left.
  return unlike + [...kept.values()].filter((one) => BASES.some((basis) => one[basis].length > 0)).length;
}

/** What contacts were sent, as reports on journeys and segments read it, beside what the log has of it. */
async function unlikeSent(tx: Tx, brandId: BrandId, through: EpochMs): Promise<KeptDifference[]> {
  const ever = { from: 0, to: through + 1 };
  const expected = await activityStore.sentCounts(tx, { brandId, asOf: through, from: ever.from });
  const found = { entries: 0, messages: 0 };
  (await readContacts(tx, brandId)).eachEntry(ever, ({ messages }) => {
    found.entries++;
    found.messages += messages;
  });
  return [
    { what: 'journeys that contacts came into', expected: expected.entries, found: found.entries },
    { what: 'messages of journeys that contacts were sent', expected: expected.messages, found: found.messages },
  ];
}

async function begin(tx: Tx, brandId: BrandId): Promise<void> {
  await tx.sql`SELECT set_config('statement_timeout', ${TIMEOUT}, true), set_config('lock_timeout', ${TIMEOUT}, true)`;
  await keptStore.lock(tx, brandId);
}

async function keep(tx: Tx, scope: KeptScope & { readonly n: number }): Promise<void> {
  const { brandId, accounts, n } = scope;
  const days = { delivered: new TouchDays(), engaged: new TouchDays() };
  await planForOwnJoins(tx);
  await keptStore.prepare(tx, scope);
  // A plan for whichever accounts goes through what belongs to everybody.
  await planForLookups(tx);
  const names = await pathNames(tx, brandId);
  const acts = await KeptActs.ofSome(tx, scope, await actNames(tx, brandId, names));
  const without = new Set<string>();
  for (const before of await keptStore.forget(tx, brandId, accounts)) {
    without.add(before.account);
    for (const basis of BASES) days[basis].add(before[basis], -1);
    acts.count(before, -1);
  }
  const touched = new Set<string>();
  await keptStore.openPacked(tx, scope);
  for (;;) {
    const rows = await keptStore.nextPacked(tx);
    if (rows.length === 0) break;
    for (const row of rows) {
      touched.add(row.account);
      for (const basis of BASES) days[basis].add(row[basis], 1);
      acts.count(row, 1);
    }
    await keptStore.keepAccounts(tx, brandId, n, rows);
    await keptStore.keepPaths(
      tx,
      brandId,
      rows.flatMap((row) => pathsOf(row, names)),
    );
  }
  await keptStore.closePacked(tx);
  await planForLookups(tx);
  // Whoever remembers these accounts reads here that they were kept anew, though no touch is left of them or there never was one.
  for (const account of acts.withoutTouches()) without.add(account);
  const emptiedNow = [...without].filter((account) => !touched.has(account)).map(emptied);
  await keptStore.keepAccounts(tx, brandId, n, emptiedNow);
  for (const basis of BASES) {
    const changed = [...days[basis].changed()];
    for (const { day, name, quarters } of await keptStore.takeDays(tx, brandId, basis, changed))
      days[basis].addPacked(dayOf(day), name, quarters);
    await keptStore.keepDays(tx, brandId, basis, n, changed);
  }
  await acts.end(tx);
}

/** Of a brand of which nothing is kept. While rows are written, the next are put together. */
async function keepAll(tx: Tx, { brandId, through, n }: LogScope & { readonly n: number }): Promise<void> {
  const all = await keptLogStore.all(tx, { brandId, through });
  await keptLogStore.putOnList(tx, brandId, all.touchedAhead());
  const ids = await keptLogStore.idsOf(tx, brandId, all.names());
  const names = await pathNames(tx, brandId);
  const acts = await KeptActs.ofAll(tx, { brandId, through }, await actNames(tx, brandId, names));
  const days = { delivered: new TouchDays(), engaged: new TouchDays() };
  const unclear: string[] = [];
  let written = Promise.resolve();
  for (const rows of all.packed(ids, (account) => unclear.push(account))) {
    await written;
    written = keptStore.keepAccounts(tx, brandId, n, rows);
    for (const row of rows) {
      for (const basis of BASES) days[basis].add(row[basis], 1);
      acts.count(row, 1);
    }
    const paths = rows.flatMap((row) => pathsOf(row, names));
    await written;
    written = keptStore.keepPaths(tx, brandId, paths);
  }
  await written;
  for (const basis of BASES) await keptStore.keepDays(tx, brandId, basis, n, [...days[basis].changed()]);
  await acts.end(tx);
  if (unclear.length > 0) await keep(tx, { brandId, through, accounts: unclear, n });
}

async function pathNames(tx: Tx, brandId: BrandId): Promise<PathNames> {
  const named = async (by: Dimension): Promise<Uint32Array> => firstNamed(await keptStore.names(tx, brandId, by));
  const first = {
    channel: await named('channel'),
    campaign: await named('campaign'),
    topic: await named('topic'),
    content: await named('content'),
  };
  const sends = await keptStore.sends(tx, brandId);
  // No id is 0, so the first of those that are alike stands for all of them.
  return { first, sends: firstNamed(sends).map((id) => (sends[id] === undefined ? 0 : id)) };
}

async function actNames(tx: Tx, brandId: BrandId, { first }: PathNames) {
  const campaigns = await keptStore.names(tx, brandId, 'campaign');
  return { channel: first.channel, arms: armNames(campaigns, await keptStore.variants(tx, brandId)) };
}

function emptied(account: string): PackedAccount {
  return { account, contacts: [], delivered: Buffer.alloc(0), engaged: Buffer.alloc(0) };
}

function pathsOf(row: PackedAccount, { first, sends }: PathNames) {
  return BASES.flatMap((basis) => {
    // Of what was done no message is the same as another.
    const path = lastPath(row[basis], first, basis === 'delivered' ? sends : undefined);
    return path === null ? [] : [{ account: row.account, basis, ...path }];
  });
}

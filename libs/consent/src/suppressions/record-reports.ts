import type { ContactId, ContactPointId, EntryId, EpochMs, MessageId } from '#lib/kernel';
import type { JsonValue, NewEntry } from '#lib/ledger';
import { newId, toIso, type Tx } from '#lib/platform';
import { type SuppressionFact, type SuppressionPeriod, suppressionsOf } from './domain/suppressions-of.js';
import { type AddressHistory, type AddressKey, type Holder, nameOf, suppressionStore } from './suppression.store.js';

/** Something that was learned about an address through one of its contact points. */
export interface SuppressionReport extends Holder {
  /** `reached`: delivered, opened, clicked or replied. */
  readonly kind: 'hard_bounce' | 'soft_bounce' | 'complaint' | 'reached';
  readonly at: EpochMs;
  /** Whoever reports the same thing twice, under the same key, reports it once. */
  readonly eventKey: string;
  readonly messageId: MessageId;
  /** Enhanced status code, or the provider's own. */
  readonly code: string | null;
}

/**
 * Writes down what was learned about addresses and puts in force what follows from it. Answers the ledger entries that
 * say so, for the caller to append with its own in the same transaction. Reports commute: late, repeated and
 * unordered ones end in the same suppressions.
 */
export async function recordReports(
  tx: Tx,
  reports: readonly SuppressionReport[],
  now: EpochMs,
  by: { readonly via: string; readonly actor: string | null } = { via: 'provider', actor: null },
): Promise<NewEntry[]> {
  if (reports.length === 0) return [];
  const keys = await suppressionStore.keysOf(
    tx,
    reports.map(({ pointId }) => pointId),
  );
  const known = reports.flatMap((report) => {
    const key = keys.get(report.pointId);
    return key === undefined ? [] : [{ report, key }];
  });
  await suppressionStore.lock(
    tx,
    known.map(({ key }) => key),
  );
  await suppressionStore.addReached(
    tx,
    known.filter(({ report }) => report.kind === 'reached').map(({ report, key }) => ({ ...key, at: report.at })),
  );
  await suppressionStore.addFacts(
    tx,
    known.flatMap(({ report: { kind, at, code, eventKey, messageId }, key }) =>
      kind === 'reached' ? [] : [{ ...key, id: newId(), kind, lifts: null, code, eventKey, messageId, occurredAt: at }],
    ),
    now,
  );
  const histories = await suppressionStore.histories(
    tx,
    known.map(({ key }) => key),
  );
  const bounced = new Map(histories.filter(hasBounced).map(({ key, reachedAt }) => [nameOf(key), { key, reachedAt }]));
  await suppressionStore.keepSigns(
    tx,
    [
      ...known.flatMap(({ report, key }) =>
        report.kind === 'reached' && bounced.has(nameOf(key)) ? [{ ...key, at: report.at }] : [],
      ),
      // Known before the bounce was, and later than it.
      ...[...bounced.values()].flatMap(({ key, reachedAt }) => (reachedAt === null ? [] : [{ ...key, at: reachedAt }])),
    ],
    now,
  );
  const entries: NewEntry[] = [];
  for (const history of histories) {
    const about = known.filter(({ key }) => nameOf(key) === nameOf(history.key)).map(({ report }) => report);
    const { kind = null, code = null, messageId = null } = about.at(-1) ?? {};
    entries.push(...(await putInForce(tx, history, about.slice(-1), now, { kind, code, message: messageId }, by)));
  }
  return entries;
}

function hasBounced({ facts }: AddressHistory): boolean {
  return facts.some(({ kind }) => kind === 'hard_bounce' || kind === 'soft_bounce');
}

/**
 * Makes the table say what the facts say.
 * @param holders on whose chains the change is written; a change about nobody known is written without one
 */
export async function putInForce(
  tx: Tx,
  { key, facts, reachedAt, recorded }: AddressHistory,
  holders: readonly Holder[],
  now: EpochMs,
  event: JsonValue,
  by: { readonly via: string; readonly actor: string | null },
): Promise<NewEntry[]> {
  const wanted = suppressionsOf(facts, reachedAt);
  const entries: NewEntry[] = [];
  const changed = wanted.filter((period) => {
    const before = recorded.find(({ reason }) => reason === period.reason);
    return before?.since !== period.since || before.until !== period.until;
  });
  const lifted = recorded.filter(({ reason }) => !wanted.some((period) => period.reason === reason));
  if (changed.length + lifted.length === 0) return [];
  const about = await suppressionStore.living(tx, holders);
  for (const period of changed) {
    const added = entriesOf('suppression.added', key, period, about, now, event, by);
    await suppressionStore.put(tx, key, period, added[0]?.id ?? newId<EntryId>());
    entries.push(...added);
  }
  for (const gone of lifted) {
    await suppressionStore.remove(tx, key, gone.reason);
    entries.push(...entriesOf('suppression.removed', key, gone, about, now, event, by));
  }
  return entries;
}

/**
 * What stays in force at the addresses of people who are erased, said once more on nobody's chain: what their own
 * entries say of it is destroyed with the rest.
 */
export async function keptSuppressions(
  tx: Tx,
  contactIds: readonly ContactId[],
  now: EpochMs,
  actor: string,
): Promise<NewEntry[]> {
  const standing = await suppressionStore.standingAt(tx, contactIds);
  return standing.flatMap(({ holder, period, ...key }) =>
    saidAgain(key, period, [{ ...holder, isErased: true }], now, { kind: 'kept' }, { via: 'erasure', actor }),
  );
}

/** What the ledger says of a no that stands and is said once more. */
export function saidAgain(
  key: AddressKey,
  standing: SuppressionPeriod,
  holders: readonly Holder[],
  now: EpochMs,
  event: object,
  by: { readonly via: string; readonly actor: string | null },
): NewEntry[] {
  return entriesOf('suppression.added', key, standing, holders, now, { ...event, again: true }, by);
}

/** A fact that somebody states, as opposed to one that a message brought. */
export function statedFact(
  kind: Exclude<SuppressionFact['kind'], 'hard_bounce' | 'soft_bounce'>,
  lifts: SuppressionFact['lifts'],
  at: EpochMs,
): SuppressionFact & { readonly code: null; readonly eventKey: string } {
  const id = newId();
  return { id, kind, lifts, messageId: null, occurredAt: at, code: null, eventKey: `stated ${id}` };
}

function entriesOf(
  type: 'suppression.added' | 'suppression.removed',
  { brandId, channel, addressHash }: AddressKey,
  { reason, since, until }: SuppressionPeriod,
  holders: readonly Holder[],
  now: EpochMs,
  event: JsonValue,
  { via, actor }: { readonly via: string; readonly actor: string | null },
): NewEntry[] {
  const period = { since: toIso(since), until: until === null ? null : toIso(until) };
  const what = { ...(event as object), ...period } as JsonValue;
  const clear = { ch: channel, reason: reason === 'objection' ? reason : `suppressed_${reason}`, via };
  const by = actor === null ? {} : { actor };
  const [any] = holders;
  if (holders.every(({ isErased }) => isErased === true)) {
    // On nobody's chain, so that it stays known when what erased people's entries disclosed is destroyed; and with the hash,
    // because no entry tells any more, or ever told, at which address that is.
    const contact = any === undefined ? {} : { contact: { point: any.pointId } };
    const evidence = { addressHash: addressHash.toString('hex') };
    const disclosed = { ...contact, event: what, evidence, ...by };
    return [{ id: newId<EntryId>(), type, brandId, at: now, clear, disclosed }];
  }
  const first = new Map<string, Holder>();
  for (const holder of holders.filter(({ isErased }) => isErased !== true))
    if (!first.has(holder.subjectId)) first.set(holder.subjectId, holder);
  return [...first.values()].map(({ contactId, subjectId, pointId }: Holder & { pointId: ContactPointId }) => ({
    id: newId<EntryId>(),
    type,
    subjectId,
    brandId,
    at: now,
    clear,
    disclosed: { contact: { id: contactId, point: pointId }, event: what, ...by },
  }));
}

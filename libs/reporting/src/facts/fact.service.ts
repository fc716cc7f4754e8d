import { Inject, Injectable } from '@nestjs/common';
import type { BrandId, EntryId, EpochMs } from '#lib/kernel';
import { Database, newId, type Tx } from '#lib/platform';
import { AgreedWeights } from './domain/agreed-weights.js';
import { type Fact, type FactKind, factProblem } from './domain/fact.js';
import { contactsOf, standInsFor, withRolesAsTheyStood } from './domain/stand-ins.js';
import { factStore, keyOf, type NewVersion } from './fact.store.js';

/** A fact as it is reported: people and accounts by the names that the reporter has for them. */
export interface ReportedFact {
  readonly id: string;
  readonly at: EpochMs;
  readonly kind: FactKind;
  /** Every account and contact that it names; the fact is made once their ids are known. */
  readonly accounts: readonly string[];
  readonly contacts: readonly string[];
  readonly toFact: (ids: { account(name: string): string; contact(name: string): string }) => Fact;
}

/** That a fact never was. */
export interface Retraction {
  readonly id: string;
  readonly retracts: FactKind;
}

export type FactRefusal = 'unknown_contact' | 'unknown_fact' | 'contradictory' | 'in_future';

export type FactAnswer =
  | { readonly kind: 'kept' | 'unchanged'; readonly id: string; readonly version: number }
  | { readonly kind: 'refused'; readonly id: string; readonly code: FactRefusal; readonly detail: string };

/** Writes into the ledger that versions of facts were recorded, in the transaction that records them. */
export type RecordBatch = (
  tx: Tx,
  batch: { readonly entryId: EntryId; readonly count: number; readonly digest: string; readonly at: EpochMs },
) => Promise<unknown>;

/** Clocks of others may be a little ahead. */
const AHEAD_MS = 5 * 60_000;
/** What is known of days to come is no less known. */
const MAY_LIE_AHEAD: ReadonlySet<FactKind> = new Set(['cost', 'tariff', 'target', 'exchange_rate']);

const NOT_YET = { code: 'in_future', detail: 'This has not happened yet; check the clock of the sender.' } as const;

/** Takes in what CRM and finance know. The same fact again changes nothing; another under the same id is a correction. */
@Injectable()
export class FactService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Records all or none; answers each, in order. A fact that is refused spoils no other.
   * @param record writes the ledger entry; not called when nothing is new
   */
  async report(
    facts: readonly (ReportedFact | Retraction)[],
    brandId: BrandId,
    by: string,
    record: RecordBatch,
  ): Promise<FactAnswer[]> {
    if (facts.length === 0) return [];
    return this.database.transaction(async (tx) => {
      await factStore.lock(tx, brandId);
      const entryId = newId<EntryId>();
      const [clock] = await tx.sql<{ now: EpochMs }>`SELECT clock_timestamp() AS now`;
      const known = await this.known(tx, brandId, facts);
      const answers = new Map<number, FactAnswer>();
      const waves = new Map<number, { readonly at: number; readonly version: NewVersion | null }[]>();
      const seen = new Map<string, number>();
      facts.forEach((fact, at) => {
        const judged = 'retracts' in fact ? null : judge(fact, known, clock?.now ?? 0);
        if (judged !== null && 'code' in judged) return answers.set(at, { kind: 'refused', id: fact.id, ...judged });
        const key = keyOf('retracts' in fact ? fact.retracts : fact.kind, fact.id);
        // The second version of a fact within a request has to see the first.
        const wave = (seen.get(key) ?? -1) + 1;
        seen.set(key, wave);
        return waves.set(wave, [...(waves.get(wave) ?? []), { at, version: judged }]);
      });
      for (const wave of [...waves.keys()].sort((a, b) => a - b)) {
        for (const [at, answer] of await carryOut(tx, brandId, { by, entryId }, facts, waves.get(wave) ?? []))
          answers.set(at, answer);
      }
      const batch = await factStore.batch(tx, entryId);
      if (batch !== null) await record(tx, { entryId, ...batch, at: clock?.now ?? 0 });
      return facts.map((_, at) => answers.get(at)).filter((answer) => answer !== undefined);
    });
  }

  private async known(tx: Tx, brandId: BrandId, facts: readonly (ReportedFact | Retraction)[]): Promise<KnownBefore> {
    const reported = facts.filter((fact): fact is ReportedFact => !('retracts' in fact));
    const names = (of: (fact: ReportedFact) => readonly string[]): string[] => [...new Set(reported.flatMap(of))];
    const contacts = await factStore.contacts(
      tx,
      brandId,
      names((fact) => fact.contacts),
    );
    const accounts = await factStore.accountIds(
      tx,
      brandId,
      names((fact) => fact.accounts),
    );
    const unknown = reported.filter((fact) => fact.contacts.some((name) => !contacts.has(name)));
    const last = unknown.length === 0 ? new Map<string, Fact>() : await factStore.latestBodies(tx, brandId, unknown);
    const erased = await factStore.erased(tx, brandId, [...last.values()].flatMap(contactsOf));
    const hasWeights = reported.some((fact) => fact.kind === 'weight_set');
    const agreed = new AgreedWeights(hasWeights ? await factStore.weightSets(tx, brandId) : []);
    return { contacts, accounts, last, erased, agreed };
  }
}

/** What facts that come in are held against. */
interface KnownBefore {
  readonly contacts: ReadonlyMap<string, string>;
  readonly accounts: ReadonlyMap<string, string>;
  /** Of facts that name somebody whom nobody knows: the last version, by kind and id. */
  readonly last: ReadonlyMap<string, Fact>;
  /** Whom of those versions' people was erased. */
  readonly erased: ReadonlySet<string>;
  readonly agreed: AgreedWeights;
}

function judge(
  reported: ReportedFact,
  { contacts, accounts, last: versions, erased, agreed }: KnownBefore,
  now: EpochMs,
): NewVersion | { readonly code: FactRefusal; readonly detail: string } {
  if (reported.at > now + AHEAD_MS && !MAY_LIE_AHEAD.has(reported.kind)) return NOT_YET;
  const last = versions.get(keyOf(reported.kind, reported.id)) ?? null;
  const isErased = (id: string): boolean => erased.has(id);
  const standIns = standInsFor(reported.contacts, last, (name) => contacts.has(name), isErased);
  if (standIns === null)
    return {
      code: 'unknown_contact',
      detail: 'Bring the contact in first; facts are kept of contacts that are there.',
    };
  const stated = reported.toFact({
    account: (name) => accounts.get(name) ?? '',
    contact: (name) => contacts.get(name) ?? standIns.get(name) ?? '',
  });
  const body = withRolesAsTheyStood(stated, last, isErased);
  if (body.kind === 'opportunity' && (body.closedAt ?? 0) > now + AHEAD_MS) return NOT_YET;
  const problem = body.kind === 'weight_set' ? agreed.add(body) : factProblem(body, reported.at);
  if (problem !== null) return { code: 'contradictory', detail: problem };
  return { kind: reported.kind, id: reported.id, at: reported.at, body };
}

async function carryOut(
  tx: Tx,
  brandId: BrandId,
  { by, entryId }: { readonly by: string; readonly entryId: EntryId },
  facts: readonly (ReportedFact | Retraction)[],
  wave: readonly { readonly at: number; readonly version: NewVersion | null }[],
): Promise<[number, FactAnswer][]> {
  const named = wave.map(({ at }) => {
    const fact = facts[at];
    return {
      at,
      id: fact?.id ?? '',
      kind: fact === undefined || !('retracts' in fact) ? (fact?.kind ?? 'custom') : fact.retracts,
    };
  });
  const versions = wave.flatMap(({ version }) => (version === null ? [] : [version]));
  const added = await factStore.add(tx, brandId, versions, by, entryId);
  const retractions = named.filter((_, i) => wave[i]?.version === null);
  const retracted = await factStore.retract(tx, brandId, retractions, by, entryId);
  const latest = await factStore.latest(tx, brandId, named);
  return named.map(({ at, id, kind }) => {
    const key = keyOf(kind, id);
    const now = added.get(key) ?? retracted.get(key);
    if (now !== undefined) return [at, { kind: 'kept', id, version: now }];
    const version = latest.get(key);
    return version === undefined
      ? [at, { kind: 'refused', id, code: 'unknown_fact', detail: 'There is no fact of this kind and id to retract.' }]
      : [at, { kind: 'unchanged', id, version }];
  });
}

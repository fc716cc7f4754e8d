import type { EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { ConsentFact } from '../consents/domain/consent-fold.js';
import {
  addressKey,
  type Person,
  type PersonPoint,
  type PreparedRow,
  type RowPlan,
  type World,
} from './domain/plan-batch.js';
import type { Refusal } from './domain/plan-wish.js';
import { lookedAt } from './import-world.js';

/** A dry run that was not at work for this long is over. */
const OVER_MS = 3_600_000;
/** Rows that are taken away at once: those of a million people in one statement would take longer than any may. */
const CHUNK = 20_000;

/** A person as a dry run would have left them. */
interface KeptPerson extends Omit<Person, 'points' | 'subjectId' | 'isNew'> {
  readonly points: readonly (Omit<PersonPoint, 'history'> & { readonly history: readonly [string, ConsentFact[]][] })[];
}

/** Has the batches of a dry run meet what earlier ones would have stored, in as little memory as an import takes. */
export const rehearsal = {
  /** Says that a run is at work. Before it keeps anything, and now and then. */
  async atWork(tx: Tx, runId: string): Promise<void> {
    await tx.execute`
      INSERT INTO consent.import_rehearsal (run_id, key, state) VALUES (${runId}, '', 'null')
      ON CONFLICT (run_id, key) DO UPDATE SET at = clock_timestamp()`;
  },

  /** Takes away what a run kept, in statements of their own; that it was at work last, for whoever has to go on. */
  async forget(tx: Tx, runId: string): Promise<void> {
    for (let after: string | null = ''; after !== null;) {
      const rows: { last: string | null }[] = await tx.sql<{ last: string | null }>`
        WITH chunk AS MATERIALIZED (
          SELECT key FROM consent.import_rehearsal WHERE run_id = ${runId} AND key > ${after} ORDER BY key LIMIT ${CHUNK}
        ), gone AS (
          DELETE FROM consent.import_rehearsal
           WHERE run_id = ${runId} AND key > ${after} AND key <= (SELECT max(key) FROM chunk)
        )
        SELECT max(key) AS last FROM chunk`;
      after = rows[0]?.last ?? null;
    }
    await tx.execute`DELETE FROM consent.import_rehearsal WHERE run_id = ${runId} AND key = ''`;
  },

  /** The same for runs that broke off; answers how many. Uses import_rehearsal_run_idx. */
  async forgetBrokenOff(tx: Tx, now: EpochMs): Promise<number> {
    const runs = await tx.sql<{ runId: string }>`
      SELECT run_id AS "runId" FROM consent.import_rehearsal WHERE key = '' AND at < ${toIso(now - OVER_MS)}`;
    for (const { runId } of runs) await rehearsal.forget(tx, runId);
    return runs.length;
  },

  /** Puts the people into the world of a batch as they are planned already. */
  async recallPeople(tx: Tx, runId: string, world: World): Promise<void> {
    const states = await statesOf(tx, runId, [...world.people.keys()].map(personKey));
    for (const [externalId, person] of world.people) {
      const state = states.get(personKey(externalId)) as KeptPerson | undefined;
      if (state !== undefined && person.gone === null) world.people.set(externalId, recalled(state));
    }
  },

  /** The same of what was refused at the addresses that its rows look at. */
  async recallRefusals(tx: Tx, runId: string, world: World, rows: readonly PreparedRow[]): Promise<void> {
    const addresses = lookedAt(rows, world).map(addressKey);
    const states = await statesOf(tx, runId, addresses.map(refusalsKey));
    for (const address of addresses) {
      const state = states.get(refusalsKey(address)) as Refusal[] | undefined;
      if (state !== undefined) world.refusals.set(address, state);
    }
  },

  /** Keeps what the rows of a batch would have changed. */
  async keep(tx: Tx, runId: string, world: World, plans: readonly RowPlan[]): Promise<void> {
    const states = new Map<string, string>();
    for (const { externalId, person, created, fieldsChanged, point, events, carried, inPlace } of plans) {
      if (person === null || !(created || fieldsChanged || point?.change != null || events.length + inPlace.length > 0))
        continue;
      states.set(personKey(externalId), JSON.stringify(kept(person)));
      const changed = point !== null && events.length + carried.length > 0 ? [point] : [];
      for (const address of [...changed, ...inPlace.map((one) => one.point)].map(addressKey))
        states.set(refusalsKey(address), JSON.stringify(world.refusals.get(address) ?? []));
    }
    if (states.size === 0) return;
    await tx.execute`
      INSERT INTO consent.import_rehearsal (run_id, key, state)
      SELECT ${runId}::uuid, key, state::jsonb
        FROM unnest(${[...states.keys()]}::text[], ${[...states.values()]}::text[]) AS n (key, state)
      ON CONFLICT (run_id, key) DO UPDATE SET state = EXCLUDED.state`;
  },
};

const personKey = (externalId: string): string => `p ${externalId}`;
const refusalsKey = (address: string): string => `a ${address}`;

async function statesOf(tx: Tx, runId: string, keys: readonly string[]): Promise<Map<string, unknown>> {
  const kept = await tx.sql<{ key: string; state: unknown }>`
    SELECT r.key, r.state
      FROM unnest(${[...new Set(keys)]}::text[]) AS wanted (key)
     CROSS JOIN LATERAL (SELECT key, state FROM consent.import_rehearsal
                          WHERE run_id = ${runId} AND key = wanted.key OFFSET 0) r`;
  return new Map(kept.map(({ key, state }) => [key, state]));
}

function kept({ id, gone, fields, choseLanguage, points }: Person): KeptPerson {
  return {
    id,
    gone,
    fields,
    choseLanguage,
    points: points.map((point) => ({ ...point, history: [...point.history] })),
  };
}

function recalled({ id, gone, fields, choseLanguage, points }: KeptPerson): Person {
  const again = points.map((point): PersonPoint => ({ ...point, history: new Map(point.history) }));
  return { id, subjectId: null, isNew: false, gone, fields, choseLanguage, points: again };
}

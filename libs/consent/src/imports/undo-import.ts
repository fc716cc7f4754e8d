import type { BrandId, ContactPointId } from '#lib/kernel';
import type { LedgerService, NewEntry } from '#lib/ledger';
import { type Database, newId, type Tx } from '#lib/platform';
import { consentEntry } from '../consents/consent-entry.js';
import type { Evidence } from '../consents/consent.store.js';
import type { ConsentFact } from '../consents/domain/consent-fold.js';
import { databaseNow } from '../database-now.js';
import type { Scope } from '../consents/domain/plan-changes.js';
import { planUndo } from './domain/plan-undo.js';
import { importRecordStore, type UndoFact } from './import-record.store.js';
import { importStore, type RecordedEvent } from './import.store.js';

const BATCH_POINTS = 500;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** Takes an import back, contact point by contact point, each batch in one transaction under the locks of its people. */
export async function undoImport(
  { database, ledger }: { readonly database: Database; readonly ledger: LedgerService },
  brandId: BrandId,
  importId: string,
  actor: string,
): Promise<{ retracted: number; contactPointsEnded: number }> {
  let after: string = BEFORE_ALL;
  let [retracted, contactPointsEnded] = [0, 0];
  for (;;) {
    const ids = await importRecordStore.pointsAfter(database.tx, importId, after, BATCH_POINTS);
    const last = ids.at(-1);
    if (last === undefined) break;
    const done = await database.transaction((tx) => undoPoints(tx, ledger, brandId, importId, ids, actor));
    retracted += done.retracted;
    contactPointsEnded += done.ended;
    after = last;
  }
  await importRecordStore.markUndone(database.tx, importId, actor);
  return { retracted, contactPointsEnded };
}

async function undoPoints(
  tx: Tx,
  ledger: LedgerService,
  brandId: BrandId,
  importId: string,
  ids: readonly ContactPointId[],
  actor: string,
): Promise<{ retracted: number; ended: number }> {
  const found = await importRecordStore.points(tx, importId, ids);
  await importStore.lock(tx, brandId, [...new Set(found.map(({ contactId }) => contactId))], {
    channels: [],
    hashes: [],
  });
  const now = await databaseNow(tx);
  const points = (await importRecordStore.points(tx, importId, ids)).filter(({ erased }) => !erased);
  const made = groupByPoint(await importRecordStore.events(tx, importId, ids));
  const givenBack = groupByPoint(await importRecordStore.givenBack(tx, ids));
  const histories = new Map<ContactPointId, Map<string, ConsentFact[]>>();
  for (const { pointId, scopeId, ...fact } of await importStore.facts(tx, ids)) {
    const history = histories.get(pointId) ?? new Map<string, ConsentFact[]>();
    history.set(scopeId, [...(history.get(scopeId) ?? []), fact]);
    histories.set(pointId, history);
  }

  const evidence: Evidence = {
    legalBasis: 'import_undone',
    notice: null,
    wording: null,
    method: 'import_undo',
    source: null,
    actor,
    details: { import: importId },
  };
  const entries: NewEntry[] = [];
  const events: RecordedEvent[] = [];
  const ended: ContactPointId[] = [];
  for (const point of points) {
    const who = { id: point.contactId, subjectId: point.subjectId };
    const history = histories.get(point.id) ?? new Map<string, ConsentFact[]>();
    for (const event of planUndo(made.get(point.id) ?? [], givenBack.get(point.id) ?? [], history, now, newId)) {
      const entry = consentEntry(event, brandId, who, point.id, point.channel, evidence, now);
      entries.push(entry);
      events.push({ event, brandId, pointId: point.id, evidence, recordedAt: now, entryId: entry.id ?? '' });
    }
    if (!point.added || point.ended || point.usedOtherwise) continue;
    ended.push(point.id);
    entries.push({
      type: 'contact_point.changed',
      subjectId: point.subjectId,
      brandId,
      at: now,
      clear: { ch: point.channel, via: 'import_undo' },
      disclosed: {
        contact: { id: point.contactId, point: point.id },
        change: { change: 'ended', address: point.address },
        actor,
      },
    });
  }
  await ledger.append(tx, entries);
  await importStore.recordEvents(tx, events);
  await importStore.endPoints(tx, ended);
  return { retracted: events.length, ended: ended.length };
}

/** What was read of each contact point, as events with what they are about. */
function groupByPoint<Fact extends UndoFact>(
  facts: readonly Fact[],
): Map<ContactPointId, (Fact & { readonly fact: ConsentFact; readonly scope: Scope })[]> {
  const byPoint = new Map<ContactPointId, (Fact & { fact: ConsentFact; scope: Scope })[]>();
  for (const fact of facts) {
    const { pointId, purposeId, topicId } = fact;
    byPoint.set(pointId, [...(byPoint.get(pointId) ?? []), { ...fact, fact, scope: { purposeId, topicId } }]);
  }
  return byPoint;
}

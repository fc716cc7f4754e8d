import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { type BrandId, type ContactId, DomainError, type EpochMs, type MessageId } from '#lib/kernel';
import { type JsonValue, LedgerService, type NewEntry, WrittenJson } from '#lib/ledger';
import { Database, KEY_RING, type KeyRing, newId, type Tx, zoneAdvice } from '#lib/platform';
import { carriedEvidence } from '../consents/carry-refusals.js';
import { consentEntry } from '../consents/consent-entry.js';
import { consentStore, type Evidence, type ShownWording } from '../consents/consent.store.js';
import { isPublishedAfter } from '../consents/notice-of.js';
import { UNDATED, UNPROVEN } from '../consents/domain/consent-basis.js';
import { isReducing } from '../consents/domain/consent-fold.js';
import { jurisdictionOf } from '../consents/domain/jurisdiction.js';
import { InFlight } from '../consents/in-flight.js';
import type { ContactFields } from '../contacts/contact.store.js';
import { knownHashes } from '../contacts/address-hash.js';
import { checkAddress } from '../contacts/domain/address.js';
import { databaseNow } from '../database-now.js';
import { type Batch, batchesOf, writtenIn, writtenName } from './batches.js';
import { addRows, type ImportCounts, NOTHING_COUNTED } from './domain/import-counts.js';
import { judgeRow, missingEvidence, type Scopes } from './domain/judge-row.js';
import { addressKey, planRows, type PreparedRow, type RowPlan } from './domain/plan-batch.js';
import { importRecordStore, type ImportRecord } from './import-record.store.js';
import type { ImportRow } from './import-row.js';
import { importStore, type RecordedEvent } from './import.store.js';
import { refused, resultOf, type RowResult } from './row-result.js';
import { loadPeople, loadRefusals, lockPeople } from './import-world.js';
import { inLanes } from './in-lanes.js';
import { type ImportFormat, readRows, type ReadRow } from './read-rows.js';
import { rehearsal } from './rehearsal.js';
import { scopesOf, subjectsOf } from './subjects.js';
import { undoImport } from './undo-import.js';

export interface ImportRequest {
  readonly brandId: BrandId;
  readonly actor: string;
  readonly format: ImportFormat;
  /** Name of the file, or what the caller calls it. */
  readonly source: string | null;
  /** Says what would be done, and does nothing. */
  readonly dryRun: boolean;
  /** Rows that share a transaction; the answers do not depend on it. */
  readonly batchRows?: number;
}

/** What an import did in the end, or in a dry run would have done. */
export interface ImportSummary {
  /** Null in a dry run. */
  readonly id: string | null;
  readonly counts: ImportCounts;
  /** Messages whose hand-over had started before a row took a consent back; no other starts after it. */
  readonly inFlight: readonly MessageId[];
}

export type ImportStep =
  | { readonly kind: 'rows'; readonly rows: readonly RowResult[] }
  | { readonly kind: 'end'; readonly summary: ImportSummary };

/** Rows that share a transaction. */
const BATCH_ROWS = 1000;
/** Transactions at once: while PostgreSQL works for one, rows are read and entries are made for another. */
const LANES = 2;

/** Brings people and what they agreed to in from elsewhere, many at a time, by the same rules as one by one. */
@Injectable()
export class ImportService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(KEY_RING) private readonly keys: Pick<KeyRing, 'addresses'>,
    @Inject(InFlight) private readonly inFlight: InFlight,
  ) {}

  /**
   * Reads rows and answers what became of each, in order, a batch at a time; the last step is the summary. Each batch
   * is one transaction under the locks of its people; two that have nobody and no address in common run beside one another.
   * What was committed stays when the stream breaks off; the file can be sent again, and rows that are on file change
   * nothing.
   * @throws DomainError invalid_request when the file as a whole cannot be read
   */
  async *run(stream: Readable, request: ImportRequest): AsyncGenerator<ImportStep> {
    const { brandId, format, dryRun, batchRows = BATCH_ROWS } = request;
    const scopes = await scopesOf(this.database.tx, brandId);
    const id = dryRun ? null : newId();
    const rehearsalId = dryRun ? newId() : null;
    let counts = NOTHING_COUNTED;
    const inFlight: MessageId[] = [];
    const answers = inLanes(batchesOf(readRows(stream, format), batchRows), {
      // A dry run stores nothing by which one could see whose addresses an earlier batch would have changed.
      most: dryRun ? 1 : LANES,

      // The first one begins the record that the others name.
      look: (batch) => this.withAddresses(batch, brandId),
      meets: (earlier, later) => earlier.isFirst || [...later.about].some((key) => earlier.about.has(key)),
      carryOut: (batch) => this.carryOut(batch, request, { importId: id, rehearsalId }, scopes),
    });
    try {
      for await (const done of answers) {
        counts = addRows(counts, done.rows);
        inFlight.push(...done.inFlight);
        yield { kind: 'rows', rows: done.rows };
      }
    } finally {
      if (rehearsalId !== null) await rehearsal.forget(this.database.tx, rehearsalId);
    }
    if (id !== null) await importRecordStore.end(this.database.tx, id, counts);
    yield { kind: 'end', summary: { id, counts, inFlight: [...new Set(inFlight)] } };
  }

  /** Clears away what dry runs left that broke off; answers how many. */
  async forgetBrokenOff(): Promise<number> {
    const { tx } = this.database;
    return rehearsal.forgetBrokenOff(tx, await databaseNow(tx));
  }

  async find(brandId: BrandId, id: string): Promise<ImportRecord | null> {
    return importRecordStore.find(this.database.tx, brandId, id);
  }

  /** Newest first. */
  async list(brandId: BrandId, before: string | null, limit: number): Promise<ImportRecord[]> {
    return importRecordStore.list(this.database.tx, brandId, before, limit);
  }

  /**
   * Takes back what an import raised and ends the contact points that it added and nobody used since. Refusals stay.
   * Doing it again goes on where it broke off and then changes nothing.
   * @throws DomainError not_found
   */
  async undo(brandId: BrandId, id: string, actor: string): Promise<{ retracted: number; contactPointsEnded: number }> {
    if ((await this.find(brandId, id)) === null) {
      throw new DomainError('not_found', 'Check the id of the import, and that the key is one of its brand.');
    }
    return undoImport({ database: this.database, ledger: this.ledger }, brandId, id, actor);
  }

  private async carryOut(
    { rows, isFirst, hashes }: Batch,
    request: ImportRequest,
    ids: { readonly importId: string | null; readonly rehearsalId: string | null },
    scopes: Scopes,
  ): Promise<{ rows: RowResult[]; inFlight: MessageId[] }> {
    const { brandId, actor, source, format } = request;
    const { importId: id, rehearsalId } = ids;
    if (rehearsalId !== null) await rehearsal.atWork(this.database.tx, rehearsalId);
    return this.database.transaction(async (tx) => {
      if (id !== null && isFirst)
        await importRecordStore.begin(tx, brandId, { id, actor, source, format, startedAt: await databaseNow(tx) });
      const result = await this.batch(tx, { rows, hashes }, request, ids, scopes);
      if (id !== null) await importRecordStore.progress(tx, id, result.rows);
      return result;
    });
  }

  private async batch(
    tx: Tx,
    { rows, hashes }: Pick<Batch, 'rows' | 'hashes'>,
    request: ImportRequest,
    { importId, rehearsalId }: { readonly importId: string | null; readonly rehearsalId: string | null },
    scopes: Scopes,
  ): Promise<{ rows: RowResult[]; inFlight: MessageId[] }> {
    const judgedAt = await databaseNow(tx);
    const notices = await this.noticesOf(tx, request.brandId, rows);
    const results = new Map<number, RowResult>();
    const prepared: PreparedRow[] = [];
    rows.forEach((read, i) => {
      const one = read.kind === 'row' ? this.prepare(read.line, read.row, hashes, scopes, notices, judgedAt) : null;
      if (read.kind !== 'row') results.set(i, refused(read.line, read.externalId, read.code, read.detail));
      else if (one !== null && 'code' in one)
        results.set(i, refused(read.line, read.row.externalId, one.code, one.detail));
      else if (one !== null) prepared.push(one);
    });

    let plans: RowPlan[] = [];
    let inFlight: MessageId[] = [];
    if (prepared.length > 0) {
      const people = await lockPeople(tx, this.ledger, request.brandId, prepared, importId === null);
      // Read after the locks: nothing that was committed before them is missed.
      const now = await databaseNow(tx);
      const world = await loadPeople(tx, request.brandId, prepared, people);
      if (rehearsalId !== null) await rehearsal.recallPeople(tx, rehearsalId, world);
      await loadRefusals(tx, request.brandId, prepared, world);
      if (rehearsalId !== null) await rehearsal.recallRefusals(tx, rehearsalId, world, prepared);
      plans = planRows(prepared, world, subjectsOf(scopes), now, newId);
      if (rehearsalId !== null) await rehearsal.keep(tx, rehearsalId, world, plans);
      if (importId !== null) inFlight = await this.record(tx, request, importId, plans, notices, prepared, now);
    }
    const planned = plans.map(resultOf);
    const inOrder = rows.map((_, i) => results.get(i) ?? planned.shift()).filter((row) => row !== undefined);
    return { rows: inOrder, inFlight };
  }

  private async record(
    tx: Tx,
    request: ImportRequest,
    importId: string,
    plans: readonly RowPlan[],
    notices: ReadonlyMap<string, NonNullable<Evidence['notice']>>,
    prepared: readonly PreparedRow[],
    now: EpochMs,
  ): Promise<MessageId[]> {
    const { brandId, actor } = request;
    const entries: NewEntry[] = [];
    const events: RecordedEvent[] = [];
    const lowered = new Set<ContactId>();
    const changed = new Map<ContactId, RowPlan>();
    plans.forEach((plan, i) => {
      const { person, point } = plan;
      const given = prepared[i];
      if (person?.subjectId == null || given === undefined) return;
      const who = { id: person.id, subjectId: person.subjectId };
      const about = { subjectId: person.subjectId, brandId, at: now } as const;
      if (plan.created || plan.fieldsChanged) {
        if (plan.fieldsChanged) changed.set(person.id, plan);
        const change = WrittenJson.of({ created: plan.created, ...person.fields });
        entries.push({
          ...about,
          type: 'contact.changed',
          clear: { via: 'import' },
          disclosed: { contact: { id: person.id, externalId: plan.externalId }, change, actor },
        });
      }
      if (point?.change != null) {
        entries.push({
          ...about,
          type: 'contact_point.changed',
          clear: { ch: point.channel, via: 'import' },
          disclosed: {
            contact: { id: person.id, point: point.id },
            change: { change: 'added', address: point.address },
            actor,
          },
        });
      }
      if (point === null) return;
      const said = evidenceOf(given, plan.person?.fields ?? null, importId, plan.line, request, notices);
      const undated = given.row.occurredAt === undefined ? { [UNDATED]: true } : {};
      const elsewhere = carriedEvidence(actor, person.fields, { import: importId, line: plan.line });
      for (const [event, evidence, pointId] of [
        ...plan.carried.map((carried) => [carried, elsewhere, point.id] as const),
        ...plan.events.map((one) => [one, said, point.id] as const),
        ...plan.inPlace.flatMap(({ point: { id }, events: all }) =>
          all.map((one) => [one, { ...elsewhere, details: { ...elsewhere.details, ...undated } }, id] as const),
        ),
      ]) {
        const entry = consentEntry(event, brandId, who, pointId, point.channel, evidence, now);
        entries.push(entry);
        events.push({ event, brandId, pointId, evidence, recordedAt: now, entryId: entry.id ?? '' });
        if (isReducing(event.kind)) lowered.add(person.id);
      }
    });
    const points = plans.flatMap(({ person, point }) =>
      person === null || point?.change == null ? [] : [{ ...point, contactId: person.id, brandId }],
    );
    await importStore.updateContacts(
      tx,
      [...changed.values()].flatMap(({ person }) => (person === null ? [] : [person])),
    );
    await importStore.insertPoints(
      tx,
      points
        .filter(({ change }) => change === 'added')
        .map((point) => ({ ...point, addressHash: Buffer.from(point.hash, 'hex') })),
    );
    await importStore.reopenPoints(
      tx,
      points.filter(({ change }) => change === 'reopened'),
    );
    await this.ledger.append(tx, entries);
    await importStore.recordEvents(tx, events);
    await importStore.recordChanges(tx, [
      ...points.map(({ id }) => ({ importId, pointId: id, changeId: id })),
      ...events.map(({ event, pointId }) => ({ importId, pointId, changeId: event.id })),
    ]);
    return lowered.size === 0
      ? []
      : this.inFlight.started(tx, await importStore.lock(tx, brandId, [...lowered], { channels: [], hashes: [] }));
  }

  private prepare(
    line: number,
    row: ImportRow,
    hashes: Batch['hashes'],
    scopes: Scopes,
    notices: ReadonlyMap<string, ShownWording>,
    now: EpochMs,
  ): PreparedRow | { code: string; detail: string } {
    const advice = row.zone === undefined ? null : zoneAdvice(row.zone);
    if (advice !== null) return { code: 'invalid_zone', detail: `zone: ${advice}` };
    if (row.notice !== undefined && !notices.has(noticeKey(row.notice))) {
      return { code: 'unknown_notice', detail: 'notice: was not published in this version and language' };
    }
    const judgement = judgeRow(row, scopes, now);
    if (!judgement.ok) return judgement;
    const { wish, note, legalBasis } = judgement;
    const notice = row.notice === undefined ? undefined : notices.get(noticeKey(row.notice));
    if (
      notice !== undefined &&
      wish !== null &&
      !isReducing(wish.kind) &&
      isPublishedAfter(notice.publishedAt, wish.occurredAt)
    ) {
      return {
        code: 'unknown_notice',
        detail: 'notice: was published after the consent; give the words they read in wording',
      };
    }
    if (row.channel === undefined || row.address === undefined)
      return { line, row, wish, note, legalBasis, address: null };
    const checked = checkAddress(row.channel, row.address);
    if (!checked.ok) return { code: 'invalid_address', detail: `address: ${checked.detail}` };
    const written = { channel: row.channel, address: checked.address };
    const hash = hashes.get(writtenName(written));
    if (hash === undefined) throw new Error('the addresses of a batch were looked up');
    return { line, row, wish, note, legalBasis, address: { ...written, hash } };
  }

  /** With the addresses that it names, and those that its people have: what others refuse there counts for those that they get. */
  private async withAddresses(batch: Batch, brandId: BrandId): Promise<Batch> {
    const written = writtenIn(batch.rows);
    const known = await knownHashes(this.database.tx, this.keys.addresses, brandId, written);
    const found = written.map((one, i) => ({ ...one, hash: known[i]?.toString('hex') ?? '' }));
    const hashes = new Map(found.map((one) => [writtenName(one), one.hash]));
    const externalIds = new Set(batch.rows.flatMap((read) => (read.kind === 'row' ? [read.row.externalId] : [])));
    const onFile = await importStore.addressesOf(this.database.tx, brandId, [...externalIds]);
    return { ...batch, hashes, about: new Set([...batch.about, ...found.map(addressKey), ...onFile]) };
  }

  private async noticesOf(tx: Tx, brandId: BrandId, rows: readonly ReadRow[]) {
    const wanted = new Map(
      rows.flatMap((read) =>
        read.kind === 'row' && read.row.notice !== undefined
          ? [[noticeKey(read.row.notice), read.row.notice] as const]
          : [],
      ),
    );
    const found = new Map<string, ShownWording>();
    for (const [key, { key: name, version, language }] of wanted) {
      const notice = await consentStore.notice(tx, brandId, name, version, language);
      if (notice !== null) found.set(key, notice);
    }
    return found;
  }
}

function noticeKey({ key, version, language }: NonNullable<ImportRow['notice']>): string {
  return `${key}/${version}/${language}`;
}

function evidenceOf(
  { row, legalBasis }: PreparedRow,
  person: Pick<ContactFields, 'country' | 'region'> | null,
  importId: string,
  line: number,
  { actor, source }: ImportRequest,
  notices: ReadonlyMap<string, NonNullable<Evidence['notice']>>,
): Evidence {
  return {
    legalBasis,
    notice: row.notice === undefined ? null : (notices.get(noticeKey(row.notice)) ?? null),
    wording: row.wording ?? null,
    method: row.method ?? 'import',
    source: row.source ?? source,
    jurisdiction: row.jurisdiction ?? (person === null ? null : jurisdictionOf(person)),
    actor,
    details: {
      ...(row.evidence as Record<string, JsonValue> | undefined),
      ...(row.occurredAt === undefined && { [UNDATED]: true }),
      ...(!isReducing(row.kind ?? 'imported') && missingEvidence(row).length > 0 && { [UNPROVEN]: true }),
      import: importId,
      line,
    },
  };
}

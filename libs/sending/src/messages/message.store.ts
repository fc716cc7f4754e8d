import type { BrandId, Channel, ContactId, EntryId, EpochMs, MessageId } from '#lib/kernel';
import { column, type CopyTarget, plainList, toIso, type Tx, uuidList } from '#lib/platform';
import { IN_LINE_REASONS } from './domain/in-line.js';
import type { Message, MessageStatus } from './domain/message.js';

/** A change of where a message stands, from a decision or the end of a hand-over. */
export interface StatusChange {
  readonly id: MessageId;
  readonly status: MessageStatus;
  readonly reason: string | null;
  readonly notBefore: EpochMs | null;
  /** When the sweeper or the reaper looks at it next; null once it has ended. */
  readonly dueAt: EpochMs | null;
  readonly attempt: number;
  readonly worker: string | null;
  readonly providerId: string | null;
  readonly providerRef: string | null;
  readonly firstStartedAt: EpochMs | null;
  readonly endedAt: EpochMs | null;
  /** Null: nothing new was written to the ledger. */
  readonly entryId: EntryId | null;
}

/** Which hand-over a change belongs to: a worker that lost its lease matches nothing. */
export interface Claim {
  readonly attempt: number;
  readonly worker: string;
}

export type NewMessage = Message & { readonly dueAt: EpochMs | null; readonly experiment: string | null };

const ROWS: CopyTarget<NewMessage> = {
  table: 'sending.message',
  columns: {
    id: column.uuid((m) => m.id),
    brand_id: column.uuid((m) => m.brandId),
    contact_id: column.uuid((m) => m.contactId),
    subject_id: column.uuid((m) => m.subjectId),
    contact_point_id: column.uuid((m) => m.contactPointId),
    channel: column.text((m) => m.channel),
    class: column.text((m) => m.class),
    purpose_id: column.uuid((m) => m.purposeId),
    topic_id: column.uuid((m) => m.topicId),
    campaign_id: column.uuid((m) => m.campaignId),
    step: column.text((m) => m.step),
    variant: column.text((m) => m.variant),
    experiment: column.text((m) => m.experiment),
    template_id: column.uuid((m) => m.templateId),
    language: column.text((m) => m.language),
    variables: column.jsonb((m) => JSON.stringify(m.variables)),
    policy_key: column.text((m) => m.policyKey),
    test: column.boolean((m) => m.test),
    accepted_at: column.timestamptz((m) => m.acceptedAt),
    send_at: column.timestamptz((m) => m.sendAt),
    expires_at: column.timestamptz((m) => m.expiresAt),
    priority: column.smallint((m) => m.priority),
    override: column.jsonb((m) => (m.override === null ? null : JSON.stringify(m.override))),
    choice_id: column.uuid((m) => m.choice?.id ?? null),
    choice_rank: column.smallint((m) => m.choice?.rank ?? null),
    status: column.text((m) => m.status),
    reason: column.text((m) => m.reason),
    not_before: column.timestamptz((m) => m.notBefore),
    due_at: column.timestamptz((m) => m.dueAt),
    ended_at: column.timestamptz((m) => m.endedAt),
    entry_ids: column.uuids((m) => m.entryIds),
  },
};

const STARTED: MessageStatus = 'started';

/** A row of `due`, in the order of its columns. */
type WaitingRow = readonly [
  id: MessageId,
  brandId: BrandId,
  contactId: ContactId,
  subjectId: Message['subjectId'],
  contactPointId: Message['contactPointId'],
  channel: Channel,
  messageClass: Message['class'],
  purposeId: string,
  topicId: string | null,
  campaignId: string | null,
  step: string | null,
  variant: string | null,
  templateId: string,
  language: string,
  variables: Message['variables'],
  policyKey: string,
  test: boolean,
  acceptedAt: EpochMs,
  sendAt: EpochMs | null,
  expiresAt: EpochMs,
  priority: number,
  override: Message['override'],
  reason: string | null,
  notBefore: EpochMs | null,
  attempt: number,
  worker: string | null,
  providerId: string | null,
  providerRef: string | null,
  firstStartedAt: EpochMs | null,
  entryIds: Message['entryIds'],
  choiceId: string | null,
  choiceRank: number | null,
  inLine: boolean,
];

/** All in one literal, so that what reads messages meets one kind of object. */
function toWaiting(row: WaitingRow): Message {
  return {
    id: row[0],
    brandId: row[1],
    contactId: row[2],
    subjectId: row[3],
    contactPointId: row[4],
    channel: row[5],
    class: row[6],
    purposeId: row[7],
    topicId: row[8],
    campaignId: row[9],
    step: row[10],
    variant: row[11],
    templateId: row[12],
    language: row[13],
    variables: row[14],
    policyKey: row[15],
    test: row[16],
    acceptedAt: row[17],
    sendAt: row[18],
    expiresAt: row[19],
    priority: row[20],
    override: row[21],
    choice: row[30] === null || row[31] === null ? null : { id: row[30], rank: row[31] },
    status: 'queued',
    reason: row[22],
    notBefore: row[23],
    inLine: row[32],
    attempt: row[24],
    worker: row[25],
    providerId: row[26],
    providerRef: row[27],
    firstStartedAt: row[28],
    endedAt: null,
    entryIds: row[29],
  };
}

const isoOrNull = (instant: EpochMs | null): string | null => (instant === null ? null : toIso(instant));

/** SQL on sending.message. Writers of queued rows hold the contact's lock. */
export const messageStore = {
  async insert(tx: Tx, messages: readonly NewMessage[]): Promise<void> {
    await tx.copy(ROWS, messages);
  },

  /** The people whose messages these are, as far as they still wait; for taking the locks. */
  async contactsOf(tx: Tx, ids: readonly string[]): Promise<ContactId[]> {
    const rows = await tx.sql<{ contactId: ContactId }>`
      SELECT DISTINCT contact_id AS "contactId" FROM sending.message WHERE id = ANY (${uuidList(ids)}::uuid[]) AND status = 'queued'`;
    return rows.map((row) => row.contactId);
  },

  /** Messages that wait and whose instant has come, oldest first, with the clock as read after the locks. */
  async due(tx: Tx, ids: readonly string[]): Promise<{ now: EpochMs; messages: Message[] }> {
    const clock = await tx.sql<{ now: EpochMs }>`SELECT clock_timestamp() AS now`;
    const now = clock[0]?.now;
    if (now === undefined) throw new Error('PostgreSQL did not tell the time');
    const rows = await tx.rows<WaitingRow>`
      SELECT id, brand_id, contact_id, subject_id, contact_point_id, channel, class, purpose_id, topic_id, campaign_id, step,
             variant, template_id, language, variables, policy_key, test, accepted_at, send_at, expires_at, priority, override,
             reason, not_before, attempt, worker, provider_id, provider_ref, first_started_at, entry_ids, choice_id, choice_rank,
             in_line
        FROM sending.message
       WHERE id = ANY (${uuidList(ids)}::uuid[]) AND status = 'queued' AND (not_before IS NULL OR not_before <= ${toIso(now)})
       ORDER BY id`;
    return { now, messages: rows.map(toWaiting) };
  },

  /** The entry by which each of these was accepted. */
  async acceptances(
    tx: Tx,
    ids: readonly MessageId[],
  ): Promise<
    {
      readonly id: MessageId;
      readonly brandId: BrandId;
      readonly entryId: EntryId;
      readonly choiceId: string | null;
      readonly isHoldout: boolean;
    }[]
  > {
    return tx.sql`
      SELECT id, brand_id AS "brandId", entry_ids[1] AS "entryId", choice_id AS "choiceId",
             reason IS NOT DISTINCT FROM 'holdout' AS "isHoldout" FROM sending.message WHERE id = ANY (${[...ids]}::uuid[])`;
  },

  /** Messages to these people that wait and were never handed over. A rare question: it looks at all that waits. */
  async waiting(tx: Tx, contactIds: readonly ContactId[]): Promise<Message[]> {
    return tx.sql<Message>`
      SELECT id, brand_id AS "brandId", contact_id AS "contactId", subject_id AS "subjectId", contact_point_id AS "contactPointId",
             channel, class, purpose_id AS "purposeId", topic_id AS "topicId", campaign_id AS "campaignId", step, variant,
             template_id AS "templateId", language, variables, policy_key AS "policyKey", test, accepted_at AS "acceptedAt",
             send_at AS "sendAt", expires_at AS "expiresAt", priority, override, CASE WHEN choice_id IS NOT NULL THEN jsonb_build_object('id', choice_id, 'rank', choice_rank) END AS choice,
             status, reason, not_before AS "notBefore", attempt, worker,
             provider_id AS "providerId", provider_ref AS "providerRef", first_started_at AS "firstStartedAt",
             ended_at AS "endedAt", entry_ids AS "entryIds"
        FROM sending.message
       WHERE due_at IS NOT NULL AND status = 'queued' AND first_started_at IS NULL AND contact_id = ANY (${[...contactIds]}::uuid[])
       ORDER BY id`;
  },

  /**
   * Makes messages due now that are held by a pause, by quiet hours or by a cap: all three depend on what people say of
   * themselves. They are decided anew, and held again where that is so.
   */
  async reconsider(tx: Tx, contactIds: readonly ContactId[], now: EpochMs): Promise<void> {
    await tx.execute`
      UPDATE sending.message
         SET not_before = ${toIso(now)}, due_at = ${toIso(now)}
       WHERE contact_id = ANY (${[...contactIds]}::uuid[]) AND status = 'queued'
         AND reason IN ('paused', 'quiet_hours', 'frequency_cap') AND due_at > ${toIso(now)}`;
  },

  /**
   * Makes messages due now that a rule of this policy holds for one of these reasons, because it says something else now. They are
   * decided anew, and held again where that is so. One that is under a lock is being decided about, by whoever then finds
   * the newer version. Those alone whose turn is later than `after`.
   */
  async askAgain(tx: Tx, brandId: BrandId, key: string, reasons: string[], now: EpochMs, after = now): Promise<void> {
    await tx.execute`
      WITH held AS MATERIALIZED (
        SELECT id FROM sending.message
         WHERE brand_id = ${brandId} AND policy_key = ${key} AND status = 'queued'
           AND reason = ANY (${reasons}::text[]) AND due_at > ${toIso(after)}
           FOR NO KEY UPDATE SKIP LOCKED)
      UPDATE sending.message m
         SET not_before = ${toIso(now)}, due_at = ${toIso(now)}
        FROM held
       WHERE m.id = held.id AND m.status = 'queued'`;
  },

  /** What these messages said, and what was written about the person in an override: gone, also where one has ended. */
  async empty(tx: Tx, ids: readonly MessageId[]): Promise<void> {
    await tx.execute`
      UPDATE sending.message
         SET variables = '{}', override = NULL
       WHERE id = ANY (${[...ids]}::uuid[]) AND (variables <> '{}' OR override IS NOT NULL)`;
  },

  async find(tx: Tx, brandId: BrandId, id: MessageId): Promise<Message | null> {
    const rows = await tx.sql<Message>`
      SELECT id, brand_id AS "brandId", contact_id AS "contactId", subject_id AS "subjectId", contact_point_id AS "contactPointId",
             channel, class, purpose_id AS "purposeId", topic_id AS "topicId", campaign_id AS "campaignId", step, variant,
             template_id AS "templateId", language, variables, policy_key AS "policyKey", test, accepted_at AS "acceptedAt",
             send_at AS "sendAt", expires_at AS "expiresAt", priority, override, CASE WHEN choice_id IS NOT NULL THEN jsonb_build_object('id', choice_id, 'rank', choice_rank) END AS choice,
             status, reason, not_before AS "notBefore", attempt, worker,
             provider_id AS "providerId", provider_ref AS "providerRef", first_started_at AS "firstStartedAt",
             ended_at AS "endedAt", entry_ids AS "entryIds"
        FROM sending.message
       WHERE id = ${id} AND brand_id = ${brandId}`;
    return rows[0] ?? null;
  },

  /** Applies decisions to messages that still wait. Answers the ids that were changed. Whoever was in line stays so. */
  async decide(tx: Tx, changes: readonly StatusChange[]): Promise<Set<MessageId>> {
    const { kinds, kindOf } = byKind(changes);
    const rows = await tx.sql<{ id: MessageId }>`
      UPDATE sending.message m
         SET status = (${kinds.map((k) => k.status)}::text[])[c.kind],
             in_line = m.in_line OR coalesce(m.reason, '') = ANY (${[...IN_LINE_REASONS]}::text[]),
             reason = (${kinds.map((k) => k.reason)}::text[])[c.kind],
             not_before = (${kinds.map((k) => isoOrNull(k.notBefore))}::timestamptz[])[c.kind],
             due_at = (${kinds.map((k) => isoOrNull(k.dueAt))}::timestamptz[])[c.kind],
             attempt = (${kinds.map((k) => k.attempt)}::smallint[])[c.kind],
             worker = (${kinds.map((k) => k.worker)}::uuid[])[c.kind],
             provider_id = (${kinds.map((k) => k.providerId)}::uuid[])[c.kind],
             first_started_at = (${kinds.map((k) => isoOrNull(k.firstStartedAt))}::timestamptz[])[c.kind],
             ended_at = (${kinds.map((k) => isoOrNull(k.endedAt))}::timestamptz[])[c.kind],
             entry_ids = CASE WHEN c.entry_id IS NULL THEN m.entry_ids ELSE m.entry_ids || c.entry_id END
        FROM unnest(${uuidList(changes.map((c) => c.id))}::uuid[], ${uuidList(changes.map((c) => c.entryId))}::uuid[],
                    ${plainList(kindOf)}::int[])
             AS c (id, entry_id, kind)
       WHERE m.id = c.id AND m.status = 'queued'
      RETURNING m.id`;
    return new Set(rows.map((row) => row.id));
  },

  /**
   * Settles hand-overs by compare-and-set on (message, attempt, worker). Answers the ids that were settled;
   * the others had been settled by somebody else before.
   *
   * The status is a parameter because a constant would imply the predicate of message_started_idx: the planner would
   * read all that is started for every row of the batch instead of looking each up by its id.
   */
  async settle(tx: Tx, changes: readonly StatusChange[]): Promise<Set<MessageId>> {
    const { kinds, kindOf } = byKind(changes);
    const rows = await tx.sql<{ id: MessageId }>`
      UPDATE sending.message m
         SET status = (${kinds.map((k) => k.status)}::text[])[c.kind],
             reason = (${kinds.map((k) => k.reason)}::text[])[c.kind],
             not_before = (${kinds.map((k) => isoOrNull(k.notBefore))}::timestamptz[])[c.kind],
             due_at = (${kinds.map((k) => isoOrNull(k.dueAt))}::timestamptz[])[c.kind],
             provider_ref = c.provider_ref,
             first_started_at = (${kinds.map((k) => isoOrNull(k.firstStartedAt))}::timestamptz[])[c.kind],
             ended_at = (${kinds.map((k) => isoOrNull(k.endedAt))}::timestamptz[])[c.kind],
             entry_ids = CASE WHEN c.entry_id IS NULL THEN m.entry_ids ELSE m.entry_ids || c.entry_id END
        FROM unnest(${uuidList(changes.map((c) => c.id))}::uuid[], ${uuidList(changes.map((c) => c.entryId))}::uuid[],
                    ${changes.map((c) => c.providerRef)}::text[], ${plainList(kindOf)}::int[]) AS c (id, entry_id, provider_ref, kind)
       WHERE m.id = c.id AND m.status = ${STARTED}
         AND m.attempt = (${kinds.map((k) => k.attempt)}::smallint[])[c.kind]
         AND m.worker = (${kinds.map((k) => k.worker)}::uuid[])[c.kind]
      RETURNING m.id`;
    return new Set(rows.map((row) => row.id));
  },

  async statuses(tx: Tx, ids: readonly MessageId[]): Promise<Map<MessageId, MessageStatus>> {
    const rows = await tx.sql<{ id: MessageId; status: MessageStatus }>`
      SELECT id, status FROM sending.message WHERE id = ANY (${[...ids]}::uuid[])`;
    return new Map(rows.map(({ id, status }) => [id, status]));
  },

  /**
   * Hand-overs whose lease has ended without an outcome. The status is a parameter: as a constant it would let PostgreSQL
   * read the whole index of what is started, which holds everything that has been started since it was last cleared.
   */
  async abandoned(tx: Tx, now: EpochMs, limit: number): Promise<Message[]> {
    return tx.sql<Message>`
      SELECT id, brand_id AS "brandId", contact_id AS "contactId", subject_id AS "subjectId", contact_point_id AS "contactPointId",
             channel, class, purpose_id AS "purposeId", topic_id AS "topicId", campaign_id AS "campaignId", step, variant,
             template_id AS "templateId", language, '{}'::jsonb AS variables, policy_key AS "policyKey", test, accepted_at AS "acceptedAt",
             send_at AS "sendAt", expires_at AS "expiresAt", priority, override, CASE WHEN choice_id IS NOT NULL THEN jsonb_build_object('id', choice_id, 'rank', choice_rank) END AS choice,
             status, reason, not_before AS "notBefore", attempt, worker,
             provider_id AS "providerId", provider_ref AS "providerRef", first_started_at AS "firstStartedAt",
             ended_at AS "endedAt", entry_ids AS "entryIds"
        FROM sending.message
       WHERE due_at <= ${toIso(now)} AND status = ${'started' satisfies MessageStatus}
       ORDER BY due_at LIMIT ${limit}`;
  },

  /**
   * Messages to these people that may be with a provider: their hand-over has started and has no outcome yet, or its
   * answer was lost and they wait to be asked about again under the same key.
   */
  async started(tx: Tx, contactIds: readonly ContactId[]): Promise<MessageId[]> {
    // Two branches, each with an index of its own.
    const rows = await tx.sql<{ id: MessageId }>`
      SELECT id FROM sending.message WHERE contact_id = ANY (${[...contactIds]}::uuid[]) AND status = 'started'
      UNION ALL
      SELECT id FROM sending.message
       WHERE contact_id = ANY (${[...contactIds]}::uuid[]) AND status = 'queued' AND first_started_at IS NOT NULL
       ORDER BY id`;
    return rows.map((row) => row.id);
  },
};

/**
 * The changes that differ from the one before in more than message, entry and reference, and for each change the number
 * of its kind, from 1. Most messages of a batch change alike; to say how only once takes half the time here and 6 kB
 * less garbage a message.
 */
function byKind(changes: readonly StatusChange[]): { kinds: StatusChange[]; kindOf: number[] } {
  const kinds: StatusChange[] = [];
  const kindOf = changes.map((change) => {
    const before = kinds.at(-1);
    if (before === undefined || !isAlike(before, change)) kinds.push(change);
    return kinds.length;
  });
  return { kinds, kindOf };
}

function isAlike(a: StatusChange, b: StatusChange): boolean {
  return (
    a.status === b.status &&
    a.reason === b.reason &&
    a.notBefore === b.notBefore &&
    a.dueAt === b.dueAt &&
    a.attempt === b.attempt &&
    a.worker === b.worker &&
    a.providerId === b.providerId &&
    a.firstStartedAt === b.firstStartedAt &&
    a.endedAt === b.endedAt
  );
}

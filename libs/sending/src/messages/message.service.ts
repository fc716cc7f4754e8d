import { Inject, Injectable } from '@nestjs/common';
import { recipientStore } from '#lib/consent';
import type { Decision, Obligation } from '#lib/decision';
import { type BrandId, DomainError, type EntryId, type EpochMs, type MessageId } from '#lib/kernel';
import { type Disclosures, type FoundEntry, type JsonValue, LedgerService } from '#lib/ledger';
import { Database, newId, type Tx } from '#lib/platform';
import { Catalog, policyVersions } from '../catalog/catalog.js';
import { decideAgain, obligationsThen } from './decide-again.js';
import type { DecisionRecord } from './domain/decision-record.js';
import { cancelledEntry, type HandOverNote } from './domain/entries.js';
import type { Message } from './domain/message.js';
import { choiceStore } from './choice.store.js';
import { messageStore } from './message.store.js';

/** A message with the names of what it refers to by id. */
export interface MessageView {
  readonly message: Message;
  /** External id of the contact. */
  readonly to: string;
  readonly purpose: string;
  readonly topic: string | null;
  readonly campaign: string | null;
  readonly template: string;
  readonly templateVersion: number;
  readonly entries: readonly { readonly id: EntryId; readonly position: number | null }[];
  /** The consent events on which its last hand-over rested; null before there was one, and once they are erased. */
  readonly reliedOn: { readonly purpose: string | null; readonly topic: string | null } | null;
}

export interface ExplainedStep {
  readonly entry: EntryId;
  readonly position: number | null;
  readonly type: string;
  readonly at: EpochMs;
  readonly outcome: string | null;
  readonly reason: string | null;
  /** What became of a hand-over, in the words of its protocol, or why there was none; null for other steps. */
  readonly code: string | null;
  /** When it is tried again, of a hand-over that is put off. */
  readonly retryAt: EpochMs | null;
  /** Null for a step that is no decision, or whose content was erased. */
  readonly decision: Decision | null;
  /** By which the leaf of the entry commits to the facts of the decision; null where `decision` is. */
  readonly factsDigest: string | null;
  /** Of a decision: what the law asked of the sender besides. */
  readonly obligations: readonly Obligation[];
}

export interface MessageExplanation {
  readonly message: Message;
  readonly steps: readonly ExplainedStep[];
}

/** Answers questions about messages, and takes them back while they still wait. */
@Injectable()
export class MessageService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
  ) {}

  /** @throws DomainError not_found */
  async view(brandId: BrandId, id: MessageId): Promise<MessageView> {
    const message = await this.find(brandId, id);
    const { tx } = this.database;
    const { campaignId, templateId, entryIds } = message;
    const catalog = await Catalog.load(tx, {
      brandIds: [brandId],
      campaignIds: campaignId === null ? [] : [campaignId],
      templateIds: [templateId],
      policyKeys: [],
    });
    const template = catalog.templateById(brandId, templateId);
    if (template === undefined) throw new Error(`template ${templateId} is not there`);
    const positions = await this.ledger.positions(tx, entryIds);
    const disclosed = await this.ledger.disclosures(tx, entryIds);
    return {
      message,
      to: await recipientStore.externalId(tx, message.contactId),
      purpose: catalog.purpose(brandId, { id: message.purposeId })?.key ?? '',
      topic: message.topicId === null ? null : (catalog.topic(brandId, { id: message.topicId })?.key ?? null),
      campaign: campaignId === null ? null : (catalog.campaign(brandId, { id: campaignId })?.key ?? null),
      template: template.key,
      templateVersion: template.version,
      entries: entryIds.map((entry) => ({ id: entry, position: positions.get(entry) ?? null })),
      reliedOn: reliedOn(entryIds.map((entry) => disclosed.get(entry))),
    };
  }

  /**
   * Every step of a message from its ledger entries, oldest first.
   * @throws DomainError not_found
   */
  async explain(brandId: BrandId, id: MessageId): Promise<MessageExplanation> {
    const message = await this.find(brandId, id);
    const { tx } = this.database;
    const opened = await this.ledger.committedDisclosures(tx, message.entryIds);
    const found = await this.ledger.entriesById(tx, message.entryIds);
    const steps = message.entryIds.flatMap((id) => {
      const entry = found.get(id);
      return entry === undefined ? [] : [stepOf(entry, opened.get(id)?.disclosed)];
    });
    const records = steps.flatMap(({ record }) => (record === null ? [] : [record]));
    const policies = await policyVersions(
      tx,
      brandId,
      records.map(({ decision }) => decision.policy),
    );
    return {
      message,
      steps: steps.map(({ record, ...step }) => ({
        ...step,
        decision: record === null ? null : decideAgain(record, policies),
        factsDigest: record === null ? null : (opened.get(step.entry)?.digests['checks'] ?? null),
        obligations: record === null ? [] : obligationsThen(record, policies),
      })),
    };
  }

  private async find(brandId: BrandId, id: MessageId): Promise<Message> {
    const message = await messageStore.find(this.database.tx, brandId, id);
    if (message === null) throw new DomainError('not_found', 'Check the message id.');
    return message;
  }

  /**
   * Ends a waiting message as `cancelled`. Doing it twice is fine.
   * @throws DomainError not_found, not_cancellable (it is on its way or has ended)
   */
  async cancel(brandId: BrandId, id: MessageId, actor: string): Promise<Message> {
    return this.database.transaction((tx) => this.cancelIn(tx, brandId, id, actor));
  }

  /** The same within the caller's transaction. */
  async cancelIn(tx: Tx, brandId: BrandId, id: MessageId, actor: string): Promise<Message> {
    const seen = await messageStore.find(tx, brandId, id);
    if (seen === null) throw new DomainError('not_found', 'Check the message id.');
    await recipientStore.lock(tx, [seen.contactId]);
    const message = (await messageStore.find(tx, brandId, id)) ?? seen;
    if (message.reason === 'cancelled') return message;
    if (message.status !== 'queued' || message.firstStartedAt !== null) {
      throw new DomainError(
        'not_cancellable',
        `The message is ${message.status}; only one that still waits can be cancelled.`,
      );
    }
    const clock = await tx.sql<{ now: EpochMs }>`SELECT clock_timestamp() AS now`;
    const now = clock[0]?.now ?? message.acceptedAt;
    const entryId = newId<EntryId>();
    const { attempt, worker, providerId, providerRef, firstStartedAt } = message;
    const kept = { attempt, worker, providerId, providerRef, firstStartedAt };
    await messageStore.decide(tx, [
      { id, status: 'dropped', reason: 'cancelled', notBefore: null, dueAt: null, endedAt: now, entryId, ...kept },
    ]);
    if (message.choice !== null) await choiceStore.wake(tx, [id], now);
    await this.ledger.append(tx, [cancelledEntry(entryId, now, message, actor)]);
    return {
      ...message,
      status: 'dropped',
      reason: 'cancelled',
      notBefore: null,
      endedAt: now,
      entryIds: [...message.entryIds, entryId],
    };
  }
}

/** What the decision that let a message go last says of the consents it rested on. */
function reliedOn(disclosed: readonly (Disclosures | undefined)[]): MessageView['reliedOn'] {
  const handOver = disclosed.findLast((one) => one?.['handover'] !== undefined && one['checks'] !== undefined);
  const record = handOver?.['checks'] as object | undefined;
  if (record === undefined || !('facts' in record)) return null;
  const { purpose, topic } = (record as DecisionRecord).facts.consent;
  return { purpose: purpose?.eventId ?? null, topic: topic?.eventId ?? null };
}

/** What an entry says in clear, and the decision it keeps. */
function stepOf(
  { id, idx, leaf }: FoundEntry,
  disclosed: Disclosures | undefined,
): Omit<ExplainedStep, 'decision' | 'factsDigest' | 'obligations'> & { readonly record: DecisionRecord | null } {
  const clear = JSON.parse(leaf.toString('utf8')) as { t: string; at: string; out?: string; reason?: string };
  const record = disclosed?.['checks'] as { readonly handover?: JsonValue } | undefined;
  const note = (disclosed?.['handover'] ?? record?.handover) as HandOverNote | undefined;
  return {
    entry: id,
    position: idx,
    type: clear.t,
    at: Date.parse(clear.at),
    outcome: clear.out ?? null,
    reason: clear.reason ?? null,
    code: note?.code ?? null,
    retryAt: note?.retryAt ?? null,
    record: record !== undefined && 'decision' in record ? (record as DecisionRecord) : null,
  };
}

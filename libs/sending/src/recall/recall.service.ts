import { Inject, Injectable } from '@nestjs/common';
import { recipientStore } from '#lib/consent';
import { CannotDecide, type CheckName, type Decision } from '#lib/decision';
import type { EntryId, EpochMs } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { Database, type Logger, LOGGER, newId, type Tx } from '#lib/platform';
import { Catalog } from '../catalog/catalog.js';
import { DecisionBatch } from '../messages/decision-batch.js';
import { recalledEntry } from '../messages/domain/entries.js';
import { messageStore } from '../messages/message.store.js';
import { toCandidate } from '../messages/to-candidate.js';
import { SenderRegistry } from '../senders/sender-registry.js';
import { type OpenTask, type Recall, recallStore } from './recall.store.js';

/** Rows of one round at most; a longer line is taken up behind them. */
const ROUND = 200;
const LEASE_MS = 5 * 60_000;
/** Who cannot be told now is told again after a minute, twice as late each time, and after a day at the latest. */
const AGAIN_MS = { least: 60_000, most: 86_400_000 };
/** After this long nobody is told any more: whoever calls has called. */
const GIVEN_UP_AFTER_MS = 14 * 86_400_000;

/** Checks that say that somebody does not want to be reached, or is not there: not those that hold or end a message in time. */
const OF_THE_PERSON: ReadonlySet<CheckName> = new Set(['erased', 'contact_point', 'suppression', 'consent']);

/**
 * Takes back what was handed to a human and is not done yet, once its person may not be reached that way any more: by
 * whatever way they said so, and however their hand-over crossed it. What is decided is what would be decided about the
 * message now. Any number of workers may run it at the same time.
 */
@Injectable()
export class RecallService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(SenderRegistry) private readonly senders: SenderRegistry,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Looks for tasks that may not be done any more, and tells whoever has them. Answers how many have an end now. */
  async round(): Promise<number> {
    for (let after: OpenTask | null = null; ;) {
      const tasks = await recallStore.changed(this.database.tx, after, ROUND);
      for (const task of tasks) await this.database.transaction((tx) => this.decide(tx, task));
      after = tasks.at(-1) ?? null;
      if (tasks.length < ROUND) break;
    }
    const due = await this.database.transaction(async (tx) =>
      recallStore.take(tx, (await clock(tx)) + LEASE_MS, ROUND),
    );
    let ended = 0;
    for (const recall of due) if (await this.tell(recall)) ended++;
    return ended;
  }

  private async decide(tx: Tx, { id, brandId, contactId }: OpenTask): Promise<void> {
    await recipientStore.lock(tx, [contactId]);
    const now = await clock(tx);
    const message = await messageStore.find(tx, brandId, id);
    if (message === null) return;
    const catalog = await Catalog.load(tx, {
      brandIds: [brandId],
      campaignIds: message.campaignId === null ? [] : [message.campaignId],
      templateIds: [message.templateId],
      policyKeys: [message.policyKey],
    });
    const [recipient] = await recipientStore.load(tx, [{ contactId, pointId: message.contactPointId }], true);
    const candidate = recipient ? toCandidate(catalog, message, recipient)?.candidate : undefined;
    if (candidate === undefined) return;
    const batch = await DecisionBatch.load(tx, [candidate], now, 'nothing');
    try {
      const reason = reasonOfThePerson(batch.judge(candidate).decision);
      if (reason !== null) await recallStore.want(tx, id, reason, now);
    } catch (error) {
      if (!(error instanceof CannotDecide)) throw error;
    }
  }

  private async tell(recall: Recall): Promise<boolean> {
    const { id, brandId, reason, wantedAt, tries } = recall;
    const message = await messageStore.find(this.database.tx, brandId, id);
    if (message === null) return false;
    const provider = message.providerId === null ? null : { id: message.providerId };
    const sender = await this.senders.senderFor(provider, message.channel, message.test).catch(() => null);
    // Where nothing can be taken back there is nobody to tell.
    const told =
      sender !== null && sender.takeBack === undefined
        ? ({ kind: 'closed' } as const)
        : ((await sender?.takeBack?.(id)) ?? { kind: 'transient' as const, code: 'no_provider', retryAfterMs: null });
    const now = await clock(this.database.tx);
    const isOver = now - wantedAt > GIVEN_UP_AFTER_MS;
    if (told.kind === 'transient' && !isOver) {
      const wait = Math.min(AGAIN_MS.most, AGAIN_MS.least * 2 ** Math.min(tries - 1, 20));
      await recallStore.later(this.database.tx, id, now + Math.max(wait, told.retryAfterMs ?? 0));
      this.logger.warn({ messageId: id, code: told.code }, 'a task could not be taken back; tried again later');
      return false;
    }
    const result = told.kind === 'transient' ? 'given_up' : told.kind;
    if (result === 'given_up') this.logger.error({ messageId: id }, 'a task was not taken back: nobody could be told');
    await this.database.transaction(async (tx) => {
      if (!(await recallStore.end(tx, id, result))) return;
      await this.ledger.append(tx, [recalledEntry(newId<EntryId>(), await clock(tx), message, reason, result)]);
    });
    return true;
  }
}

/** Why a person may not be reached any more; null: they may, as far as it is for them to say. */
function reasonOfThePerson({ checks }: Decision): string | null {
  for (const one of checks) if (!one.passes && one.kind === 'drop' && OF_THE_PERSON.has(one.check)) return one.reason;
  return null;
}

async function clock(tx: Tx): Promise<EpochMs> {
  const rows = await tx.sql<{ now: EpochMs }>`SELECT clock_timestamp() AS now`;
  const now = rows[0]?.now;
  if (now === undefined) throw new Error('PostgreSQL did not tell the time');
  return now;
}

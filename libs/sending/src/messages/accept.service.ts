import { Inject, Injectable } from '@nestjs/common';
import { recipientStore } from '#lib/consent';
import { asksWhere, CannotDecide } from '#lib/decision';
import { DomainError, type EpochMs, type MessageId } from '#lib/kernel';
import { type Hold, LedgerService } from '#lib/ledger';
import {
  Batcher,
  CONFIG,
  type Config,
  crashPoint,
  Database,
  isDatabaseAway,
  newId,
  systemClock,
  type Tx,
} from '#lib/platform';
import { Catalog } from '../catalog/catalog.js';
import { countDecisions, timeBatch } from '../figures/counters.js';
import { refuse, rendered, repeat, replay } from './accept-answers.js';
import type { AcceptAnswer, AcceptItem, Sender } from './accept-item.js';
import {
  acceptWays,
  chooseWay,
  type AcceptedMessage,
  byRequest,
  type DecidedWay,
  type Open,
  type PreparedOpen,
  waysOf,
} from './accept-ways.js';
import type { Candidate } from './candidate.js';
import { bestTimeStore } from './best-time.store.js';
import { BestTimes } from './best-times.js';
import { DecisionBatch, type Judgement } from './decision-batch.js';
import { choiceStore, type NewChoice } from './choice.store.js';
import { ChannelResults } from './choose-channel.js';
import { firstAllowed } from './domain/choice.js';
import { expiryOf, lifetimeProblem } from './domain/lifetime.js';
import { DEFAULT_GOAL, DEFAULT_PRIORITY, type SendRequest } from './domain/message.js';
import { resolveRequest } from './domain/resolve-request.js';
import { firstAnswers } from './first-answers.js';
import { idempotencyStore, keptKey, type KeptKey } from './idempotency.store.js';
import { messageStore } from './message.store.js';
import { WakeUps } from './wake-ups.js';

const STATE_CHECK_MS = 1_000;
/** Messages that share a transaction at most, and transactions at once. */
const MOST = 500;
const LANES = 2;

/**
 * Accepts messages: the row, the key it was asked for under and the ledger entry commit together or not at all, and
 * only then is anything acknowledged. What can never pass ends here, with its reason.
 */
@Injectable()
export class AcceptService {
  private readonly batcher: Batcher<readonly AcceptItem[], readonly AcceptAnswer[]>;
  private readonly results = new ChannelResults();
  private readonly times = new BestTimes();
  private state: { readAt: number; pending: number; hold: Hold | null } = { readAt: -Infinity, pending: 0, hold: null };

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(WakeUps) private readonly wakeUps: WakeUps,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.batcher = new Batcher<readonly AcceptItem[], readonly AcceptAnswer[]>((parts) => this.acceptParts(parts), {
      size: MOST,
      lanes: LANES,
      weigh: (items) => items.length,
      blames: (error) => !(error instanceof DomainError) && !isDatabaseAway(error),
    });
  }

  /** Accepts one message, sharing a transaction with whatever arrives at the same time. */
  async accept(item: AcceptItem): Promise<AcceptAnswer> {
    const [answer] = await this.batcher.add([item]);
    if (answer === undefined) throw new Error('a request was neither accepted nor refused');
    return answer;
  }

  /**
   * Accepts many messages in one transaction, which they share with others like a single one. A line that cannot be
   * accepted is refused by itself.
   */
  async acceptMany(items: readonly AcceptItem[]): Promise<readonly AcceptAnswer[]> {
    return this.batcher.add(items);
  }

  private async acceptParts(parts: readonly (readonly AcceptItem[])[]): Promise<AcceptAnswer[][]> {
    const answers = await this.acceptBatch(parts.flat());
    let from = 0;
    return parts.map(({ length }) => answers.slice(from, (from += length)));
  }

  private async acceptBatch(items: readonly AcceptItem[]): Promise<AcceptAnswer[]> {
    await this.refuseWhenStopped();
    const keys = items.map(keyOf);
    const firstOf = new Map<string, number>();
    const firsts: Open[] = [];
    items.forEach((item, index) => {
      const key = keys[index] ?? keyOf(item);
      const name = nameOf(key);
      if (firstOf.has(name)) return;
      firstOf.set(name, index);
      firsts.push({ item, index, key });
    });

    const { answers, stored } = await timeBatch('accept', () =>
      this.database.transaction(async (tx) => {
        // Made anew for every run of the transaction: what a rolled back one answered was never true.
        const written: (AcceptAnswer | undefined)[] = items.map(() => undefined);
        const open = await this.withoutReplays(tx, firsts, written);
        const prepared = await this.prepare(tx, open, written);
        return { answers: written, stored: prepared.length === 0 ? [] : await this.store(tx, prepared, written) };
      }),
    );
    crashPoint('accept.after_commit');
    countDecisions(
      'accept',
      stored.map((s) => s.counted),
    );
    this.wakeUps.send(stored.map((s) => s.message).filter((m) => m.status === 'queued' && m.notBefore === null));

    const all: AcceptAnswer[] = [];
    for (const [index, item] of items.entries()) {
      const answer = answers[index];
      // The same key twice in one batch: the second is the retry of the first, and where that was refused it is the first.
      const first = firstOf.get(nameOf(keys[index] ?? keyOf(item))) ?? index;
      all.push(answer ?? repeat(item, items[first], answers[first]) ?? (await this.acceptAlone(item)));
    }
    return all;
  }

  /** Decides about a message without accepting it: nothing is stored, nothing is counted. */
  async dryRun(sender: Sender, request: SendRequest): Promise<Judgement> {
    return this.database.transaction(async (tx) => {
      const item: AcceptItem = { sender, request, idempotencyKey: '', bodyHash: Buffer.alloc(0), render: () => '' };
      const answers: (AcceptAnswer | undefined)[] = [undefined];
      const prepared = await this.prepare(tx, [{ item, index: 0, key: keyOf(item) }], answers);
      const refusal = answers[0];
      if (refusal?.kind === 'refused') throw refusal.error;
      const [first] = prepared;
      if (first === undefined) throw new Error('a request was neither prepared nor refused');
      const candidates = prepared.map(({ candidate }) => candidate);
      const batch = await DecisionBatch.load(tx, candidates, first.acceptedAt, 'nothing');
      const judgements = candidates.map((candidate) => {
        const judgement = judged(batch, candidate);
        if (judgement instanceof DomainError) throw judgement;
        return judgement;
      });
      const chosen = judgements[firstAllowed(judgements.map(({ decision }) => decision)) ?? 0];
      if (chosen === undefined) throw new Error('a request was neither decided nor refused');
      return chosen;
    });
  }

  private async acceptAlone(item: AcceptItem): Promise<AcceptAnswer> {
    const [answer] = await this.acceptBatch([item]);
    if (answer === undefined) throw new Error('a request was neither accepted nor refused');
    return answer;
  }

  /** What is accepted into a database that contradicts what was signed would be lost when a newer one takes its place. */
  private async refuseWhenStopped(): Promise<void> {
    const now = systemClock.monotonic();
    if (now - this.state.readAt > STATE_CHECK_MS) {
      this.state = { ...this.state, readAt: now };
      const { tx } = this.database;
      const { pending } = await this.ledger.backlog(tx);
      this.state = { readAt: now, pending, hold: await this.ledger.hold(tx) };
    }
    if (this.state.pending > this.config.MAX_PENDING_ENTRIES) {
      throw new DomainError('overloaded', 'The ledger is behind; try again with the same Idempotency-Key.', {
        retryAfterSeconds: 5,
      });
    }
    if (this.state.hold?.kind === 'contradicted') {
      const detail = 'The log cannot be signed; /readyz says why. Try again with the same Idempotency-Key.';
      throw new DomainError('sending_stopped', detail, { retryAfterSeconds: 60 });
    }
  }

  /** Answers what was answered before, refuses what is being answered elsewhere, and leaves the rest. */
  private async withoutReplays(
    tx: Tx,
    firsts: readonly Open[],
    answers: (AcceptAnswer | undefined)[],
  ): Promise<Open[]> {
    const keys = firsts.map(({ key }) => key);
    const claimed = await idempotencyStore.claim(tx, keys);
    const known = await idempotencyStore.find(tx, keys);
    const first = await firstAnswers(
      tx,
      this.ledger,
      firsts.flatMap(({ item }, i) => (known[i]?.bodyHash.equals(item.bodyHash) === true ? known[i].messageId : [])),
    );
    return firsts.filter(({ item, index }, i) => {
      const record = known[i];
      if (record != null)
        answers[index] = replay(item, record.bodyHash, () => rendered(item, first.get(record.messageId)));
      else if (claimed[i] !== true)
        answers[index] = refuse(
          new DomainError('idempotency_in_progress', 'Wait a moment and repeat the request.', { retryAfterSeconds: 1 }),
        );
      return answers[index] === undefined;
    });
  }

  private async prepare(tx: Tx, open: readonly Open[], answers: (AcceptAnswer | undefined)[]): Promise<PreparedOpen[]> {
    if (open.length === 0) return [];
    const requests = open.map(({ item }) => item.request);
    const catalog = await Catalog.load(tx, {
      brandIds: open.map(({ item }) => item.sender.brandId),
      campaignKeys: requests.flatMap((r) => r.campaign ?? []),
      templates: requests
        .flatMap((r) => [...waysOf(r), ...(r.otherArms ?? [])])
        .map((r) => ({ key: r.template, version: r.templateVersion })),
      policyKeys: ['default', ...requests.flatMap((r) => r.policy ?? [])],
    });
    const resolved = open.flatMap(({ item, index, key }) => {
      const resolutions = waysOf(item.request).map((way) =>
        resolveRequest(catalog, item.sender.brandId, way, item.sender.test),
      );
      const problem = resolutions.find((resolution) => resolution instanceof DomainError);
      if (problem !== undefined) {
        answers[index] = refuse(problem);
        return [];
      }
      return resolutions.flatMap((resolution) =>
        resolution instanceof DomainError ? [] : [{ item, index, key, resolution }],
      );
    });
    if (resolved.length === 0) return [];
    const recipients = await recipientStore.find(
      tx,
      resolved.map(({ item, resolution }) => ({
        brandId: item.sender.brandId,
        externalId: item.request.to,
        channel: resolution.template.channel,
      })),
      resolved.some(({ resolution }) => asksWhere(resolution.policy.policy)),
    );
    const now = await acceptedAt(tx);

    return resolved.flatMap(({ item, index, key, resolution }, i) => {
      const recipient = recipients[i];
      if (recipient === null || recipient === undefined) {
        answers[index] = refuse(
          new DomainError('unknown_contact', 'Create the contact first: PUT /v1/contacts/{externalId}.', {
            violations: [{ pointer: '/to', detail: 'no such contact' }],
          }),
        );
        return [];
      }
      const { template, sender: from, purpose, topic, campaign, policy, provider } = resolution;
      const { request, sender } = item;
      const tooLate = lifetimeProblem(request, now);
      if (tooLate !== null) {
        answers[index] = refuse(tooLate);
        return [];
      }
      const sendAt = request.sendAt ?? null;
      const subject = {
        class: template.class,
        channel: template.channel,
        sendAt,
        expiresAt: expiryOf(request, now),
        acceptedAt: now,
        priority: request.priority ?? DEFAULT_PRIORITY,
        override: request.override ?? null,
        brand: catalog.brand(sender.brandId),
        sender: from,
        purpose,
        topic,
        campaign,
        recipient,
      };
      const candidate = {
        messageId: newId<MessageId>(),
        subject,
        policy,
        provider,
        test: sender.test,
        hasWaited: false,
        inLine: false,
      };
      return [{ index, item, key, candidate, template, acceptedAt: now }];
    });
  }

  private async store(
    tx: Tx,
    prepared: readonly PreparedOpen[],
    answers: (AcceptAnswer | undefined)[],
  ): Promise<AcceptedMessage[]> {
    const now = prepared[0]?.acceptedAt ?? systemClock.now();
    const batch = await DecisionBatch.load(
      tx,
      prepared.map((p) => p.candidate),
      now,
      'nothing',
    );
    // All that is made of a decision is made at once, and only that is kept for the rest of the batch.
    const choices: NewChoice[] = [];
    const decided: AcceptedMessage[] = [];
    for (const ways of byRequest(prepared)) {
      const [first] = ways;
      if (first === undefined) continue;
      const judgements = ways.map((way) => judged(batch, way.candidate));
      const problem = judgements.find((judgement) => judgement instanceof DomainError);
      if (problem !== undefined) {
        answers[first.index] = refuse(problem);
        continue;
      }
      const asked = ways.flatMap((way, i): DecidedWay[] => {
        const judgement = judgements[i];
        return judgement === undefined || judgement instanceof DomainError ? [] : [{ prepared: way, judgement }];
      });
      const { request, sender } = first.item;
      const isBest = ways.length > 1 && request.strategy === 'best';
      const results = isBest ? await this.results.of(tx, sender.brandId, request.goal ?? DEFAULT_GOAL) : [];
      const { bestTime } = request;
      const choice = chooseWay(asked, results);
      // Of the chosen way alone: the others have their turn when it did not reach the contact, and leave then.
      const tried = choice.ways[choice.chosen];
      const timed =
        bestTime === undefined || tried === undefined
          ? choice
          : {
              ...choice,
              ways: choice.ways.with(choice.chosen, await this.times.atBest(tx, batch, tried, bestTime, now)),
            };
      const accepted = acceptWays(timed, now, this.config.WAKE_UP_SECONDS * 1000);
      decided.push(...accepted.messages);
      if (accepted.choice !== null) choices.push(accepted.choice);
      answers[first.index] = accepted.answer;
    }
    if (decided.length === 0) return [];
    if (choices.length > 0) await choiceStore.insert(tx, choices);
    await messageStore.insert(
      tx,
      decided.map((d) => d.message),
    );
    const times = decided.flatMap(({ bestTime }) => bestTime ?? []);
    if (times.length > 0) await bestTimeStore.insert(tx, times);
    await idempotencyStore.remember(
      tx,
      decided.map((d) => d.key),
    );
    await this.ledger.append(
      tx,
      decided.flatMap((d) => d.entries),
    );
    crashPoint('accept.before_commit');
    return decided;
  }
}

/** A refusal where the brand's clock or the policy is such that nothing can be judged by it: nothing may leave then. */
function judged(batch: DecisionBatch, candidate: Candidate): Judgement | DomainError {
  try {
    return batch.judge(candidate);
  } catch (error) {
    if (!(error instanceof CannotDecide)) throw error;
    return new DomainError('conflict', `Mend the brand or the policy, then send again: ${error.detail}.`, {
      cause: error,
    });
  }
}

async function acceptedAt(tx: Tx): Promise<EpochMs> {
  const rows = await tx.sql<{ now: EpochMs }>`SELECT clock_timestamp() AS now`;
  const now = rows[0]?.now;
  if (now === undefined) throw new Error('PostgreSQL did not tell the time');
  return now;
}

/** Test keys have their keys to themselves: what was tried out must not answer for what is meant. */
function keyOf({ sender, idempotencyKey }: AcceptItem): KeptKey {
  return keptKey(sender.brandId, sender.test ? `test ${idempotencyKey}` : idempotencyKey);
}

function nameOf({ brandId, hash }: KeptKey): string {
  return `${brandId} ${hash}`;
}

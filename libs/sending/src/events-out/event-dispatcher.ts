import { randomInt } from 'node:crypto';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Webhook } from 'standardwebhooks';
import { definitionStore, recipientStore } from '#lib/consent';
import type { EntryId } from '#lib/kernel';
import { LedgerService, type LoggedEntry } from '#lib/ledger';
import {
  CONFIG,
  type Config,
  crashPoint,
  Database,
  KEY_RING,
  type KeyRing,
  type Logger,
  LOGGER,
  systemClock,
} from '#lib/platform';
import { HttpClient, type HttpEnd } from '../senders/http/http-client.js';
import { retryAfterMs } from '../senders/http/http-outcome.js';
import { openEndpointKeys } from '../senders/provider-secret.js';
import { atOnceAfter, FIRST_AT_ONCE, MOST_AT_ONCE } from './domain/at-once.js';
import { type CloudEvent, cloudEvent, eventTypeOf, idsOf } from './domain/cloud-event.js';
import { afterTry, type EventAnswer } from './domain/retry-plan.js';
import { validKeys } from './domain/signing-keys.js';
import { type ClaimedDelivery, type EndpointRow, eventStore } from './event-endpoint.store.js';

/** Entries that one step looks at. */
const STEP = 500;
/** A receiver has this long to answer, its connection included; whoever took an event has it for a little longer. */
const CONNECT_MS = 5_000;
const ANSWER_MS = 15_000;
const LEASE_MS = 60_000;
const KEPT_DAYS = 30;
const LUCK = 1_000_000;
/** Places are filled again once so much of them at most is taken: some at a time are cheaper than each alone. */
const REFILL_AT = 0.75;

/** The events of one endpoint that are with its receiver. */
interface Line {
  readonly calls: Set<Promise<void>>;
  /** How many may be, which follows what the receiver takes. */
  atOnce: number;
  /** More were due when it was looked last than could be sent. */
  hasMore: boolean;
  /** Somebody plans or begins some just now. */
  serving: Promise<void> | null;
}

/**
 * Tells brands what happened, from the log: an entry that is committed gets a position, and what has one is told at
 * least once, whatever dies meanwhile. Nothing is written for it where messages are handed over. Any number of
 * workers may do it at the same time.
 */
@Injectable()
export class EventDispatcher implements OnApplicationShutdown {
  private readonly client: HttpClient;
  private readonly lines = new Map<string, Line>();
  private stopped = false;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(KEY_RING) private readonly keys: KeyRing,
    @Inject(CONFIG) config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.client = new HttpClient({
      maxConnections: MOST_AT_ONCE,
      connectMs: CONNECT_MS,
      answerMs: ANSWER_MS,
      reach: { vouched: config.EVENT_HOSTS, byStrangers: true },
    });
  }

  /** Goes through the log for every endpoint and sends what is due; an endpoint that is slow keeps no other waiting. */
  async round(): Promise<void> {
    for (const endpoint of await eventStore.enabled(this.database.tx)) {
      const line = this.lines.get(endpoint.id) ?? {
        calls: new Set(),
        atOnce: FIRST_AT_ONCE,
        hasMore: false,
        serving: null,
      };
      this.lines.set(endpoint.id, line);
      this.serve(line, endpoint);
    }
  }

  /** Lets what is over go from the record of deliveries. */
  async forget(): Promise<void> {
    await eventStore.forget(this.database.tx, KEPT_DAYS);
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    for (;;) {
      const all = [...this.lines.values()].flatMap(({ calls, serving }) => [
        ...calls,
        ...(serving === null ? [] : [serving]),
      ]);
      if (all.length === 0) return;
      await Promise.all(all);
    }
  }

  /** Begins nothing more, and resolves when what is under way is over. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.idle();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop();
    this.client.close();
  }

  /** Never rejects, and does nothing where somebody does already. */
  private serve(line: Line, endpoint: EndpointRow): void {
    if (this.stopped) return;
    line.serving ??= this.planAndBegin(line, endpoint)
      .catch((error: unknown) => this.logger.error({ err: error, endpoint: endpoint.key }, 'events could not be sent'))
      .finally(() => (line.serving = null));
  }

  private async planAndBegin(line: Line, endpoint: EndpointRow): Promise<void> {
    while (!this.stopped && (await this.plan(endpoint)));
    crashPoint('events.after_commit');
    await this.begin(line, endpoint);
  }

  /** Notes which of the next entries are to be told; answers whether there may be more. */
  private async plan({ id, brandId, types }: EndpointRow): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const position = await eventStore.takePosition(tx, id);
      if (position === null) return false;
      const { entries, next } = await this.ledger.entries(tx, position, STEP, { brandId });
      const last = next ?? entries.at(-1)?.idx;
      if (last === undefined) return false;
      const events = entries.flatMap(({ id: entryId, idx, leaf }) => {
        const type = eventTypeOf(leaf, types);
        return type === null ? [] : [{ position: idx, entryId, type }];
      });
      await eventStore.plan(tx, id, events, last);
      if (events.length > 0) crashPoint('events.before_commit');
      return next !== null;
    });
  }

  /** Begins to send what is due, as many as have a place. */
  private async begin(line: Line, endpoint: EndpointRow): Promise<void> {
    const free = Math.floor(line.atOnce) - line.calls.size;
    if (this.stopped || free <= 0) return;
    const claimed = await eventStore.claim(this.database.tx, endpoint.id, free, LEASE_MS);
    line.hasMore = claimed.length === free;
    if (claimed.length === 0) return;
    const events = await this.eventsOf(endpoint, claimed);
    for (const delivery of claimed) {
      const call: Promise<void> = this.send(line, endpoint, delivery, events.get(delivery.entryId))
        .catch((error: unknown) =>
          this.logger.error({ err: error, endpoint: endpoint.key }, 'an event could not be sent'),
        )
        .finally(() => {
          line.calls.delete(call);
          // Places are filled some at a time; those that are left over are by the next round.
          if (line.hasMore && line.calls.size <= line.atOnce * REFILL_AT) this.refill(line, endpoint);
        });
      line.calls.add(call);
    }
  }

  /** Where and under which keys is read anew each time: an address or a key may be taken away in a long line. */
  private refill(line: Line, { brandId, key }: EndpointRow): void {
    if (this.stopped) return;
    line.serving ??= eventStore
      .find(this.database.tx, brandId, key)
      .then((now) => (now === null ? undefined : this.begin(line, now)))
      .catch((error: unknown) => this.logger.error({ err: error, endpoint: key }, 'events could not be sent'))
      .finally(() => (line.serving = null));
  }

  private async send(
    line: Line,
    endpoint: EndpointRow,
    delivery: ClaimedDelivery,
    event: CloudEvent | undefined,
  ): Promise<void> {
    const { tx } = this.database;
    if (event === undefined) throw new Error(`entry ${delivery.entryId} is not in the log`);
    crashPoint('events.before_call');
    const answer = await this.call(endpoint, event);
    crashPoint('events.after_call');
    line.atOnce = atOnceAfter(line.atOnce, answer, line.calls.size);
    const outcome = afterTry(answer, delivery.attempts, randomInt(LUCK) / LUCK);
    await eventStore.settle(tx, endpoint.id, delivery, outcome, answer.code);
    if (outcome.kind !== 'gone') return;
    line.hasMore = false;
    if (!(await eventStore.disable(tx, endpoint.id, endpoint.url))) return;
    this.logger.warn({ endpoint: endpoint.key }, 'an endpoint said that it is gone; nothing more is sent there');
  }

  private async eventsOf(
    { brandId }: EndpointRow,
    claimed: readonly ClaimedDelivery[],
  ): Promise<Map<EntryId, CloudEvent>> {
    const { tx } = this.database;
    const ids = claimed.map(({ entryId }) => entryId);
    const found = await this.ledger.entriesById(tx, ids);
    const disclosed = await this.ledger.disclosures(tx, ids);
    const named = new Map(ids.map((id) => [id, idsOf(disclosed.get(id))]));
    const messages = await eventStore.contactsOf(
      tx,
      [...named.values()].flatMap(({ messageId }) => messageId ?? []),
    );
    const contactOf = new Map<string, string>(messages.map(({ id, contactId }) => [id, contactId]));
    const contactIds = new Map(
      [...named].map(([id, { contactId, messageId }]) => [id, contactId ?? contactOf.get(messageId ?? '') ?? null]),
    );
    const people = await recipientStore.externalIds(
      tx,
      [...contactIds.values()].flatMap((id) => id ?? []),
    );
    const [brand] = await definitionStore.brands(tx, [brandId]);
    const isScoped = [...named.values()].some(({ scope }) => scope !== null);
    const purposes = isScoped ? await definitionStore.purposes(tx, [brandId]) : [];
    const topics = isScoped ? await definitionStore.topics(tx, [brandId]) : [];
    const keys = new Map<string, string>([...purposes, ...topics].map(({ id, key }) => [id, key]));
    return new Map(
      claimed.flatMap(({ entryId, position }) => {
        const entry = found.get(entryId);
        if (entry === undefined) return [];
        const logged: LoggedEntry = { id: entryId, idx: position, leaf: entry.leaf };
        const contact = people.get(contactIds.get(entryId) ?? '') ?? null;
        const { messageId = null, scope: ids, consent = null, touch = null } = named.get(entryId) ?? {};
        const purpose = keys.get(ids?.purpose ?? '') ?? null;
        const scope = purpose === null ? null : { purpose, topic: keys.get(ids?.topic ?? '') ?? null };
        return [
          [entryId, cloudEvent(brand?.key ?? '', logged, { messageId, contact, scope, consent, touch })] as const,
        ];
      }),
    );
  }

  private async call(endpoint: EndpointRow, event: CloudEvent): Promise<EventAnswer> {
    const now = systemClock.now();
    const body = JSON.stringify(event);
    const signing = validKeys(openEndpointKeys(this.keys, endpoint.id, endpoint.secrets), now);
    const at = new Date(now);
    const headers = {
      'content-type': 'application/cloudevents+json',
      'webhook-id': event.id,
      'webhook-timestamp': String(Math.floor(now / 1000)),
      'webhook-signature': signing.map(({ key }) => new Webhook(key).sign(event.id, at, body)).join(' '),
    };
    const end = await this.client.call({ method: 'POST', url: new URL(endpoint.url), headers, body }, () => true);
    return answerOf(end, systemClock.now());
  }
}

function answerOf(end: HttpEnd, now: number): EventAnswer {
  if (end.kind === 'answered') {
    const { status, headers } = end;
    return { status, code: String(status), retryAfterMs: retryAfterMs(headers['retry-after'], now) };
  }
  return { status: null, code: end.kind === 'too_late' ? 'too_late' : end.code, retryAfterMs: null };
}

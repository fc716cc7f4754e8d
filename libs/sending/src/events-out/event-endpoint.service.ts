import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type Change, lockBrandSetup, type Page, type PageRequest, type Put, toPage } from '#lib/consent';
import { type BrandId, DomainError, type EpochMs } from '#lib/kernel';
import { type JsonObject, LedgerService } from '#lib/ledger';
import { CONFIG, type Config, Database, KEY_RING, type KeyRing, newId, type Tx } from '#lib/platform';
import { urlProblem } from '../senders/reach.js';
import { openEndpointKeys, sealEndpointKeys } from '../senders/provider-secret.js';
import type { EventType } from './domain/cloud-event.js';
import { rotated, validKeys } from './domain/signing-keys.js';
import { type DeliveryStatus, type EndpointRow, type EventDelivery, eventStore } from './event-endpoint.store.js';

export interface EventEndpointFacts {
  readonly url: string;
  readonly description: string;
  /** Empty: all. */
  readonly types: readonly EventType[];
  readonly enabled: boolean;
}

/** An endpoint without its keys. */
export interface EventEndpoint extends Omit<EventEndpointFacts, 'types'> {
  readonly key: string;
  readonly types: readonly string[];
  /** `gone`: its server said that nobody is there any more. */
  readonly disabledAs: 'gone' | null;
  /** Position in the log of the last entry that was looked at for it. */
  readonly position: number;
  /** Until when the keys sign that were replaced. */
  readonly oldKeysUntil: readonly EpochMs[];
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

/** With the key that signs from now on, which is shown this once. */
export type WithSecret<T> = T & { readonly secret: string | null };

/** Which events are delivered once more. */
export type Replay =
  | { readonly entries: readonly string[] }
  | { readonly failed: true }
  /** All after this position of the log, also what was never wanted before. */
  | { readonly after: number };

/** Each is told of everything by itself, so a brand has no more; one that distributes further is enough. */
export const MOST_ENDPOINTS = 50;

/** Keeps the addresses at which a brand wants to be told what happens. */
@Injectable()
export class EventEndpointService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(KEY_RING) private readonly keys: KeyRing,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Creates or replaces an endpoint. A new one is told what happens from now on. One that is enabled again goes on
   * where it stood.
   * @throws DomainError invalid_request for an address that must not be called, conflict beyond MOST_ENDPOINTS
   */
  async put(
    brandId: BrandId,
    key: string,
    { url, description, types, enabled }: EventEndpointFacts,
    change: Change,
  ): Promise<Put<WithSecret<EventEndpoint>>> {
    this.refuseInside(url);
    return this.database.transaction(async (tx) => {
      await lockBrandSetup(tx, brandId);
      const before = await eventStore.find(tx, brandId, key, true);
      const facts = { key, url, description, types: [...types], enabled };
      const made = before === null ? await this.make(tx, brandId, change) : { row: before, secret: null };
      const row: EndpointRow = { ...made.row, ...facts, disabledAs: null, updatedAt: change.at };
      await this.store(tx, row, change);
      return { value: { ...this.toEndpoint(row, change.at), secret: made.secret }, created: before === null };
    });
  }

  /**
   * Gives a new signing key. The one before signs beside it until the overlap ends.
   * @throws DomainError not_found
   */
  async rotate(brandId: BrandId, key: string, overlapMs: number, change: Change): Promise<WithSecret<EventEndpoint>> {
    return this.database.transaction(async (tx) => {
      await lockBrandSetup(tx, brandId);
      const before = await existing(tx, brandId, key, true);
      const secret = newSigningKey();
      const signing = rotated(openEndpointKeys(this.keys, before.id, before.secrets), secret, change.at, overlapMs);
      const row = { ...before, secrets: sealEndpointKeys(this.keys, before.id, signing), updatedAt: change.at };
      await this.store(tx, row, change);
      return { ...this.toEndpoint(row, change.at), secret };
    });
  }

  /** @throws DomainError not_found */
  async get(brandId: BrandId, key: string, now: EpochMs): Promise<EventEndpoint> {
    return this.toEndpoint(await existing(this.database.tx, brandId, key), now);
  }

  async list(brandId: BrandId, { after, limit }: PageRequest, now: EpochMs): Promise<Page<EventEndpoint>> {
    const rows = await eventStore.list(this.database.tx, brandId, after ?? '', limit + 1);
    return toPage(rows, limit, ({ key }) => key, (row) => this.toEndpoint(row, now)); // prettier-ignore
  }

  /**
   * What was sent to an endpoint, newest first.
   * @throws DomainError not_found
   */
  async deliveries(
    brandId: BrandId,
    key: string,
    status: DeliveryStatus | null,
    { after, limit }: PageRequest,
  ): Promise<Page<EventDelivery>> {
    const { tx } = this.database;
    const { id } = await existing(tx, brandId, key);
    const before = after === null ? Number.MAX_SAFE_INTEGER : Number(after);
    const rows = await eventStore.deliveries(tx, id, { status, before, limit: limit + 1 });
    return toPage(rows, limit, ({ position }) => String(position), (row) => row); // prettier-ignore
  }

  /**
   * Delivers events once more; answers how many of them had been delivered, or had failed, before. From a position on,
   * the log is read anew.
   * @throws DomainError not_found
   */
  async replay(brandId: BrandId, key: string, replay: Replay, change: Change): Promise<number> {
    return this.database.transaction(async (tx) => {
      const row = await existing(tx, brandId, key, true);
      const after = 'after' in replay ? replay.after : -1;
      if (after < row.position && 'after' in replay) await this.store(tx, { ...row, position: after }, change);
      const entries = 'entries' in replay ? replay.entries : null;
      return eventStore.again(tx, row.id, { entries, after, failedOnly: 'failed' in replay });
    });
  }

  private async make(tx: Tx, brandId: BrandId, { at }: Change): Promise<{ row: EndpointRow; secret: string }> {
    if ((await eventStore.count(tx, brandId)) >= MOST_ENDPOINTS)
      throw new DomainError('conflict', `A brand has ${MOST_ENDPOINTS} endpoints at most; change one of them.`);
    const id = newId();
    const secret = newSigningKey();
    const row: EndpointRow = {
      id,
      brandId,
      key: '',
      url: '',
      description: '',
      types: [],
      secrets: sealEndpointKeys(this.keys, id, [{ key: secret, until: null }]),
      enabled: true,
      disabledAs: null,
      position: (await this.ledger.size(tx)) - 1,
      createdAt: at,
      updatedAt: at,
    };
    return { row, secret };
  }

  private async store(tx: Tx, row: EndpointRow, change: Change): Promise<void> {
    await eventStore.put(tx, row);
    const { id, key, url, description, types, enabled, position } = row;
    const endpoint: JsonObject = { id, key, url, description, types: [...types], enabled, position };
    await this.ledger.append(tx, [
      {
        type: 'endpoint.changed',
        at: change.at,
        brandId: row.brandId,
        clear: {},
        disclosed: { endpoint, actor: change.by },
      },
    ]);
  }

  private refuseInside(text: string): void {
    const reach = { vouched: this.config.EVENT_HOSTS, byStrangers: true };
    const problem = URL.canParse(text) ? urlProblem(new URL(text), reach) : 'not_https';
    if (problem === null) return;
    throw new DomainError('invalid_request', 'Name an https address on the public internet.', {
      violations: [{ pointer: '/url', detail: problem }],
    });
  }

  private toEndpoint(row: EndpointRow, now: EpochMs): EventEndpoint {
    const { key, url, description, types, enabled, disabledAs, position, createdAt, updatedAt } = row;
    const signing = validKeys(openEndpointKeys(this.keys, row.id, row.secrets), now);
    const oldKeysUntil = signing.flatMap(({ until }) => until ?? []);
    return { key, url, description, types, enabled, disabledAs, position, oldKeysUntil, createdAt, updatedAt };
  }
}

async function existing(tx: Tx, brandId: BrandId, key: string, lock = false): Promise<EndpointRow> {
  const row = await eventStore.find(tx, brandId, key, lock);
  if (row === null)
    throw new DomainError('not_found', 'There is no such endpoint. GET /v1/event-endpoints lists them.');
  return row;
}

function newSigningKey(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

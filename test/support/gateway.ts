import { randomBytes, randomUUID } from 'node:crypto';
import { BullModule } from '@nestjs/bullmq';
import { type INestApplicationContext, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import {
  type Accepted,
  AcceptService,
  AttemptService,
  HandOverService,
  MessageService,
  OutcomeService,
  type PolicyBody,
  policyHash,
  type SendRequest,
  SendingModule,
  StartedMessages,
  SweeperService,
} from '#lib/sending';
import {
  BrandService,
  ConsentModule,
  ConsentService,
  ConsentSetupModule,
  ContactService,
  type ConsentEventKind,
} from '#lib/consent';
import type { BrandId, Channel, DomainError, MessageId } from '#lib/kernel';
import { type JsonObject, LedgerService, Sequencer } from '#lib/ledger';
import { type Config, Database, deriveKeys, PlatformModule, QueueModule, readConfig, type Tx } from '#lib/platform';
import { createTestDatabase, type TestDatabase } from './database.js';

/** What a policy of a spec may set; everything else is free. */
export interface SpecPolicy {
  readonly caps?: readonly unknown[];
  readonly quietHours?: readonly unknown[];
  readonly rates?: readonly unknown[];
  readonly warmUps?: readonly unknown[];
  readonly jurisdiction?: unknown;
}

/** The answer of `Gateway.send`. */
export type Sent =
  | {
      readonly kind: 'accepted';
      readonly accepted: Pick<Accepted, 'id' | 'status' | 'decision'>;
      readonly replayed: boolean;
    }
  | { readonly kind: 'refused'; readonly error: DomainError };

/**
 * The pipeline without its doors, on a database of its own: a spec accepts, attempts and settles step by step, in
 * whatever order and however parallel it likes. Wake-ups go to a real queue that nobody works on.
 */
export class Gateway {
  private constructor(
    readonly app: INestApplicationContext,
    readonly database: TestDatabase,
    readonly config: Config,
    readonly brandId: BrandId,
  ) {}

  /** @param modules what a spec needs besides the pipeline */
  static async start(settings: Record<string, string> = {}, modules: readonly Type[] = []): Promise<Gateway> {
    const database = await createTestDatabase();
    const config = readConfig({
      NODE_ENV: 'test',
      DATABASE_URL: database.urls.app,
      SEQUENCER_DATABASE_URL: database.urls.sequencer,
      MASTER_KEY: randomBytes(32).toString('base64'),
      LOG_LEVEL: 'silent',
      DATABASE_CONNECTIONS: '20',
      PROVIDER_HOSTS: '127.0.0.1:*',
      ...settings,
    });
    const app = await openContext(config, modules);
    const change = { by: 'spec', at: Date.now() };
    const { value } = await app.get(BrandService, { strict: false }).put(
      'spec',
      {
        name: 'Spec',
        legalName: 'Spec GmbH',
        postalAddress: 'Weg 1, 10115 Berlin',
        defaultLanguage: 'en',
        defaultZone: 'Europe/Berlin',
        country: 'DE',
        senderName: 'Spec',
        senderEmail: 'news@spec.example',
      },
      change,
      null,
    );
    const gateway = new Gateway(app, database, config, value.id);
    await gateway.setUp();
    return gateway;
  }

  /** Another process on the same database, as far as a spec can tell; to be stopped before this one. */
  async twin(): Promise<Gateway> {
    const { config, brandId } = this;
    const shared = { ...this.database, drop: () => Promise.resolve() };
    return new Gateway(await openContext(config), shared, config, brandId);
  }

  get<T>(token: abstract new (...args: never[]) => T): T {
    return this.app.get<T>(token, { strict: false });
  }

  get tx(): Tx {
    return this.get(Database).tx;
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.database.drop();
  }

  /** Runs SQL as superuser, to put obstacles where the application could not. */
  async asAdmin(sql: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: this.database.urls.admin });
    await client.connect();
    try {
      return (await client.query(sql)).rows as unknown[];
    } finally {
      await client.end();
    }
  }

  /** Gives every ledger entry its position. */
  async integrate(): Promise<void> {
    const { ledgerKek: kek, ledgerMac: macKey } = deriveKeys(this.config.MASTER_KEY);
    const sequencer = new Sequencer({ url: this.database.urls.sequencer, keys: { kek, macKey } });
    try {
      while ((await sequencer.runOnce()) > 0);
    } finally {
      await sequencer.stop();
    }
  }

  /** Publishes a policy that counts from now on. */
  async policy(body: SpecPolicy, key = 'default'): Promise<void> {
    const whole = { caps: [], quietHours: [], rates: [], ...body } as PolicyBody;
    const [row] = await this.tx.sql<{ latest: number | null }>`
      SELECT max(version) AS latest FROM sending.policy WHERE brand_id = ${this.brandId} AND key = ${key}`;
    const version = (row?.latest ?? 0) + 1;
    const [id, hash] = [randomUUID(), policyHash({ ...whole, key, version })];
    await this.tx.execute`
      INSERT INTO sending.policy (id, brand_id, key, version, body, hash)
      VALUES (${id}, ${this.brandId}, ${key}, ${version}, ${JSON.stringify(whole)}, ${hash})`;
    const policy = { ...(JSON.parse(JSON.stringify(whole)) as JsonObject), id, key, version };
    const about = { type: 'policy.published', at: Date.now(), brandId: this.brandId } as const;
    await this.ledger.append(this.tx, [{ ...about, clear: { pol: hash.toString('hex') }, disclosed: { policy } }]);
  }

  /** A contact with an e-mail address and, unless told otherwise, consent to the newsletter. */
  async contact(
    externalId: string,
    options: { consent?: ConsentEventKind | null; zone?: string; address?: string } = {},
  ): Promise<void> {
    const zone = options.zone === undefined ? {} : { zone: options.zone };
    await this.get(ContactService).put(
      this.brandId,
      externalId,
      { contactPoints: [{ channel: 'email', address: options.address ?? `${externalId}@people.example` }], ...zone },
      'spec',
    );
    const kind = options.consent === undefined ? 'granted' : options.consent;
    if (kind !== null) await this.consent(externalId, kind);
  }

  async consent(
    externalId: string,
    kind: ConsentEventKind,
    topics: readonly string[] = ['newsletter'],
    channel: Channel = 'email',
  ) {
    const wish = { channel, purpose: 'commercial', topics, kind, legalBasis: 'consent' } as const;
    return this.get(ConsentService).record(
      this.brandId,
      externalId,
      // Given now: a time that is a little ahead counts as now.
      { ...wish, occurredAt: Date.now() + 1_000, method: 'spec', source: 'spec', evidence: {} },
      'spec',
    );
  }

  async send(request: Partial<SendRequest> & { to: string }, key: string = randomUUID(), test = false): Promise<Sent> {
    const whole: SendRequest = { template: 'news', topic: 'newsletter', ...request };
    const seen: Accepted[] = [];
    const answer = await this.get(AcceptService).accept({
      sender: { brandId: this.brandId, test },
      idempotencyKey: key,
      bodyHash: Buffer.alloc(32, JSON.stringify(whole).length % 251),
      request: whole,
      render: (accepted) => {
        seen.push(accepted);
        return JSON.stringify({ id: accepted.id, status: accepted.status, decision: accepted.decision });
      },
    });
    if (answer.kind === 'refused') return answer;
    return { kind: 'accepted', accepted: JSON.parse(answer.response) as Accepted, replayed: answer.replayed };
  }

  /** Like `send`, for requests that must be accepted; answers the id. */
  async accept(request: Partial<SendRequest> & { to: string }, test = false): Promise<MessageId> {
    const sent = await this.send(request, undefined, test);
    if (sent.kind === 'refused') throw sent.error;
    return sent.accepted.id;
  }

  /** Decides about these messages again and hands over those that pass. */
  async attempt(...ids: MessageId[]): Promise<void> {
    await this.get(HandOverService).handOver(await this.get(AttemptService).attempt(ids));
  }

  async status(id: MessageId): Promise<{ status: string; reason: string | null }> {
    const { message } = await this.get(MessageService).view(this.brandId, id);
    return { status: message.status, reason: message.reason };
  }

  /** Types of the ledger entries that the message names, oldest first. */
  async entryTypes(id: MessageId): Promise<string[]> {
    return (await this.get(MessageService).explain(this.brandId, id)).steps.map((step) => step.type);
  }

  /** Entries of one type in the ledger, with and without a position. */
  async countEntries(type: string): Promise<number> {
    const rows = await this.tx.sql<{ n: number }>`
      SELECT count(*) AS n FROM ledger.entry WHERE position(${Buffer.from(`"t":"${type}"`)}::bytea IN leaf) > 0`;
    return rows[0]?.n ?? 0;
  }

  get ledger(): LedgerService {
    return this.get(LedgerService);
  }

  get sweeper(): SweeperService {
    return this.get(SweeperService);
  }

  get outcomes(): OutcomeService {
    return this.get(OutcomeService);
  }

  private async setUp(): Promise<void> {
    const { brandId, tx } = this;
    const purpose = randomUUID();
    await tx.execute`
      INSERT INTO consent.purpose (id, brand_id, key, enforcement, legal_basis, labels)
      VALUES (${purpose}, ${brandId}, 'commercial', 'restrictive', 'consent', '{"en":"Marketing"}'),
             (${randomUUID()}, ${brandId}, 'transactional', 'disabled', 'contract', '{"en":"Orders"}')`;
    await tx.execute`
      INSERT INTO consent.topic (id, brand_id, purpose_id, key, labels)
      VALUES (${randomUUID()}, ${brandId}, ${purpose}, 'newsletter', '{"en":"Newsletter"}'),
             (${randomUUID()}, ${brandId}, ${purpose}, 'events', '{"en":"Events"}')`;
    const contents = JSON.stringify({ en: { subject: 'News', html: '<p>News</p>', text: 'News' } });
    await tx.execute`
      INSERT INTO sending.template (id, brand_id, key, version, channel, class, default_language, contents, hash)
      VALUES (${randomUUID()}, ${brandId}, 'news', 1, 'email', 'commercial', 'en', ${contents}, ${randomBytes(32)}),
             (${randomUUID()}, ${brandId}, 'receipt', 1, 'email', 'transactional', 'en', ${contents}, ${randomBytes(32)})`;
    await tx.execute`
      INSERT INTO sending.provider (id, brand_id, key, channel, kind, settings, enabled)
      VALUES (${randomUUID()}, ${brandId}, 'none', 'email', 'null', '{}', true)`;
    await this.policy({});
    const about = { at: Date.now(), brandId, clear: {} };
    const purposes = await tx.sql<{ told: JsonObject }>`
      SELECT jsonb_build_object('id', id, 'key', key, 'enforcement', enforcement, 'legalBasis', legal_basis, 'labels', labels) AS told
        FROM consent.purpose WHERE brand_id = ${brandId} AND id <> brand_id`;
    const topics = await tx.sql<{ told: JsonObject }>`
      SELECT jsonb_build_object('id', id, 'key', key, 'purpose', 'commercial', 'labels', labels) AS told
        FROM consent.topic WHERE brand_id = ${brandId}`;
    const providers = await tx.sql<{ told: JsonObject }>`
      SELECT jsonb_build_object('id', id, 'key', key, 'channel', channel, 'kind', kind, 'settings', settings,
                                'enabled', enabled, 'hasSecret', false) AS told
        FROM sending.provider WHERE brand_id = ${brandId}`;
    await this.ledger.append(tx, [
      ...providers.map(({ told }) => ({
        type: 'provider.changed' as const,
        ...{ ...about, clear: { ch: 'email' as const } },
        disclosed: { provider: told },
      })),
      ...purposes.map(({ told }) => ({ type: 'purpose.changed' as const, ...about, disclosed: { purpose: told } })),
      ...topics.map(({ told }) => ({ type: 'topic.changed' as const, ...about, disclosed: { topic: told } })),
    ]);
  }
}

function openContext(config: Config, modules: readonly Type[] = []): Promise<INestApplicationContext> {
  @Module({
    imports: [
      PlatformModule.forRoot(config, 'spec'),
      QueueModule.forRoot(),
      BullModule,
      ConsentSetupModule,
      ConsentModule.forRoot(StartedMessages),
      SendingModule,
      ...modules,
    ],
  })
  class SpecModule {}
  return NestFactory.createApplicationContext(SpecModule, { logger: false, abortOnError: false });
}

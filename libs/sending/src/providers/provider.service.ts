import { Inject, Injectable } from '@nestjs/common';
import { type Change, lockBrandSetup, type Page, type PageRequest, type Put, toPage } from '#lib/consent';
import { type BrandId, type Channel, DomainError, type EpochMs, type MessageClass } from '#lib/kernel';
import { type JsonObject, LedgerService } from '#lib/ledger';
import { CONFIG, type Config, Database, KEY_RING, type KeyRing, type ModelTx, newId, systemClock } from '#lib/platform';
import { providerStore } from '../messages/provider.store.js';
import { type Circuit, circuitState, type CircuitState } from './domain/circuit.js';
import { isSameReceiver, type Reached } from './domain/same-receiver.js';
import { unvouchedHosts } from '../senders/domain/vouched-hosts.js';
import { insideInterfaces } from '../senders/reach.js';
import { openProviderSecret, sealProviderSecret } from '../senders/provider-secret.js';
import { SENDER_KINDS } from '../senders/sender-kinds.js';
import { accountProblems, type ProviderKind } from '../senders/sender-cache.js';

/** How a provider is reached, in the shape of its kind; what an operator may read back. */
export type ProviderSettings = Readonly<Record<string, unknown>>;

export interface ProviderFacts {
  readonly channel: Channel;
  readonly kind: ProviderKind;
  readonly settings: ProviderSettings;
  readonly enabled: boolean;
  /** Among the enabled providers of a channel the lowest number is used. */
  readonly priority: number;
  /** Domains of the From line whose mails leave by it; empty or left out: those that no other account names. */
  readonly sendingDomains?: readonly string[];
  /** Classes whose messages are handed over again after a lost answer, although the provider keeps no keys. */
  readonly atLeastOnce: readonly MessageClass[];
}

/** `secret`: left out keeps the stored one, null removes it. */
export interface ProviderInput extends ProviderFacts {
  readonly secret?: object | null | undefined;
}

/** A provider without its secret. */
export interface Provider extends ProviderFacts {
  /** In the URL under which the provider reports. */
  readonly id: string;
  readonly key: string;
  readonly hasSecret: boolean;
  /** Whether messages are handed over to it: `half_open` while one tries, after too many failed. */
  readonly circuit: CircuitState;
  /** Until when it asked to be left alone; null when it did not, or that is over. */
  readonly resumesAt: EpochMs | null;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

/** Keeps the accounts by which messages leave. Secrets are sealed under a key outside the database and never answered. */
@Injectable()
export class ProviderService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(KEY_RING) private readonly keys: KeyRing,
    @Inject(CONFIG) private readonly config: Pick<Config, 'PROVIDER_HOSTS'>,
  ) {}

  /** Creates or replaces a provider. @throws DomainError invalid_request when its settings make no sender. */
  async put(brandId: BrandId, key: string, input: ProviderInput, change: Change): Promise<Put<Provider>> {
    return this.database.transactionWithModels(async (tx) => {
      await lockBrandSetup(tx, brandId);
      const before = await find(tx, brandId, key);
      const id = before?.id ?? newId();
      const sealed = this.sealedSecret(id, input, before);
      refuseInside(input, this.config.PROVIDER_HOSTS);
      refuseUnusable(input, sealed === null ? null : openProviderSecret(this.keys, id, Buffer.from(sealed)));

      const { channel, kind, settings, enabled, priority } = input;
      const plain = settings as JsonObject; // As it came in: JSON.
      const sendingDomains = [...new Set(input.sendingDomains?.map((domain) => domain.toLowerCase()))];
      const atLeastOnce = [...input.atLeastOnce];
      const facts = { channel, kind, settings: plain, enabled, priority, atLeastOnce, sendingDomains };
      // What the provider asked for it asked of the account as it was.
      const data = { ...facts, secret: sealed, resumesAt: null, updatedAt: new Date(change.at) };
      const row =
        before === null
          ? await tx.models.provider.create({ data: { ...data, id, brandId, key, createdAt: data.updatedAt } })
          : await tx.models.provider.update({ where: { id }, data });
      await tx.execute`UPDATE sending.provider SET circuit = NULL WHERE id = ${id}`;
      await providerStore.wakeBackedOff(tx, brandId, channel);
      const provider: JsonObject = { ...facts, id, key, hasSecret: sealed !== null };
      await this.ledger.append(tx, [
        {
          type: 'provider.changed',
          at: change.at,
          brandId,
          clear: { ch: channel },
          disclosed: { provider, actor: change.by },
        },
      ]);
      return { value: toProvider({ ...row, circuit: null }), created: before === null };
    });
  }

  /** @throws DomainError not_found */
  async get(brandId: BrandId, key: string): Promise<Provider> {
    return this.database.transactionWithModels(async (tx) => {
      const row = await find(tx, brandId, key);
      if (row === null) throw new DomainError('not_found', 'There is no such provider. GET /v1/providers lists them.');
      return toProvider(row);
    });
  }

  async list(brandId: BrandId, { after, limit }: PageRequest): Promise<Page<Provider>> {
    return this.database.transactionWithModels(async (tx) => {
      const where = { brandId, key: { gt: after ?? '' } };
      const rows = await tx.models.provider.findMany({ where, orderBy: { key: 'asc' }, take: limit + 1 });
      return toPage(rows, limit, ({ key }) => key, toProvider);
    });
  }

  /**
   * A stored secret was given for one server. Kept while the account goes to another, it would be sent there by whoever
   * may write settings but never knew it.
   */
  private sealedSecret(id: string, input: ProviderInput, before: ProviderRow | null): Uint8Array<ArrayBuffer> | null {
    if (input.secret === null) return null;
    if (input.secret !== undefined) return new Uint8Array(sealProviderSecret(this.keys, id, input.secret));
    const kept = before?.secret ?? null;
    if (kept !== null && before !== null && !isSameReceiver(reached(before), reached(input))) {
      throw new DomainError('invalid_request', 'Send the secret again, or null to remove it.', {
        violations: [
          { pointer: '/secret', detail: 'is needed again when the account goes to another server, user or protocol' },
        ],
      });
    }
    return kept;
  }
}

/** With what the kind fills in; as it stands where it cannot be read, which is refused further on. */
function reached({ kind, settings }: { readonly kind: string; readonly settings: unknown }): Reached {
  const known = Object.entries(SENDER_KINDS).find(([name]) => name === kind)?.[1];
  const read = known?.settings.safeParse(settings);
  return { kind, settings: read?.success === true ? read.data : { ...(settings as ProviderSettings) } };
}

function refuseInside({ settings }: ProviderInput, vouched: readonly string[]): void {
  const inside = [
    ...insideInterfaces(settings, vouched).map(({ pointer, target }) => ({ pointer, host: target.name })),
    ...unvouchedHosts(settings, vouched).map((host) => ({ pointer: '/alsoHosts', host })),
  ];
  if (inside.length === 0) return;
  const violations = inside.map(({ pointer, host }) => ({
    pointer: `/settings${pointer}`,
    detail: `${host} is inside, and not among the hosts inside that this deployment may connect to`,
  }));
  const names = [...new Set(inside.map(({ host }) => host))].join(',');
  throw new DomainError('invalid_request', `Name hosts on the public internet, or have the operator add ${names} to PROVIDER_HOSTS.`, { violations }); // prettier-ignore
}

function refuseUnusable(input: ProviderInput, secret: unknown): void {
  if (input.channel !== 'email' && (input.sendingDomains ?? []).length > 0) {
    const detail = `go with the channel email alone; ${input.channel} has none`;
    const violations = [{ pointer: '/sendingDomains', detail }];
    throw new DomainError('invalid_request', 'Leave sendingDomains out.', { violations });
  }
  const problems = accountProblems(input, secret);
  if (problems.length === 0) return;
  throw new DomainError('invalid_request', 'Correct the settings or the secret.', {
    violations: problems,
  });
}

type ProviderRow = NonNullable<Awaited<ReturnType<typeof find>>>;

function find(tx: ModelTx, brandId: BrandId, key: string) {
  return tx.models.provider.findUnique({ where: { brandId_key: { brandId, key } } });
}

function toProvider({
  id,
  key,
  channel,
  kind,
  settings,
  secret,
  enabled,
  priority,
  atLeastOnce,
  sendingDomains,
  circuit,
  resumesAt,
  createdAt,
  updatedAt,
}: ProviderRow): Provider {
  return {
    id,
    key,
    channel: channel as Channel,
    kind: kind as ProviderKind,
    settings: settings as ProviderSettings,
    hasSecret: secret !== null,
    enabled,
    priority,
    atLeastOnce: atLeastOnce as MessageClass[],
    sendingDomains,
    circuit: circuitState(circuit as Circuit | null, systemClock.now()),
    resumesAt: resumesAt !== null && resumesAt.getTime() > systemClock.now() ? resumesAt.getTime() : null,
    createdAt: createdAt.getTime(),
    updatedAt: updatedAt.getTime(),
  };
}

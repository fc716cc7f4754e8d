import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Channel, EpochMs, MessageClass } from '#lib/kernel';
import { CONFIG, type Config, Database, KEY_RING, type KeyRing, systemClock } from '#lib/platform';
import type { Returned } from '../returned/returned.js';
import type { ChannelSender } from './channel-sender.js';
import { NullSender } from './null.sender.js';
import { openProviderSecret } from './provider-secret.js';
import { type ProviderAccount, type ProviderKind, SenderCache } from './sender-cache.js';

/** A change of a provider is noticed after this long at the latest. */
const FRESH_MS = 5_000;

/** Kinds whose connection brings back what came of messages. */
const LISTENING: readonly ProviderKind[] = ['smpp'];

export type Taker = (providerId: string, returned: readonly Returned[]) => Promise<void>;

interface ReadAccount {
  /** Monotonic. */
  readonly at: number;
  readonly account: Promise<RegisteredAccount | null>;
}

interface RegisteredAccount extends ProviderAccount {
  /** Classes that are rather handed over twice than not at all. */
  readonly atLeastOnce: readonly MessageClass[];
}

/**
 * Gives every hand-over the sender of its provider. The rows are read again every few seconds, so a new
 * password or another host needs no restart. A test message never leaves the machine: it gets a sender
 * that reaches nothing, whatever its provider.
 */
@Injectable()
export class SenderRegistry implements OnApplicationShutdown {
  private readonly cache: SenderCache;
  private taker: Taker | null = null;
  private readonly accounts = new Map<string, ReadAccount>();
  private readonly testSenders = new Map<Channel, ChannelSender>();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(KEY_RING) private readonly keys: KeyRing,
    @Inject(CONFIG) { PROVIDER_HOSTS }: Pick<Config, 'PROVIDER_HOSTS'>,
  ) {
    this.cache = new SenderCache(systemClock, PROVIDER_HOSTS, ({ id, enabled }, sender) => {
      if (enabled) sender.listen?.((returned) => this.take(id, returned));
    });
  }

  /**
   * The sender for one hand-over; ask again for the next.
   * @throws Error when there is no such provider, or its settings and secret do not make a sender.
   */
  async senderFor(provider: { readonly id: string } | null, channel: Channel, test: boolean): Promise<ChannelSender> {
    if (test) return this.testSender(channel);
    const account = provider === null ? null : await this.account(provider.id);
    if (account === null || account.channel !== channel) throw new Error(`there is no provider for ${channel}`);
    return this.cache.senderFor(account);
  }

  /**
   * For how long after its first try a message of the class may be handed over once more although its answer was lost:
   * as long as the provider remembers an idempotency key; for ever (Infinity) where the brand chose at least once; null,
   * never, otherwise, and when the provider is not there any more.
   */
  async repeatWindowOf(
    providerId: string | null,
    { test, class: messageClass }: { readonly test: boolean; readonly class: MessageClass },
  ): Promise<number | null> {
    const account = test || providerId === null ? null : await this.account(providerId);
    if (account === null) return null;
    return this.keyWindowOf(account) ?? (account.atLeastOnce.includes(messageClass) ? Infinity : null);
  }

  /** How long one call may take at most; 0 when there is nobody to be called. */
  async maxCallMs(provider: { readonly id: string } | null, channel: Channel, test: boolean): Promise<number> {
    try {
      return (await this.senderFor(provider, channel, test)).capabilities.maxCallMs;
    } catch {
      return 0;
    }
  }

  /** Whether its only connection is another process's just now; no, when there is nobody to be called. */
  async isElsewhere(provider: { readonly id: string } | null, channel: Channel, test: boolean): Promise<boolean> {
    try {
      return (await this.senderFor(provider, channel, test)).isElsewhere?.() ?? false;
    } catch {
      return false;
    }
  }

  /** How many calls it takes at once; one when there is nobody to be called. */
  async concurrencyOf(provider: { readonly id: string } | null, channel: Channel, test: boolean): Promise<number> {
    try {
      return (await this.senderFor(provider, channel, test)).capabilities.concurrency;
    } catch {
      return 1;
    }
  }

  /**
   * Makes sure of a connection to every provider that brings back on it what came of messages, and gives that to
   * `taker`. Call again from time to time: providers are added, changed and disabled.
   */
  async listen(taker: Taker): Promise<void> {
    this.taker = taker;
    const rows = await this.database.tx.sql<{ id: string; updatedAt: EpochMs }>`
      SELECT id, updated_at AS "updatedAt" FROM sending.provider WHERE enabled AND kind = ANY (${LISTENING}::text[])`;
    for (const id of this.cache.listenOnlyTo(new Set(rows.map((row) => row.id)))) this.accounts.delete(id);
    const connected = await Promise.allSettled(
      rows.map(async ({ id, updatedAt }) => {
        if ((await this.account(id))?.updatedAt !== updatedAt) this.accounts.delete(id);
        const account = await this.account(id);
        if (account?.enabled === true) this.cache.senderFor(account);
      }),
    );
    // One that cannot be used as it is set up keeps nobody from the others.
    const faults = connected.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    if (faults.length > 0) throw new AggregateError(faults, 'an account cannot be listened to');
  }

  /** Waits for what is under way and closes every connection. */
  async onApplicationShutdown(): Promise<void> {
    await this.cache.close();
  }

  /** Null as well for an account that makes no sender any more: then nobody can say what it remembers. */
  private keyWindowOf(account: RegisteredAccount): number | null {
    try {
      return this.cache.senderFor(account).capabilities.keyWindowMs;
    } catch {
      return null;
    }
  }

  /** Where nobody listens, as in a process that only hands over, it is refused and brought again elsewhere. */
  private take(providerId: string, returned: readonly Returned[]): Promise<void> {
    if (this.taker === null) return Promise.reject(new Error('nobody listens in this process'));
    return this.taker(providerId, returned);
  }

  private testSender(channel: Channel): ChannelSender {
    const sender = this.testSenders.get(channel) ?? new NullSender(channel);
    this.testSenders.set(channel, sender);
    return sender;
  }

  private account(id: string): Promise<RegisteredAccount | null> {
    const now = systemClock.monotonic();
    const known = this.accounts.get(id);
    if (known !== undefined && now - known.at < FRESH_MS) return known.account;
    const account = this.readAccount(id);
    this.accounts.set(id, { at: now, account });
    account.catch(() => this.accounts.delete(id));
    return account;
  }

  private async readAccount(id: string): Promise<RegisteredAccount | null> {
    const [row] = await this.database.tx.sql<{
      channel: Channel;
      kind: ProviderKind;
      settings: unknown;
      secret: Buffer | null;
      updatedAt: EpochMs;
      enabled: boolean;
      atLeastOnce: MessageClass[];
    }>`SELECT channel, kind, settings, secret, updated_at AS "updatedAt", enabled, at_least_once AS "atLeastOnce" FROM sending.provider WHERE id = ${id}`;
    if (row === undefined) return null;
    const { secret, ...account } = row;
    return { ...account, id, secret: () => (secret === null ? null : openProviderSecret(this.keys, id, secret)) };
  }
}

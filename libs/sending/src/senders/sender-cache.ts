import type { Channel, Clock, EpochMs } from '#lib/kernel';
import type { ChannelSender } from './channel-sender.js';
import { NullSender } from './null.sender.js';
import { SENDER_KINDS, type SenderKind } from './sender-kinds.js';

export type ProviderKind = keyof typeof SENDER_KINDS | 'null';
export const PROVIDER_KINDS: readonly ProviderKind[] = [...keysOf(SENDER_KINDS), 'null'];

/** What a sender is made of. */
export interface ProviderAccount {
  readonly id: string;
  readonly channel: Channel;
  readonly kind: ProviderKind;
  readonly settings: unknown;
  /** Opens the sealed secret, a JSON object or null; called only when a sender is made. */
  readonly secret: () => unknown;
  /** Another value means that settings or secret may have changed. */
  readonly updatedAt: EpochMs;
}

/** What is wrong with an account, each a sentence; empty when a sender can be made of it. Repeats no secret. */
export function accountProblems(
  account: Pick<ProviderAccount, 'channel' | 'kind' | 'settings'>,
  secret: unknown,
): string[] {
  try {
    const clock = { now: () => 0, monotonic: () => 0 };
    void makeSender({ ...account, id: '', secret: () => secret, updatedAt: 0 }, clock).close();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

interface Kept {
  readonly sender: ChannelSender;
  readonly updatedAt: EpochMs;
  /** Monotonic. */
  usedAt: number;
}

const IDLE_MS = 10 * 60_000;

/**
 * One sender per provider account, with its connections, for as long as the account stays as it is.
 * A changed account gets a new sender at once; the old one ends what it has begun and is closed when
 * nobody can still be holding it.
 */
export class SenderCache {
  private readonly current = new Map<string, Kept>();
  private readonly replaced = new Set<Kept>();

  /** @param onMade told of each new sender, so that somebody can listen to it */
  constructor(
    private readonly clock: Clock,
    private readonly onMade: (account: ProviderAccount, sender: ChannelSender) => void = () => undefined,
  ) {}

  /**
   * The sender for one hand-over; ask again for the next.
   * @throws Error when the settings and the secret do not make a sender.
   */
  senderFor(account: ProviderAccount): ChannelSender {
    const now = this.clock.monotonic();
    this.closeIdle(now);
    const kept = this.current.get(account.id);
    if (kept !== undefined && kept.updatedAt === account.updatedAt) {
      kept.usedAt = now;
      return kept.sender;
    }
    const sender = makeSender(account, this.clock);
    this.onMade(account, sender);
    if (kept !== undefined) this.replaced.add(kept);
    this.current.set(account.id, { sender, updatedAt: account.updatedAt, usedAt: now });
    return sender;
  }

  /** Waits for what is under way and closes every connection. */
  async close(): Promise<void> {
    const all = [...this.current.values(), ...this.replaced].map(({ sender }) => sender);
    this.current.clear();
    this.replaced.clear();
    await Promise.all(all.map((sender) => sender.close()));
  }

  private closeIdle(now: number): void {
    const isIdle = (kept: Kept): boolean => now - kept.usedAt > IDLE_MS;
    for (const [id, kept] of this.current) {
      if (!isIdle(kept)) continue;
      this.current.delete(id);
      void kept.sender.close();
    }
    for (const kept of this.replaced) {
      if (!isIdle(kept)) continue;
      this.replaced.delete(kept);
      void kept.sender.close();
    }
  }
}

function makeSender(account: ProviderAccount, clock: Clock): ChannelSender {
  if (account.kind === 'null') return new NullSender(account.channel);
  const kind: SenderKind = SENDER_KINDS[account.kind];
  if (account.channel !== kind.channel) {
    throw new Error(`an account of the kind ${account.kind} is for the channel ${kind.channel}`);
  }
  return kind.make(account.settings, account.secret(), clock);
}

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(record) as Key[];
}

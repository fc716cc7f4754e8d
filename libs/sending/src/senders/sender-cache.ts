import type { z } from 'zod';
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
  readonly enabled: boolean;
}

export interface AccountProblem {
  /** JSON pointer into what the account is set up with: below `/settings` or `/secret`. */
  readonly pointer: string;
  readonly detail: string;
}

/** What is wrong with an account; empty when a sender can be made of it. Repeats no secret. */
export function accountProblems(
  account: Pick<ProviderAccount, 'channel' | 'kind' | 'settings'>,
  secret: unknown,
): AccountProblem[] {
  const kind: SenderKind | null = account.kind === 'null' ? null : SENDER_KINDS[account.kind];
  if (kind !== null && kind.channel === account.channel) {
    const problems = [
      ...problemsOf('/settings', kind.settings, account.settings),
      ...(kind.secret === null ? [] : problemsOf('/secret', kind.secret, secret ?? {})),
    ];
    if (problems.length > 0) return problems;
  }
  try {
    const clock = { now: () => 0, monotonic: () => 0 };
    void makeSender({ ...account, id: '', secret: () => secret, updatedAt: 0, enabled: true }, clock, []).close();
    return [];
  } catch (error) {
    return [{ pointer: '/settings', detail: error instanceof Error ? error.message : String(error) }];
  }
}

function problemsOf(at: '/settings' | '/secret', schema: z.ZodType, value: unknown): AccountProblem[] {
  const { error } = schema.safeParse(value);
  return (error?.issues ?? []).map((issue) => {
    const isLeftOut = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
    return { pointer: pointerTo(at, issue.path), detail: isLeftOut ? 'is needed' : issue.message };
  });
}

function pointerTo(at: string, path: readonly PropertyKey[]): string {
  return [at, ...path.map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');
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
 * nobody can still be holding it. One that listens is closed as soon as it has ended that: the account's
 * only connection may be the one that it holds, and what it takes in is meant for the account as it was. The new one
 * connects when it has left.
 */
export class SenderCache {
  private readonly current = new Map<string, Kept>();
  private readonly replaced = new Set<Kept>();
  /** By account, until those of its senders that listened have left. */
  private readonly leaving = new Map<string, Promise<void>>();

  /**
   * @param vouched hosts inside to which senders may connect
   * @param onMade told of each new sender, so that somebody can listen to it
   */
  constructor(
    private readonly clock: Clock,
    private readonly vouched: readonly string[],
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
    const sender = makeSender(account, this.clock, this.vouched);
    if (kept?.sender.listen !== undefined) this.leave(account.id, kept.sender);
    else if (kept !== undefined) this.replaced.add(kept);
    const before = this.leaving.get(account.id);
    if (before !== undefined) sender.follow?.(before);
    this.onMade(account, sender);
    this.current.set(account.id, { sender, updatedAt: account.updatedAt, usedAt: now });
    return sender;
  }

  /** Closes what listens for other accounts than these, once it has ended what it has begun; answers whose it was. */
  listenOnlyTo(ids: ReadonlySet<string>): string[] {
    const over = [...this.current].filter(([id, { sender }]) => sender.listen !== undefined && !ids.has(id));
    for (const [id, { sender }] of over) {
      this.current.delete(id);
      this.leave(id, sender);
    }
    return over.map(([id]) => id);
  }

  /** Waits for what is under way and closes every connection. */
  async close(): Promise<void> {
    const all = [...this.current.values(), ...this.replaced].map(({ sender }) => sender);
    this.current.clear();
    this.replaced.clear();
    await Promise.all([...all.map((sender) => sender.close()), ...this.leaving.values()]);
  }

  private leave(id: string, sender: ChannelSender): void {
    const before = this.leaving.get(id) ?? Promise.resolve();
    const over: Promise<void> = Promise.allSettled([before, sender.close()]).then(() => {
      if (this.leaving.get(id) === over) this.leaving.delete(id);
    });
    this.leaving.set(id, over);
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

function makeSender(account: ProviderAccount, clock: Clock, vouched: readonly string[]): ChannelSender {
  if (account.kind === 'null') return new NullSender(account.channel);
  const kind: SenderKind = SENDER_KINDS[account.kind];
  if (account.channel !== kind.channel) {
    throw new Error(`an account of the kind ${account.kind} is for the channel ${kind.channel}`);
  }
  return kind.make(account.settings, account.secret(), clock, vouched);
}

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(record) as Key[];
}

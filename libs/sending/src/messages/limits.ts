import { type RateLimit, rateLimits } from '#lib/decision';
import type { BrandId } from '#lib/kernel';
import type { PolicyInForce } from '../catalog/catalog.js';
import type { Candidate } from './candidate.js';
import type { Subject } from './domain/build-facts.js';
import { sendingDomain } from '../templates/domain/mail-sender.js';
import { domainOf } from './domain/domain-of.js';
import { bucketKey } from './limit.store.js';

export interface BoundLimit {
  readonly key: string;
  readonly brandId: BrandId;
  readonly limit: RateLimit;
  /** Whether it is the bucket of test messages. */
  readonly test: boolean;
}

/** The limits that bind the messages of one batch. Most messages of a batch share them, so they are made out once. */
export class Limits {
  private readonly known = new Map<string, readonly BoundLimit[]>();

  of(candidate: Candidate): readonly BoundLimit[] {
    const { subject, policy, provider, test } = candidate;
    const { brand, channel, campaign, sender } = subject;
    const domain = sendingDomain(channel, sender);
    const mailbox = hasMailboxRate(policy) ? mailboxDomainOf(subject) : null;
    const key = [brand.id, policy.policy.key, channel, provider?.key, campaign?.key, domain, mailbox, test].join(' ');
    let limits = this.known.get(key);
    if (limits === undefined) {
      const message = {
        brand: brand.key,
        channel,
        provider: provider?.key ?? null,
        campaign: campaign?.key ?? null,
        sending_domain: domain,
        mailbox_domain: mailbox,
      };
      limits = rateLimits(policy.policy, message).map((limit) => ({
        // A test message reaches no provider and must not slow down those that do: it draws on buckets of its own.
        key: bucketKey({ brandId: brand.id, limit, test }),
        brandId: brand.id,
        limit,
        test,
      }));
      this.known.set(key, limits);
    }
    return limits;
  }

  /** Each once. */
  all(): BoundLimit[] {
    return [...new Map([...this.known.values()].flat().map((bound) => [bound.key, bound])).values()];
  }
}

function hasMailboxRate({ policy }: PolicyInForce): boolean {
  return policy.rates.some(({ scope }) => scope === 'mailbox_domain');
}

function mailboxDomainOf({ channel, recipient }: Subject): string | null {
  return channel !== 'email' || recipient.point === null ? null : domainOf(recipient.point.address);
}

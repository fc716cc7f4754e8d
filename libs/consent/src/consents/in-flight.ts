import type {
  BrandId,
  Channel,
  ContactId,
  ContactPointId,
  EnforcementModel,
  EpochMs,
  MessageId,
  SubjectId,
} from '#lib/kernel';
import type { NewEntry } from '#lib/ledger';
import type { Tx } from '#lib/platform';
import type { ConsentState } from './domain/consent-fold.js';

/** A message that was handed over on the strength of a consent. */
export interface ConsentUse {
  readonly channel: Channel;
  /** Keys, as they were at the hand-over. */
  readonly purpose: string;
  readonly topic: string | null;
  readonly at: EpochMs;
}

/** How long a law has evidence kept. */
export interface EvidenceDuty {
  /** Pack and rule: `de:evidence-phone`. */
  readonly id: string;
  /** ISO 8601 duration in calendar units. */
  readonly keep: string;
  /** Whether a statute says so; a house rule does not stand in the way of an erasure. */
  readonly isStatute: boolean;
}

/** What a message could be about, and where consents to that stand. */
export interface MessageAbout {
  readonly pointId: ContactPointId;
  readonly channel: Channel;
  readonly purpose: {
    readonly key: string;
    readonly enforcement: EnforcementModel;
    readonly state: ConsentState | null;
  };
  /** Null: about none. */
  readonly topic: { readonly key: string; readonly state: ConsentState | null } | null;
}

/**
 * What `sending` knows about messages to people and consent must ask, under their locks. `sending` gives the real one;
 * consent only knows that there is something to ask.
 */
export abstract class InFlight {
  /** Messages that were already on their way. */
  abstract started(tx: Tx, contactIds: readonly ContactId[]): Promise<MessageId[]>;

  /** When a message left, or began to; null when it did not yet. */
  abstract leftAt(tx: Tx, messageId: MessageId): Promise<EpochMs | null>;

  /** Ends every message that still waits, as `erased`; answers the ledger entries that say so, for the caller to append. */
  abstract endWaiting(
    tx: Tx,
    contactIds: readonly ContactId[],
    now: EpochMs,
  ): Promise<{ readonly ended: readonly MessageId[]; readonly entries: readonly NewEntry[] }>;

  /** Has what is held because of who these people are, or what they wish, decided anew: they have changed it. */
  abstract reconsider(tx: Tx, contactIds: readonly ContactId[], now: EpochMs): Promise<void>;

  /** Empties what messages to these people said; that they were sent, and when, stays. Before their entries are forgotten. */
  abstract forget(tx: Tx, subjectIds: readonly SubjectId[]): Promise<void>;

  /** What was handed over to these people, ever; test messages aside. */
  abstract uses(tx: Tx, contactIds: readonly ContactId[]): Promise<ConsentUse[]>;

  /**
   * Makes what counts against the caps of one person count against those of another, and what waits for the one wait for
   * the other's chain no longer: it ends without an address.
   */
  abstract carryOver(
    tx: Tx,
    from: { readonly id: ContactId; readonly subjectId: SubjectId },
    into: ContactId,
  ): Promise<void>;

  /** What laws say about evidence for consent on a channel, where the person was. */
  abstract dutiesFor(jurisdiction: string | null, channel: Channel): readonly EvidenceDuty[];

  /** Of each of these, in their order, what the law where the person is asks for, before commercial messages about it leave. */
  abstract askedByLaw(
    tx: Tx,
    contact: { readonly id: ContactId; readonly brandId: BrandId },
    about: readonly MessageAbout[],
    now: EpochMs,
  ): Promise<readonly AskedByLaw[]>;
}

export interface AskedByLaw {
  /** Whether it has them dropped for want of a yes as consents stand, under every policy of the brand. */
  readonly lacksYes: boolean;
  /** Whether under some policy a yes has to be one in writing: another lets nothing through, and such a one does. */
  readonly isWritten: boolean;
}

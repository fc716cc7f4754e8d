import type { BrandId, Channel, ContactId, ContactPointId, EnforcementModel, EpochMs } from '#lib/kernel';
import type { ConsentState } from '../../consents/domain/consent-fold.js';
import type { Choosable } from '../../contacts/domain/choices.js';

/** Words by language tag. */
export type Labels = Readonly<Record<string, string>>;

export interface TopicFacts {
  readonly id: string;
  readonly key: string;
  readonly labels: Labels;
  readonly descriptions: Labels;
}

export interface PurposeFacts {
  readonly id: string;
  readonly key: string;
  readonly labels: Labels;
  readonly enforcement: EnforcementModel;
  readonly legalBasis: string;
  readonly topics: readonly TopicFacts[];
}

export interface PointFacts {
  readonly id: ContactPointId;
  readonly channel: Channel;
  readonly address: string;
  /** False when the person no longer has it: a link in an old mail can still leave it. */
  readonly inUse: boolean;
  /** Why nothing is sent there whatever was agreed to, such as bounce or complaint. */
  readonly suppressed: readonly string[];
}

/** Everything that the page shows and that a change is planned on. */
export interface PreferenceFacts {
  readonly brandId: BrandId;
  readonly contactId: ContactId;
  readonly erased: boolean;
  /** Until when the law has the proof of consents of somebody who was erased kept, sealed; null: it does not. */
  readonly sealedUntil: EpochMs | null;
  readonly zone: string | null;
  /** What the person set about themselves, and can set on the page. */
  readonly fields: Choosable;
  readonly points: readonly PointFacts[];
  readonly purposes: readonly PurposeFacts[];
  /** By contact point, then by the id of a purpose or topic; a refusal at a shared address counted in. */
  readonly states: ReadonlyMap<ContactPointId, ReadonlyMap<string, ConsentState>>;
  /** The same from what this person said alone: somebody else's no does not stand for theirs. */
  readonly own: ReadonlyMap<ContactPointId, ReadonlyMap<string, ConsentState>>;
  /** Events of yeses to a purpose that only came along with a topic after a no, and go with the last topic. */
  readonly cameAlong: ReadonlySet<string>;
  /**
   * Keys of the cells about which a law lets nothing pass as consents stand, though the brand asks for no yes, or the law
   * for one in writing.
   */
  readonly asksYes: ReadonlySet<string>;
  /** Keys of the cells to which a yes has to be one in writing: the page says what is signed by the tick. */
  readonly asksWritten: ReadonlySet<string>;
}

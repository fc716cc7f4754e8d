import type { MessageId } from '#lib/kernel';
import type { PolicyInForce, ProviderDefinition } from '../catalog/catalog.js';
import type { Subject } from './domain/build-facts.js';

/** One message of a batch that is to be decided about. */
export interface Candidate {
  readonly messageId: MessageId;
  readonly subject: Subject;
  readonly policy: PolicyInForce;
  readonly provider: ProviderDefinition | null;
  readonly test: boolean;
  /** It was held before. Those who waited leave one by one, and do not burst out with the instant that let them go. */
  readonly hasWaited: boolean;
  /** Only a rate, a warm-up or its provider held it: it could have left, and rules that drop hold it. */
  readonly inLine: boolean;
}

/** How a batch treats token buckets. */
export type Spending =
  /** A first look: nothing is taken. */
  | 'nothing'
  /** Tokens are taken and settled last. Buckets that could run short are locked at once. */
  | 'when_sure'
  /** Tokens are taken under locks that are held from the beginning. */
  | 'under_lock';

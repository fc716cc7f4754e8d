/** Why a request to be erased may be refused (GDPR Art. 11(2), 12(5), 17(3)). */
export const ERASURE_REFUSALS = ['not_the_person', 'legal_obligation', 'legal_claims', 'unfounded'] as const;
export type ErasureRefusalReason = (typeof ERASURE_REFUSALS)[number];

export interface ErasureRefusal {
  readonly reason: ErasureRefusalReason;
  /** What the person is told on their page, in plain words. */
  readonly explanation: string;
  readonly language: string;
}

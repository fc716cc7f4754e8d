export const STRATEGIES = ['first_allowed', 'best'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** Which of several ways to reach a contact a message is. */
export interface ChoicePlace {
  readonly id: string;
  /** In the order in which they are tried, from 0. */
  readonly rank: number;
}

/** Why there is no decision. `unsettled` is a fault of ours, the other two are settings somebody must correct. */
export type CannotDecideCode = 'unknown_brand_zone' | 'unusable_policy' | 'unsettled';

/** There is no decision, so nothing may leave: the caller keeps the message and somebody corrects the cause. */
export class CannotDecide extends Error {
  override readonly name = 'CannotDecide';

  constructor(
    readonly code: CannotDecideCode,
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}

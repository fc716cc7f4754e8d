import type { EpochMs } from '#lib/kernel';
import { ArmCounts, armKey, type Exposure, type Exposures, HOLDOUT } from './exposures.js';

/** An account or a contact that an experiment of a campaign left alone. */
export interface HeldOut extends Omit<Exposure, 'variant'> {
  /** The first message of a variant of the same campaign that it was sent; null: none. */
  readonly sent: { readonly variant: string; readonly at: EpochMs } | null;
}

/**
 * Puts those who were left alone beside those who met a variant, as one more arm: they met it when their first message of
 * the campaign was left out. By intention to treat, everybody is of one arm: who was left alone first stays that, whatever
 * they were sent afterwards, and who was sent a variant first stays with that.
 */
export function withHeldOut(
  met: Exposures,
  all: readonly HeldOut[],
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
): Exposures {
  const heldOut = all.filter(({ at, sent }) => sent === null || at < sent.at);
  if (heldOut.length === 0) return met;
  const isInPeriod = (at: EpochMs): boolean => at >= from && at < to;
  const alone = heldOut
    .filter(({ at }) => isInPeriod(at))
    .map(({ campaign, unit, at }): Exposure => ({ campaign, unit, at, variant: HOLDOUT }));
  const unitKey = ({ campaign, unit }: Pick<Exposure, 'campaign' | 'unit'>): string =>
    armKey({ campaign, variant: unit });
  const taken = new Set(heldOut.map(unitKey));
  return {
    arms(before) {
      const arms = new ArmCounts();
      for (const { campaign, variant, exposed, before: ripe } of met.arms(before)) {
        arms.add(campaign, variant, ripe, true);
        arms.add(campaign, variant, exposed - ripe, false);
      }
      for (const { campaign, sent } of heldOut)
        if (sent !== null && isInPeriod(sent.at)) arms.add(campaign, sent.variant, -1, sent.at < before);
      for (const { campaign, variant, at } of alone) arms.add(campaign, variant, 1, at < before);
      return arms.inOrder().filter(({ exposed }) => exposed > 0);
    },
    some: [...met.some.filter((one) => !taken.has(unitKey(one))), ...alone],
  };
}

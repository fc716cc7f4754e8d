import { CannotDecide } from './cannot-decide.js';
import { exactDurationMs } from './exact-duration.js';
import type { FrequencyChoice } from './facts.js';
import { DAY } from './local-time.js';
import type { Pack } from './packs/pack.js';
import { appliesLaw, type CalendarWindow, type CapRule, type Policy } from './policy.js';
import { unusable } from './unusable.js';

/**
 * How far back, in milliseconds, `Facts.capUses` must reach for this policy, for what the contact chose and for the
 * packs the policy may apply. Of a calendar window that is the longest the unit can be on any clock.
 *
 * @throws CannotDecide when a window makes no sense.
 */
export function capHorizonMs(
  policy: Policy,
  choices: readonly FrequencyChoice[] = [],
  packs: readonly Pack[] = [],
): number {
  const chosen = choices.reduce((longest, choice) => Math.max(longest, choiceWindowMs(choice)), 0);
  const ofLaw = appliesLaw(policy) ? packHorizonMs(packs) : 0;
  return policy.caps.reduce(
    (longest, cap) => {
      const { window } = cap;
      return Math.max(longest, typeof window === 'string' ? windowMs(cap) : calendarHorizonMs(cap, window));
    },
    Math.max(chosen, ofLaw),
  );
}

function packHorizonMs(packs: readonly Pack[]): number {
  const caps = packs.flatMap(({ rules }) => rules).filter((rule) => rule.kind === 'frequency_cap');
  return caps.reduce((longest, cap) => Math.max(longest, windowMs(cap)), 0);
}

/** Length of a cap's rolling window in milliseconds. @throws CannotDecide when the policy is not usable. */
export function windowMs(cap: Pick<CapRule, 'id' | 'window'>): number {
  const exact = typeof cap.window === 'string' ? exactDurationMs(cap.window) : null;
  return exact ?? unusable(`cap ${cap.id} has the window ${JSON.stringify(cap.window)}`);
}

/** Length of the window a contact chose. @throws CannotDecide when a door let something else than a duration in. */
export function choiceWindowMs({ window }: FrequencyChoice): number {
  const exact = exactDurationMs(window);
  if (exact !== null) return exact;
  throw new CannotDecide('unsettled', `the contact chose the window "${window}", which has no one length`);
}

const LONGEST_UNIT_DAYS: Readonly<Record<CalendarWindow['unit'], number>> = { day: 1, week: 7, month: 31 };

/** A unit in which the clocks are set back is longer than its days; never by a whole one. */
function calendarHorizonMs({ id }: CapRule, window: CalendarWindow): number {
  const days: number | undefined = LONGEST_UNIT_DAYS[window.unit];
  if (days === undefined) return unusable(`cap ${id} has the window ${JSON.stringify(window)}`);
  return (days + 1) * DAY;
}

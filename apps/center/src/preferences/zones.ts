import type { PreferenceView } from '#lib/consent';
import { zoneAdvice } from '#lib/platform';

/** Clocks to choose from, from west to east; whoever lives by another one keeps what is known about them. */
const CLOCKS = [
  'America/Los_Angeles',
  'America/Denver',
  'America/Chicago',
  'America/New_York',
  'America/Sao_Paulo',
  'Europe/London',
  'Europe/Berlin',
  'Europe/Athens',
  'Asia/Jerusalem',
  'Europe/Istanbul',
  'Asia/Riyadh',
  'Asia/Dubai',
  'Asia/Kolkata',
  'Asia/Shanghai',
  'Asia/Tokyo',
  'Australia/Sydney',
];

/** The clocks above and those already in use. */
export function clocksWith(...used: readonly (string | null | undefined)[]): string[] {
  const known = used.filter((zone): zone is string => zone != null && zoneAdvice(zone) === null);
  return [...new Set([...known, ...CLOCKS])];
}

/**
 * The person's zone: the one they chose, the one that is known, the brand's.
 * @param chosen the one that a form chooses for them; null: none of their own
 */
export function zoneOf({ facts, brand }: PreferenceView, chosen = facts.fields.wishes.zone ?? null): string {
  return chosen ?? facts.zone ?? brand.defaultZone;
}

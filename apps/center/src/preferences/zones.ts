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

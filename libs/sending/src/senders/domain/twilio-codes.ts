/**
 * What Twilio says of a number for good, whoever sends to it (https://www.twilio.com/docs/api/errors, of 2026): it is none
 * (21211), takes no SMS (21614), is a landline (21635) or a short code (21265), is unknown or no longer in service (30005),
 * or nobody is there on another channel (63003, 63024). A phone that is off (30003), one that takes no MMS (30011), a
 * filter (30007) and what nobody knows (30008) are no such thing.
 */
const NO_SUCH_NUMBER = new Set([21211, 21265, 21614, 21635, 30005, 63003, 63024]);
/** A landline; from a short code also a carrier that this code does not reach. */
const LANDLINE = 30006;
const SHORT_CODE = /^\d{3,8}$/;

/** @param from the number, short code or name that it was sent from; null where Twilio has not chosen yet */
export function isNoSuchNumber(code: number, from: string | null): boolean {
  if (code === LANDLINE) return from !== null && !SHORT_CODE.test(from);
  return NO_SUCH_NUMBER.has(code);
}

import { type Facts, frequencyChoiceProblems, type Policy } from '#lib/decision';
import { type EpochMs, saysSomething } from '#lib/kernel';
import { placeAdvice, zoneAdvice } from '#lib/platform';

export interface FactsProblem {
  readonly code: 'invalid_request' | 'unknown_brand_zone';
  readonly detail: string;
  readonly pointer: string;
}

/** What makes no sense in facts of the right shape as of `now`, with the place; null when all does. */
export function factsProblem({ message, contact, brand, consent }: Facts, now: EpochMs): FactsProblem | null {
  for (const scope of ['purpose', 'topic'] as const) {
    if ((consent[scope]?.since ?? now) > now)
      return problem('lies after now: nobody has said it yet', `/facts/consent/${scope}/since`);
  }
  const { override } = message;
  if (override !== undefined) {
    for (const member of ['actor', 'reason'] as const) {
      if (!saysSomething(override[member]))
        return problem('is blank: say who stands for it, and why', `/facts/message/override/${member}`);
    }
  }
  const places = [
    [contact.country, placeAdvice.country, '/facts/contact/country'],
    [contact.region, placeAdvice.region, '/facts/contact/region'],
    [brand.country, placeAdvice.country, '/facts/brand/country'],
  ] as const;
  for (const [code, advice, pointer] of places) {
    const detail = code ? advice(code) : null;
    if (detail !== null) return problem(detail, pointer);
  }
  const zones = [
    [contact.zone, '/facts/contact/zone'],
    [contact.chosenZone, '/facts/contact/chosenZone'],
    [contact.deviceZone, '/facts/contact/deviceZone'],
    [brand.zone, BRAND_ZONE],
  ] as const;
  for (const [name, pointer] of zones) {
    const advice = name === null || name === undefined ? null : zoneAdvice(name);
    if (advice !== null)
      return problem(`"${name}" ${advice}`, pointer, pointer === BRAND_ZONE ? 'unknown_brand_zone' : undefined);
  }
  for (const [i, { days, start, end }] of (contact.quietHours ?? []).entries()) {
    const place = `/facts/contact/quietHours/${i}`;
    if (days.length === 0) return problem('names no day', `${place}/days`);
    if (!START.test(start)) return problem('must be HH:MM, 00:00 to 23:59', `${place}/start`);
    if (!END.test(end)) return problem('must be HH:MM, up to 24:00', `${place}/end`);
    if (start === end) return problem('is as long as nothing: a whole day is 00:00 to 24:00', place);
  }
  for (const [i, choice] of (contact.frequency ?? []).entries()) {
    const [detail] = frequencyChoiceProblems(choice);
    if (detail !== undefined) return problem(detail, `/facts/contact/frequency/${i}`);
  }
  return null;
}

const BRAND_ZONE = '/facts/brand/zone';

function problem(detail: string, pointer: string, code: FactsProblem['code'] = 'invalid_request'): FactsProblem {
  return { code, detail, pointer };
}

const START = /^([01]\d|2[0-3]):[0-5]\d$/;
const END = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

/**
 * Rates of the policy that may bind the message and of which `facts.rates` states no bucket: nobody can say how far those
 * are drawn on, so the verdict is about buckets that are full, and names them.
 */
export function uncountedRates({ rates }: Policy, { message, campaign, rates: stated }: Facts): readonly string[] {
  if (rates.length === 0) return NONE;
  const { channel, route } = message;
  const unstated = rates.filter(({ id, scope, channels }) => {
    if (!(channels?.includes(channel) ?? true) || stated.some(({ rule }) => rule === id)) return false;
    if (scope === 'campaign') return campaign !== null;
    if (scope === 'provider') return route?.provider !== null;
    if (scope === 'sending_domain') return channel === 'email' && route?.sending_domain !== null;
    return scope !== 'mailbox_domain' || channel === 'email';
  });
  return unstated.length === 0 ? NONE : unstated.map(({ id }) => id);
}

const NONE: readonly string[] = [];

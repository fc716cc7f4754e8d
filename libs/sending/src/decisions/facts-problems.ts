import { type Facts, frequencyChoiceProblems, type Policy } from '#lib/decision';
import { saysSomething } from '#lib/kernel';
import { placeAdvice } from '#lib/platform';

/** What makes no sense in facts of the right shape, with the place; null when all does. */
export function factsProblem({
  message,
  contact,
  brand,
}: Facts): { readonly detail: string; readonly pointer: string } | null {
  const { override } = message;
  if (override !== undefined) {
    for (const member of ['actor', 'reason'] as const) {
      if (!saysSomething(override[member])) return { detail: 'is blank: say who stands for it, and why', pointer: `/facts/message/override/${member}` }; // prettier-ignore
    }
  }
  const places = [
    [contact.country, placeAdvice.country, '/facts/contact/country'],
    [contact.region, placeAdvice.region, '/facts/contact/region'],
    [brand.country, placeAdvice.country, '/facts/brand/country'],
  ] as const;
  for (const [code, advice, pointer] of places) {
    const detail = code ? advice(code) : null;
    if (detail !== null) return { detail, pointer };
  }
  for (const [i, { days, start, end }] of (contact.quietHours ?? []).entries()) {
    const place = `/facts/contact/quietHours/${i}`;
    if (days.length === 0) return { detail: 'names no day', pointer: `${place}/days` };
    if (!START.test(start)) return { detail: 'must be HH:MM, 00:00 to 23:59', pointer: `${place}/start` };
    if (!END.test(end)) return { detail: 'must be HH:MM, up to 24:00', pointer: `${place}/end` };
    if (start === end) return { detail: 'is as long as nothing: a whole day is 00:00 to 24:00', pointer: place };
  }
  for (const [i, choice] of (contact.frequency ?? []).entries()) {
    const [problem] = frequencyChoiceProblems(choice);
    if (problem !== undefined) return { detail: problem, pointer: `/facts/contact/frequency/${i}` };
  }
  return null;
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

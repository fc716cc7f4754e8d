import { describe, expect, it } from '@jest/globals';
import type { Decision, Facts } from '#lib/decision';
import { decisionWarnings } from './decision-warnings.js';

type Checks = Decision['checks'];

const CONSENT: Checks[number] = {
  check: 'consent',
  passes: true,
  detail: { scope: 'purpose', enforcement: 'disabled' },
};
const law = (detail: Checks[number]['detail']): Checks[number] => ({ check: 'jurisdiction', passes: true, detail });
const REFUSED: Checks[number] = {
  check: 'consent',
  passes: false,
  kind: 'drop',
  reason: 'objection',
  until: null,
  detail: { scope: 'purpose' },
};

const warningsOf = (
  checks: Checks,
  messageClass: Facts['message']['class'] = 'commercial',
  enforcement: Facts['purpose']['enforcement'] = 'disabled',
) => {
  const message = { class: messageClass, channel: 'email', sendAt: null, expiresAt: 0 } as Facts['message'];
  return decisionWarnings({ facts: { message, purpose: { key: 'orders', enforcement } }, decision: { checks } });
};

describe('who asks whether a commercial message may leave under a purpose that asks for no consent', () => {
  it.each([
    ['where the policy applies no law', []],
    ['where the policy leaves laws out', [law({ rule: null, packs: 0, waived: true })]],
    ['where the law asks for none', [law({ rule: null, packs: 1 })]],
    ['where the policy overrides the law', [law({ rule: 'de/consent', overridden: true })]],
  ])('is told that nothing asked for one %s', (_where, checks) => {
    expect(warningsOf([CONSENT, ...checks])).toEqual([expect.stringContaining('its purpose "orders" is disabled')]);
  });

  it.each([
    ['a law did', [CONSENT, law({ rule: 'de/consent', event: 'e' })], 'commercial', 'disabled'],
    ['of two laws one did', [CONSENT, law({ rule: 'a/b', overridden: true }), law({ rule: 'de/consent' })], 'commercial', 'disabled'], // prettier-ignore
    ['the person objected', [REFUSED], 'commercial', 'disabled'],
    ['it is not advertising', [CONSENT], 'transactional', 'disabled'],
    ['the purpose blocks who opted out', [CONSENT], 'commercial', 'permissive'],
    ['the purpose did', [CONSENT], 'commercial', 'restrictive'],
  ] as const)('is told nothing where %s', (_where, checks, messageClass, enforcement) => {
    expect(warningsOf(checks, messageClass, enforcement)).toEqual([]);
  });
});

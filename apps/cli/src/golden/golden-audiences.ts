import type { Facts, QuietHoursRule } from '#lib/decision';
import { base, type GoldenCase, night, one, policy, WEEK } from './golden-parts.js';

/** Rules of the brand for places, and people whose region, postal code or number leads to one. */
export function audiences(): GoldenCase[] {
  const people: readonly (readonly [string, Partial<Facts['contact']>])[] = [
    ['US-00901', { country: 'US', postalCode: '00901' }],
    ['US-10001', { country: 'US', postalCode: '10001' }],
    ['FR-97400', { country: 'FR', postalCode: '97400' }],
    ['FR+262', { country: 'FR', phonePrefix: '+262' }],
    ['FR+33', { country: 'FR', phonePrefix: '+331' }],
    ['PR', { country: 'PR' }],
    ['US-PR', { region: 'US-PR' }],
    ['UK', { country: 'UK' }],
    ['US-ZZ', { region: 'US-ZZ' }],
    ['nobody', {}],
  ];
  const rules: readonly (readonly [string, Partial<QuietHoursRule>])[] = [
    ['in-PR-or-RE', { when: { countries: ['PR', 'RE'] } }],
    ['in-GB', { when: { countries: ['GB'] } }],
    ['in-Texas', { when: { regions: ['US-TX'] } }],
    ['not-in-FR', { unless: { countries: ['FR'] } }],
    ['not-in-US-PR', { unless: { countries: ['US', 'PR'], regions: ['US-PR'] } }],
  ];
  return people.flatMap(([person, contact]) =>
    rules.map(([rule, audience]) =>
      one(
        `audience/${person}-${rule}`,
        { ...base, contact: { ...base.contact, ...contact } },
        policy({ quietHours: [night({ windows: [{ days: WEEK, start: '11:00', end: '13:00' }], ...audience })] }),
      ),
    ),
  );
}

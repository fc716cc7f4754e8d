import { describe, expect, it } from '@jest/globals';
import { audienceFit, bindsAudience, type Fit } from './audience.js';
import type { Facts } from './facts.js';
import type { Audience } from './policy.js';

type Contact = Partial<Facts['contact']>;
const contact = (known: Contact): Facts['contact'] => ({ zone: null, erased: false, pausedUntil: null, ...known });
const fitOf = (audience: Audience, known: Contact): Fit => audienceFit(audience, contact(known));

describe('an audience', () => {
  it.each<[Audience, Contact, Fit]>([
    [{ countries: ['US'] }, { country: 'US' }, 'yes'],
    [{ countries: ['CA', 'US'] }, { country: 'us' }, 'yes'],
    [{ countries: ['US'] }, { region: 'US-TX' }, 'yes'],
    [{ countries: ['US'] }, { country: 'DE' }, 'no'],
    [{ countries: ['US'] }, {}, 'unknown'],
    [{ countries: ['US'] }, { country: '' }, 'unknown'],
    [{ regions: ['US-TX'] }, { region: 'US-TX' }, 'yes'],
    [{ regions: ['US-TX'] }, { region: 'us-tx' }, 'yes'],
    [{ regions: ['US-TX'] }, { region: 'US-NY' }, 'no'],
    [{ regions: ['US-TX'] }, { country: 'US' }, 'unknown'],
    [{ regions: ['US-TX'] }, { country: 'DE' }, 'no'],
    [{ regions: ['US-TX'] }, {}, 'unknown'],
    // Region and country contradict each other: it may be either.
    [{ countries: ['US'] }, { country: 'US', region: 'DE-BY' }, 'unknown'],
    [{ countries: ['DE'] }, { country: 'US', region: 'DE-BY' }, 'unknown'],
    [{ countries: ['DE', 'US'] }, { country: 'US', region: 'DE-BY' }, 'yes'],
    [{ countries: ['FR'] }, { country: 'US', region: 'DE-BY' }, 'no'],
    [{ regions: ['DE-BY'] }, { country: 'US', region: 'DE-BY' }, 'unknown'],
    [{ regions: ['US-TX'] }, { country: 'US', region: 'DE-BY' }, 'unknown'],
    [{ regions: ['FR-75'] }, { country: 'US', region: 'DE-BY' }, 'no'],
    // A territory is a region and a country.
    [{ countries: ['FR'] }, { country: 'RE', region: 'FR-974' }, 'yes'],
    [{ countries: ['RE'] }, { country: 'FR', region: 'fr-974' }, 'yes'],
    [{ countries: ['RE'] }, { region: 'FR-RE' }, 'yes'],
    [{ countries: ['US'] }, { country: 'FR', region: 'FR-974' }, 'no'],
    [{ countries: ['RE'] }, { country: 'FR' }, 'no'],
    [{ countries: ['US'] }, { country: 'DE', region: 'US-PR' }, 'unknown'],
    [{ regions: ['FR-974'] }, { country: 'RE' }, 'unknown'],
    [{ regions: ['FR-974'] }, { country: 'GP' }, 'no'],
    [{ regions: ['FR-974'] }, { country: 'RE', region: 'FR-974' }, 'yes'],
    [{ regions: ['FR-974'] }, { region: 'FR-RE' }, 'unknown'],
    [{ regions: ['FR-974'] }, { region: 'FR-971' }, 'no'],
    // One region of the country is enough for doubt, one prefix of several to fit or to leave it open.
    [{ regions: ['US-TX', 'DE-BY'] }, { country: 'US' }, 'unknown'],
    [{ phonePrefixes: ['+49', '+1'] }, { phonePrefix: '+1212' }, 'yes'],
    [{ phonePrefixes: ['+49', '+1212'] }, { phonePrefix: '+12' }, 'unknown'],
    [{ phonePrefixes: ['+1212'] }, { phonePrefix: '+1212' }, 'yes'],
    [{ phonePrefixes: ['+1'] }, { phonePrefix: '+1212' }, 'yes'],
    [{ phonePrefixes: ['+1212', '+1213'] }, { phonePrefix: '+12' }, 'unknown'],
    [{ phonePrefixes: ['+1212'] }, { phonePrefix: '+1213' }, 'no'],
    [{ phonePrefixes: ['+1212'] }, {}, 'unknown'],
    [{ segments: ['vip', 'staff'] }, { segments: ['staff'] }, 'yes'],
    [{ segments: ['vip'] }, { segments: [] }, 'no'],
    [{ segments: ['vip'] }, {}, 'unknown'],
    // All that is named must fit.
    [{ countries: ['US'], segments: ['vip'] }, { country: 'US', segments: ['vip'] }, 'yes'],
    [{ countries: ['US'], segments: ['vip'] }, { country: 'US', segments: [] }, 'no'],
    [{ countries: ['US'], segments: ['vip'] }, { country: 'US' }, 'unknown'],
    [{ countries: ['US'], segments: ['vip'] }, { segments: [] }, 'no'],
    [{}, {}, 'yes'],
  ])('%j fits %j: %s', (audience, known, expected) => {
    expect(fitOf(audience, known)).toBe(expected);
  });

  it('binds in doubt: what is not known fits `when` and does not fit `unless`', () => {
    const countries = { countries: ['US'] };
    const binds = (rule: { when?: Audience; unless?: Audience }, known: Contact) => bindsAudience(rule, contact(known));

    expect(['US', 'DE', null].map((country) => binds({ when: countries }, { country }))).toEqual([true, false, true]);
    expect(['US', 'DE', null].map((country) => binds({ unless: countries }, { country }))).toEqual([false, true, true]);
    expect(binds({ when: countries, unless: { regions: ['US-TX'] } }, { region: 'US-TX' })).toBe(false);
    expect(binds({}, {})).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { HolidaySource, PlaceSource } from '#lib/kernel';
import { decide } from '../decide.js';
import type { Facts } from '../facts.js';
import type { JurisdictionRule, Policy } from '../policy.js';
import type { RulesVersion } from '../rules-version.js';
import { capUse, ms, someCap, someFacts, somePolicy, someQuietHours } from '../testing/some-facts.js';
import { cap, keep, night, pack, permission, stop, under } from '../testing/some-packs.js';
import { testReference } from '../testing/test-reference.js';
import { capHorizonMs } from '../windows.js';
import { capRule, quietHoursRule } from './law.js';
import type { Pack, PackRule } from './pack.js';

const inGermany = (change: Parameters<typeof someFacts>[0] = {}) => someFacts({ ...change, contact: { country: 'DE', ...change.contact } }); // prettier-ignore
const judge = (facts: Facts, at: string, packs: readonly Pack[], policy = under()) =>
  decide(facts, policy, ms(at), { ...testReference, packs });

describe('the law of a message', () => {
  it('is none under a policy that applies none, whatever packs there are', () => {
    const plain = judge(inGermany(), '2026-06-01T23:00:00+02:00', [pack('de', [night, permission])], somePolicy());
    const without = judge(inGermany(), '2026-06-01T23:00:00+02:00', [], somePolicy());
    expect(plain).toEqual(without);
    expect(plain).not.toHaveProperty('packs');
    expect(plain.checks.map(({ check }) => check)).not.toContain('jurisdiction');
  });

  it('is stamped with every pack that applies, also where no rule of it binds the message', () => {
    const packs = [pack('de', [night]), pack('bavaria', [night], { region: 'DE-BY' }), pack('at', [night], { countries: ['AT'] })]; // prettier-ignore
    const facts = inGermany({ message: { channel: 'push' } });
    expect(judge(facts, '2026-06-01T12:00:00Z', packs).packs?.map(({ id }) => id)).toEqual(['de', 'bavaria']);
    const elsewhere = inGermany({ contact: { region: 'DE-HH' } });
    expect(judge(elsewhere, '2026-06-01T12:00:00Z', packs).packs).toEqual([{ id: 'de', version: '2026-01-01' }]);
    const abroad = someFacts({ contact: { country: 'JP' } });
    expect(judge(abroad, '2026-06-01T12:00:00Z', packs)).not.toHaveProperty('packs');
  });

  it('is that of each place the contact may be in', () => {
    const packs = [pack('gb', [night], { countries: ['GB'] }), pack('gg', [night], { countries: ['GG'] }), pack('fr', [night], { countries: ['FR'] })]; // prettier-ignore
    const places = { ...testReference.places, ofPhone: () => ({ country: 'GB', countries: ['GB', 'GG'], regions: null, zones: null }) }; // prettier-ignore
    const british = someFacts({ contact: { phonePrefix: '+447' } });
    const decision = decide(british, under(), ms('2026-06-01T12:00:00Z'), { ...testReference, packs, places });
    expect(decision.packs?.map(({ id }) => id)).toEqual(['gb', 'gg']);
  });

  it('is that of where the brand speaks from where nobody knows the place, whichever brand was asked about before', () => {
    const packs = [pack('de', [night]), pack('gb', [night], { countries: ['GB'] })];
    const policy = under();
    const lawFor = (country: string) => {
      const facts = someFacts({ contact: { country: null, region: null, phonePrefix: null, zone: null }, brand: { zone: 'Etc/UTC', country } }); // prettier-ignore
      return judge(facts, '2026-06-01T12:00:00Z', packs, policy).packs?.map(({ id }) => id);
    };
    expect(['DE', 'GB', 'DE'].map(lawFor)).toEqual([['de'], ['gb'], ['de']]);
  });

  it('is that of both where a postal code is not in the region beside it, whoever was asked about before', () => {
    const packs = ['US-TX', 'US-NY'].map((region) => pack(region, [night], { countries: ['US'], region }));
    const places: PlaceSource = {
      ...testReference.places,
      regionsOfCountry: () => ['US-TX', 'US-NY'],
      zonesOfRegion: (region) => [region === 'US-NY' ? 'America/New_York' : 'America/Chicago'],
      zonesOfPostalCode: (_country, code) => [code === '10001' ? 'America/New_York' : 'America/Chicago'],
    };
    const policy = under();
    const asked = (postalCode: string) => decide(someFacts({ contact: { zone: null, region: 'US-TX', postalCode } }), policy, ms('2026-06-01T12:00:00Z'), { ...testReference, packs, places }); // prettier-ignore
    const answers = ['75001', '10001', '75001'].map((code) => asked(code));
    expect(answers.map(({ packs: stamps }) => stamps?.map(({ id }) => id))).toEqual([['US-TX'], ['US-TX', 'US-NY'], ['US-TX']]); // prettier-ignore
    expect(answers[1]?.local.zones).toEqual(['America/New_York', 'America/Chicago']);
  });

  it('is that of each state that a number and a postal code name, whoever was asked about before and by whichever rules', () => {
    const packs = ['US-FL', 'US-NY', 'US-TX'].map((region) => pack(region, [night], { countries: ['US'], region }));
    const places: PlaceSource = {
      ...testReference.places,
      ofPhone: () => ({ country: 'US', regions: ['US-NY'], zones: ['America/New_York'] }),
      regionsOfPostalCode: (_country, code) => (code === '33101' ? ['US-FL'] : ['US-NY']),
    };
    const policy = under();
    const asked = (postalCode: string, rules: RulesVersion) => decide(someFacts({ contact: { zone: null, country: 'US', phonePrefix: '+1212', postalCode } }), policy, ms('2026-06-01T12:00:00Z'), { ...testReference, packs, places, rules }).packs?.map(({ id }) => id); // prettier-ignore
    const answers = ([['10001', 4], ['33101', 3], ['33101', 4], ['10001', 4], ['33101', 3]] as const).map(([code, rules]) => asked(code, rules)); // prettier-ignore
    expect(answers).toEqual([['US-NY'], ['US-NY'], ['US-FL', 'US-NY'], ['US-NY'], ['US-NY']]);
  });

  it('is that of where the postal code leads, whoever was asked about before', () => {
    const packs = [pack('us', [night], { countries: ['US'] }), pack('us-tx', [night], { countries: ['US'], region: 'US-TX' }), pack('pr', [night], { countries: ['PR'] })]; // prettier-ignore
    const places = {
      ...testReference.places,
      countriesOfPostalCode: (_country: string, code: string) => (code === '00901' ? ['PR'] : []),
      ofPhone: () => ({ country: 'PR', regions: null, zones: null }),
    };
    const policy = under();
    const lawOf = (contact: Partial<Facts['contact']>) => decide(someFacts({ contact: { country: 'US', ...contact } }), policy, ms('2026-06-01T12:00:00Z'), { ...testReference, packs, places }).packs?.map(({ id }) => id); // prettier-ignore
    const asked = [{ postalCode: '10001' }, { postalCode: '00901' }, { phonePrefix: '+1787' }, { phonePrefix: '+1787', postalCode: '00901' }, {}]; // prettier-ignore
    const answers = [
      ['us', 'us-tx'],
      ['us', 'pr'],
      ['us', 'us-tx', 'pr'],
      ['us', 'pr'],
      ['us', 'us-tx'],
    ];
    expect(asked.map(lawOf)).toEqual(answers);
    expect([...asked].reverse().map(lawOf).reverse()).toEqual(answers);
  });

  it('asks for patience and not for an end: what a pack wants holds', () => {
    const hours = quietHoursRule(pack('de', [night]), night);
    expect(hours).toEqual({ id: 'de/night', channels: ['email'], classes: ['commercial'], windows: night.windows, holidays: false, action: 'defer' }); // prettier-ignore
    const { channels, classes } = cap;
    const counted = { id: 'de/cap', scope: 'any', limit: 1, window: 'P3D', action: 'defer', channels, untoldTopics: true }; // prettier-ignore
    expect(capRule(pack('de', [cap]), cap, true)).toEqual({
      ...counted,
      classes: { bound: classes, counted: classes },
    });
  });

  it('that begins later stands beside rules of the policy and does not bind before', () => {
    const later = [pack('de', [{ ...night, id: 'morning', from: '2026-07-01', windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '08:00', end: '14:30' }] }])]; // prettier-ignore
    const policy = { ...under(), ...somePolicy({ quietHours: [someQuietHours()] }), jurisdiction: { packs: 'contact' as const } }; // prettier-ignore
    const rules = (at: string) => judge(inGermany(), at, later, policy).checks.flatMap(({ check, detail }) => (check === 'quiet_hours' ? [detail['rule']] : [])); // prettier-ignore
    expect(rules('2026-06-30T12:00:00+02:00')).toEqual(['night']);
    expect(rules('2026-07-01T12:00:00+02:00')).toEqual(['night', 'de/morning']);
  });

  it('is every pack there is where nobody knows anything of the place', () => {
    const packs = [pack('de', [night]), pack('at', [night], { countries: ['AT'] })];
    expect(judge(someFacts(), '2026-06-01T12:00:00Z', packs).packs).toHaveLength(2);
  });

  it('adds the packs that the brand always wants', () => {
    const packs = [pack('de', []), pack('us', [night], { countries: ['US'] })];
    const always = under({ packs: { always: ['us'] } });
    expect(judge(inGermany(), '2026-06-01T23:00:00+02:00', packs, always)).toMatchObject({
      outcome: 'defer',
      packs: [{ id: 'de' }, { id: 'us' }],
      primary: { detail: { rule: 'us/night' } },
    });
    expect(() => judge(inGermany(), '2026-06-01T12:00:00Z', packs, under({ packs: { always: ['fr'] } }))).toThrow(
      'unusable_policy: there is no jurisdiction pack "fr"',
    );
  });

  it('stands beside the rules of the brand: the stricter wins', () => {
    const capUses = [capUse(ms('2026-06-01T10:00:00Z'))];
    const own = { ...under(), caps: [someCap({ limit: 1, window: 'P7D' })] };
    const decision = judge(inGermany({ capUses }), '2026-06-02T10:00:00Z', [pack('de', [cap])], own);
    expect(decision.until).toBe(ms('2026-06-08T10:00:00Z'));
    expect(decision.checks.filter(({ passes }) => !passes).map(({ detail }) => detail['rule'])).toEqual([
      'weekly',
      'de/cap',
    ]);
  });

  it('is not lifted with the caps of the brand', () => {
    const override = { caps: true, actor: 'key 1', reason: 'recall' } as const;
    const facts = inGermany({ message: { override }, capUses: [capUse(ms('2026-06-01T10:00:00Z'))] });
    expect(judge(facts, '2026-06-02T10:00:00Z', [pack('de', [cap])]).reason).toBe('frequency_cap');
  });

  it('ends a hold when the rule ends, at midnight on the clock of the contact', () => {
    const packs = [
      pack('de', [
        { ...night, to: '2026-06-01' },
        { ...cap, to: '2026-06-02' },
      ]),
    ];
    expect(judge(inGermany(), '2026-06-01T22:00:00+02:00', packs).until).toBe(ms('2026-06-02T00:00:00+02:00'));
    const facts = inGermany({ capUses: [capUse(ms('2026-06-01T10:00:00Z'))] });
    expect(judge(facts, '2026-06-02T10:00:00Z', packs).until).toBe(ms('2026-06-03T00:00:00+02:00'));
  });

  it('says when a message without permission could leave, if the rule has an end', () => {
    const packs = [pack('de', [{ ...permission, to: '2026-06-02' }])];
    const decision = judge(inGermany(), '2026-06-01T10:00:00Z', packs);
    expect(decision).toMatchObject({
      outcome: 'drop',
      reason: 'jurisdiction',
      notBefore: ms('2026-06-03T00:00:00+02:00'),
    });
  });

  it('is reported where the brand does not follow it, while it is in force', () => {
    const jurisdiction: JurisdictionRule = { packs: 'contact', overrides: [{ pack: 'de', rule: 'night', reason: 'r', actor: 'a' }] }; // prettier-ignore
    const packs = [pack('de', [{ ...night, to: '2026-06-01' }])];
    const checks = (at: string) => judge(inGermany(), at, packs, under(jurisdiction)).checks.filter(({ check }) => check === 'jurisdiction'); // prettier-ignore
    expect(checks('2026-06-01T23:00:00+02:00')).toMatchObject([{ passes: true, detail: { rule: 'de/night', overridden: true } }]); // prettier-ignore
    expect(checks('2026-06-02T23:00:00+02:00')).toMatchObject([{ passes: true, detail: { rule: null } }]);
  });

  it('on several clocks begins with the first of them and ends with the last', () => {
    const several: PlaceSource = { ...testReference.places, zonesOfCountry: () => ['Europe/Berlin', 'Asia/Tokyo'] };
    const facts = inGermany({ contact: { zone: null } });
    const law = [pack('de', [{ ...permission, from: '2026-06-01', to: '2026-06-02' }])];
    const outcome = (at: string) => decide(facts, under(), ms(at), { ...testReference, places: several, packs: law }).outcome; // prettier-ignore
    expect(outcome('2026-05-31T23:59:59.999+09:00')).toBe('pass');
    expect(outcome('2026-06-01T00:00:00+09:00')).toBe('drop');
    expect(outcome('2026-06-02T23:59:59.999+02:00')).toBe('drop');
    expect(outcome('2026-06-03T00:00:00+02:00')).toBe('pass');
  });

  it('keeps public holidays where it says so', () => {
    const holidays: HolidaySource = { version: 'one', holiday: (_, __, date) => (date === '2026-06-03' ? 'A holiday' : null) }; // prettier-ignore
    const law = [pack('de', [{ ...night, holidays: true }])];
    const decision = decide(inGermany(), under(), ms('2026-06-02T21:00:00+02:00'), { ...testReference, holidays, packs: law }); // prettier-ignore
    expect(decision.until).toBe(ms('2026-06-04T08:00:00+02:00'));
  });

  it('binds what it names: the channels and the classes of each rule', () => {
    const law = [pack('de', [{ ...night, channels: ['sms'] }, { ...cap, classes: ['transactional'] }, permission])];
    const asked = (message: Partial<Facts['message']>) =>
      judge(inGermany({ message }), '2026-06-01T23:00:00+02:00', law).checks.map(({ check, detail }) => `${check} ${detail['rule']}`); // prettier-ignore
    const rules = (message: Partial<Facts['message']>) => asked(message).filter((text) => text.includes('de/'));
    expect(rules({})).toEqual(['jurisdiction de/consent']);
    expect(rules({ channel: 'sms' })).toEqual(['quiet_hours de/night']);
    expect(rules({ channel: 'push' })).toEqual([]);
    expect(rules({ class: 'transactional' })).toEqual(['frequency_cap de/cap']);
  });

  it('has duties and revocations too, which are no checks', () => {
    const rules = (law: readonly PackRule[]) => judge(inGermany(), '2026-06-01T12:00:00Z', [pack('de', law)]).checks;
    expect(rules([keep('P5Y'), stop])).toEqual(rules([]));
  });

  it('is set aside rule by rule: one override leaves every other rule as it is', () => {
    const other = pack('eu', [night], { countries: ['DE', 'FR'] });
    const evening = { ...night, id: 'evening' };
    const overrides = [
      { pack: 'de', rule: 'night', reason: 'r', actor: 'a' },
      { pack: 'xx', rule: 'evening', reason: 'r', actor: 'a' },
    ];
    const policy = under({ packs: 'contact', overrides });
    const { checks } = judge(inGermany(), '2026-06-01T23:00:00+02:00', [pack('de', [night, evening]), other], policy);
    const found = checks.map(({ passes, detail }) => [detail['rule'], passes]);
    expect(found.filter(([rule]) => String(rule).includes('/'))).toEqual([
      ['de/night', true],
      ['de/evening', false],
      ['eu/night', false],
    ]);
  });

  it('holds, and never drops, until its hours are over', () => {
    const decision = judge(inGermany(), '2026-06-01T23:00:00+02:00', [pack('de', [night])]);
    expect(decision).toMatchObject({ outcome: 'defer', reason: 'quiet_hours', until: ms('2026-06-02T08:00:00+02:00') });
    const facts = inGermany({ capUses: [capUse(ms('2026-06-01T10:00:00Z'))] });
    expect(judge(facts, '2026-06-02T10:00:00Z', [pack('de', [cap])]).outcome).toBe('defer');
  });

  it('counts by topic what is about that topic, or about nobody knows what', () => {
    const law = [pack('de', [{ ...cap, scope: 'topic' }])];
    const uses = (topic: string | null) => ({ capUses: [capUse(ms('2026-06-01T10:00:00Z'), { topic })] });
    const outcome = (change: Parameters<typeof someFacts>[0]) => judge(inGermany(change), '2026-06-02T10:00:00Z', law).outcome; // prettier-ignore
    expect(outcome(uses('newsletter'))).toBe('defer');
    expect(outcome(uses('events'))).toBe('pass');
    expect(outcome(uses(null))).toBe('defer');
    const untold = { topic: null, purpose: { enforcement: 'permissive' as const } };
    expect(outcome({ ...uses('events'), ...untold })).toBe('defer');
  });

  it('tells by which tables and on which clock it was found, where a law was looked for', () => {
    const packs = [pack('de', [night])];
    const local = (policy: Policy) => judge(inGermany(), '2026-06-01T12:00:00Z', packs, policy).local;
    const plain = { zone: 'Europe/Berlin', zoneFrom: 'profile', tzdb: 'runtime', notBefore: '2026-06-01T14:00:00.000+02:00' }; // prettier-ignore
    expect(local(under())).toEqual({ ...plain, places: 'nowhere' });
    expect(local(somePolicy())).toEqual(plain);
    expect(Object.keys(local(somePolicy()))).toEqual(['zone', 'zoneFrom', 'tzdb', 'notBefore']);
    expect(local(under({ packs: 'none', reason: 'employees only', actor: 'dpo' }))).toEqual(plain);
  });

  it('is remembered for as many kinds of places as there are, and no worse for more', () => {
    const packs = [pack('de', [night])];
    const policy = under();
    const at = (country: string) => judge(inGermany({ contact: { country } }), '2026-06-01T23:00:00+02:00', packs, policy); // prettier-ignore
    for (let i = 0; i < 5000; i++) at(`X${i}`);
    expect(at('DE').outcome).toBe('defer');
    expect(at('FR').outcome).toBe('pass');
  });

  it('of one message is never that of another which differs in anything it looks at', () => {
    const packs = [pack('de', [night, { ...cap, scope: 'topic', channels: ['email', 'sms'] }]), pack('at', [night], { countries: ['AT'] })]; // prettier-ignore
    const policy = under();
    const rules = (change: Parameters<typeof someFacts>[0]) =>
      judge(someFacts(change), '2026-06-01T23:00:00+02:00', packs, policy)
        .checks.map(({ detail }) => String(detail['rule'])).filter((rule) => rule.includes('/')); // prettier-ignore
    expect(rules({ contact: { country: 'DE' } })).toEqual(['de/cap', 'de/night']);
    expect(rules({ contact: { country: 'AT' } })).toEqual(['at/night']);
    expect(rules({ contact: { region: 'AT-9' } })).toEqual(['at/night']);
    expect(rules({ contact: { country: 'DE' }, message: { channel: 'sms' } })).toEqual(['de/cap']);
    expect(rules({ contact: { country: 'DE' }, message: { class: 'transactional' } })).toEqual([]);
    const uses = { capUses: [capUse(ms('2026-06-01T10:00:00Z'), { topic: 'events' })], purpose: { enforcement: 'permissive' as const } }; // prettier-ignore
    const fails = (topic: Facts['topic']) =>
      judge(someFacts({ ...uses, topic, contact: { country: 'DE' } }), '2026-06-02T12:00:00+02:00', packs, policy)
        .outcome;
    expect([fails({ key: 'newsletter' }), fails(null), fails({ key: 'newsletter' })]).toEqual([
      'pass',
      'defer',
      'pass',
    ]);
  });

  it('reaches as far back as its caps', () => {
    const packs = [pack('de', [cap])];
    expect(capHorizonMs(under(), [], packs)).toBe(3 * 86_400_000);
    expect(capHorizonMs(somePolicy(), [], packs)).toBe(0);
  });
});

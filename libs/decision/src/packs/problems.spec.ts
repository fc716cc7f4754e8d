import { describe, expect, it } from '@jest/globals';
import type { JurisdictionRule } from '../policy.js';
import { policyProblems } from '../policy-problems.js';
import { cap, keep, night, pack, permission, stop, under } from '../testing/some-packs.js';
import type { Pack } from './pack.js';
import { packProblems } from './pack-problems.js';

describe('what is wrong with a choice of laws', () => {
  const packs = [pack('de', [night, cap]), pack('at', [night, permission], { countries: ['AT'] })];
  const override = { pack: 'de', rule: 'night', reason: 'Customers asked.', actor: 'dpo' };
  it.each<[string, JurisdictionRule, string[]]>([
    ['nothing', { packs: 'contact', overrides: [override] }, []],
    ['nothing', { packs: { always: ['de'] } }, []],
    ['nothing', { packs: 'contact', overrides: [override, { ...override, rule: 'cap' }, { ...override, pack: 'at' }] }, []], // prettier-ignore
    [
      'a rule that only another pack has',
      { packs: 'contact', overrides: [{ ...override, rule: 'consent' }] },
      ['jurisdiction.overrides[0].rule: pack "de" has no rule "consent"'],
    ],
    [
      'somebody without a name',
      { packs: 'contact', overrides: [{ ...override, actor: ' ' }] },
      ['jurisdiction.overrides[0].actor is empty: say who decided it'],
    ],
    [
      'no law, and somebody without a name',
      { packs: 'none', reason: 'employees only', actor: ' ' },
      ['jurisdiction.actor is missing: with packs "none", say who decided it'],
    ],
    [
      'no reason',
      { packs: 'contact', overrides: [{ ...override, reason: ' ' }] },
      ['jurisdiction.overrides[0].reason is empty: say why this rule need not be followed'],
    ],
    [
      'nobody who decided it',
      { packs: 'contact', overrides: [{ ...override, actor: '' }] },
      ['jurisdiction.overrides[0].actor is empty: say who decided it'],
    ],
    [
      'a rule that does not exist',
      { packs: 'contact', overrides: [{ ...override, rule: 'nights' }] },
      ['jurisdiction.overrides[0].rule: pack "de" has no rule "nights"'],
    ],
    [
      'a pack that does not exist',
      { packs: 'contact', overrides: [{ ...override, pack: 'dd' }] },
      ['jurisdiction.overrides[0].pack: there is no pack "dd"; consentctl packs list names them'],
    ],
    [
      'a rule overridden twice',
      { packs: 'contact', overrides: [override, override] },
      ['jurisdiction.overrides[1].rule de/night is overridden twice'],
    ],
    [
      'an unknown pack for everybody',
      { packs: { always: ['de', 'xx'] } },
      ['jurisdiction.packs.always[1]: there is no pack "xx"; consentctl packs list names them'],
    ],
    [
      'no pack for everybody',
      { packs: { always: [] } },
      ['jurisdiction.packs.always is empty: write "contact" for the packs of where the contact may be alone'],
    ],
    [
      'a pack for everybody twice',
      { packs: { always: ['de', 'de'] } },
      ['jurisdiction.packs.always[1]: pack "de" is there twice'],
    ],
    ['no law, with a reason and a name', { packs: 'none', reason: 'employees only', actor: 'dpo' }, []],
    [
      'no law, and nobody who stands for it',
      { packs: 'none', reason: ' ' },
      [
        'jurisdiction.reason is missing: with packs "none", say why no law is applied',
        'jurisdiction.actor is missing: with packs "none", say who decided it',
      ],
    ],
    [
      'no law, and an override of it',
      { packs: 'none', reason: 'employees only', actor: 'dpo', overrides: [override] },
      ['jurisdiction.overrides mean nothing with packs "none": no rule is applied'],
    ],
    [
      'a reason for keeping the law',
      { packs: 'contact', reason: 'because', actor: 'dpo' },
      ['reason', 'actor'].map((member) => `jurisdiction.${member} is for packs "none" alone; an override has its own`),
    ],
  ])('%s', (_name, jurisdiction, problems) => {
    expect(policyProblems(under(jurisdiction), { packs })).toEqual(problems);
  });

  it('believes names where no packs are given', () => {
    expect(policyProblems(under({ packs: { always: ['xx'] }, overrides: [{ ...override, rule: 'x' }] }))).toEqual([]);
  });
});

describe('what is wrong with a pack', () => {
  it.each<[string, Pack, string[]]>([
    ['nothing', pack('de', [night, cap, permission]), []],
    ['nothing', pack('de', [night], { region: 'DE-BY' }), []],
    [
      'a region of one of several countries',
      pack('de', [night], { region: 'DE-BY', countries: ['DE', 'AT'] }),
      ['region DE-BY is not in the one country that the pack must then be about'],
    ],
    [
      'a region of no country',
      pack('de', [night], { region: 'DE-BY', countries: [] }),
      ['region DE-BY is not in the one country that the pack must then be about'],
    ],
    [
      'a region that only ends like its country',
      pack('de', [night], { region: 'BY-DE-' }),
      ['region BY-DE- is not in the one country that the pack must then be about'],
    ],
    ['nothing', pack('de', [{ ...night, from: '2026-02-02', to: '2026-02-02' }]), []],
    ['nothing', pack('de', [{ ...night, from: '2026-02-02' }]), []],
    ['nothing', pack('de', [{ ...night, to: '2026-02-02' }]), []],
    ['a last day of no date', pack('de', [{ ...night, to: '2026-2-2' }]), ['rule "night": from and to must be dates']],
    [
      'a source seen on no date',
      pack('de', [{ ...night, source: { ...night.source, seenOn: 'today' } }]),
      ['rule "night": source.seenOn must be a date'],
    ],
    [
      'nothing',
      pack('de', [
        { ...night, to: '2026-05-31' },
        { ...night, id: 'new', from: '2026-06-01', replaces: 'night' },
      ]),
      [],
    ],
    [
      'a rule that replaces one without an end',
      pack('de', [night, { ...night, id: 'new', from: '2026-06-01', replaces: 'night' }]),
      ['rule "new": it must begin on the day after "night" ends'],
    ],
    [
      'a rule that replaces one and has no beginning',
      pack('de', [
        { ...night, to: '2026-05-31' },
        { ...night, id: 'new', replaces: 'night' },
      ]),
      ['rule "new": it must begin on the day after "night" ends'],
    ],
    [
      'two editions of a rule with a day between them',
      pack('de', [
        { ...night, to: '2026-05-30' },
        { ...night, id: 'new', from: '2026-06-01', replaces: 'night' },
      ]),
      ['rule "new": it must begin on the day after "night" ends'],
    ],
    [
      'hours on no day',
      pack('de', [{ ...night, windows: [...night.windows, { days: [], start: '21:00', end: '08:00' }] }]),
      ['rule "night": windows[1] makes no sense'],
    ],
    ['nothing', pack('de', [{ ...night, windows: [], holidays: true }]), []],
    ['nothing', pack('de', [{ ...permission, accepts: [{ kind: 'express', evidence: [], lasts: 'P6M' }] }]), []],
    ['nothing', pack('de', [keep(null), keep('P5Y', 'other'), stop]), []],
    [
      'evidence kept for days',
      pack('de', [keep('P180D')]),
      ['rule "keep": keepEvidence "P180D" is not in years and months'],
    ],
    ['two rules of one name', pack('de', [night, { ...cap, id: 'night' }]), ['the rule "night" is there twice']],
    [
      'a region of elsewhere',
      pack('de', [night], { region: 'US-TX' }),
      ['region US-TX is not in the one country that the pack must then be about'],
    ],
    ['a country named twice', pack('de', [night], { countries: ['DE', 'DE'] }), ['countries names DE twice']],
    ['no date', pack('de', [night], { version: '2026-02-30' }), ['version "2026-02-30" is not a date']],
    [
      'a rule that ends before it begins',
      pack('de', [{ ...night, from: '2026-02-02', to: '2026-02-01' }]),
      ['rule "night": it ends before it begins'],
    ],
    ['a rule of no date', pack('de', [{ ...night, from: '2026-13-02' }]), ['rule "night": from and to must be dates']],
    [
      'a rule that binds nothing',
      pack('de', [{ ...night, channels: [], classes: [] }]),
      [
        'rule "night": channels is empty: it would bind nothing',
        'rule "night": classes is empty: it would bind nothing',
      ],
    ],
    [
      'a rule that replaces none',
      pack('de', [{ ...night, replaces: 'evening' }]),
      ['rule "night": it replaces "evening", which is not there'],
    ],
    [
      'two editions of a rule with a day in common',
      pack('de', [
        { ...night, to: '2026-05-31' },
        { ...night, id: 'new', from: '2026-05-31', replaces: 'night' },
      ]),
      ['rule "new": it must begin on the day after "night" ends'],
    ],
    [
      'a successor of another kind',
      pack('de', [
        { ...night, to: '2026-05-31' },
        { ...cap, from: '2026-06-01', replaces: 'night' },
      ]),
      ['rule "cap": it replaces "night", which is of another kind'],
    ],
    ['hours that are never quiet', pack('de', [{ ...night, windows: [] }]), ['rule "night": it would never be quiet']],
    [
      'hours that make no sense',
      pack('de', [{ ...night, windows: [{ days: [1], start: '25:00', end: '08:00' }] }]),
      ['rule "night": windows[0] makes no sense'],
    ],
    [
      'a window of a month',
      pack('de', [{ ...cap, window: 'P1M' }]),
      ['rule "cap": window "P1M" is not an exact duration'],
    ],
    [
      'a permission of a kind named twice',
      pack('de', [{ ...permission, accepts: [...permission.accepts, ...permission.accepts] }]),
      ['rule "consent": accepts names express twice'],
    ],
    [
      'a permission of days',
      pack('de', [{ ...permission, accepts: [{ kind: 'express', evidence: [], lasts: 'P180D' }] }]),
      ['rule "consent": lasts "P180D" is not in years and months'],
    ],
    [
      'no permission',
      pack('de', [{ ...permission, accepts: [] }]),
      ['rule "consent": accepts is empty: write an override or leave the channel out'],
    ],
  ])('%s', (_name, given, problems) => {
    expect(packProblems(given)).toEqual(problems.map((problem) => `pack de: ${problem}`));
  });
});

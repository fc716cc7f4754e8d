import { decide } from '../decide.js';
import { explainDecision } from '../explain.js';
import type { Facts } from '../facts.js';
import { capUse, ms, someCap, someFacts, somePolicy, someQuietHours } from './some-facts.js';
import { someHolidays, somePlaces } from './some-places.js';
import { testReference } from './test-reference.js';

/** Decisions that look at a clock in every way there is, in nights on which luxon's own answers depend on today. */
const policy = somePolicy({
  caps: [someCap({ limit: 1, window: 'P1D' })],
  quietHours: [someQuietHours({ windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '20:15', end: '01:30' }] })],
});
const cases = [
  ['America/New_York', '2025-11-02T01:15:00-04:00'],
  ['America/New_York', '2025-11-02T01:15:00-05:00'],
  ['Australia/Lord_Howe', '2025-04-06T01:40:00+11:00'],
  ['Europe/Berlin', '2025-10-25T23:00:00+02:00'],
  ['Africa/Cairo', '2025-04-24T23:30:00+02:00'],
  ['Asia/Tokyo', '2025-06-01T12:00:00+09:00'],
] as const;

const lines = cases.map(([zone, at]) => {
  const facts = someFacts({ contact: { zone }, capUses: [capUse(ms(at) - 20 * 3_600_000)] });
  const decision = decide(facts, policy, ms(at), testReference);
  return `${JSON.stringify(decision)} ${explainDecision(decision, testReference.zones)}\n`;
});

/** And where several clocks, dates and holidays come together. */
const reference = { ...testReference, places: somePlaces, holidays: someHolidays };
const festive = somePolicy({
  quietHours: [someQuietHours({ dates: [{ from: '2025-12-24', to: '2025-12-24' }], holidays: true })],
});
const contacts: Partial<Facts['contact']>[] = [
  { zone: null, country: 'US' },
  { zone: null, phonePrefix: '+447' },
  { chosenZone: 'America/Santiago', country: 'FR' },
];
for (const contact of contacts) {
  for (const at of ['2025-12-24T12:00:00Z', '2025-11-02T05:30:00Z']) {
    const decision = decide(someFacts({ contact }), festive, ms(at), reference);
    lines.push(`${JSON.stringify(decision)} ${explainDecision(decision, testReference.zones)}\n`);
  }
}
process.stdout.write(lines.join(''));

import { expect, it } from '@jest/globals';
import { NO_EXPOSURES } from '../../money/domain/exposures.js';
import { FixedOffsetZone } from 'luxon';
import { PathTableBuilder } from '#lib/attribution';
import { factsByKind } from '../../facts/domain/known-facts.js';
import { booksOf } from '../../money/domain/books.js';
import type { MoneyData } from '../../money/domain/frame.js';
import { NO_ACTIVITY } from './activity.js';
import { BlockBuilder, type Kind } from './contact-block.js';
import { ContactTouches, TouchNumbers } from './contact-touches.js';
import { journeysReport } from './journeys-report.js';

const zone = FixedOffsetZone.utcInstance;
const at = (day: string): number => Date.parse(day);

/** People without an account, each with what they were sent of which campaign, and did after it. */
type People = readonly (readonly (readonly [kind: Kind, campaign: string, day: string])[])[];

function touchesOf(people: People): ContactTouches {
  const numbers = new TouchNumbers();
  const builder = new BlockBuilder(numbers.campaigns);
  people.forEach((touches, i) => {
    const id = new DataView(Uint8Array.from({ length: 16 }, () => i + 1).buffer);
    numbers.accounts.add(id, 0);
    builder.beginContact(numbers.contacts.add(id, 0));
    for (const [kind, campaign, day] of touches) builder.addTouch(at(day), numbers.campaigns.numberOf(campaign), kind);
    builder.endAccount();
  });
  return ContactTouches.of(numbers, [builder.block()]);
}

/** March, as it was known in the middle of May. */
function march(people: People, windowDays: number) {
  const asOf = at('2026-05-15');
  const data: MoneyData = {
    books: booksOf(factsByKind([]), { currency: 'EUR', zone, asOf, accounts: new Map() }),
    frame: {
      ...{ from: at('2026-03-01'), to: at('2026-04-01'), days: { from: '2026-03-01', to: '2026-03-31' } },
      ...{ zone: 'Etc/UTC', asOf, ledgerPosition: 0, parameters: {}, past: {}, pastNotes: [] },
    },
    costs: { spent: [], missing: [], counted: [] },
    ...{ sent: [], exposures: NO_EXPOSURES, untracked: [], activity: { ...NO_ACTIVITY, contacts: touchesOf(people) } },
    paths: {
      ...{ table: new PathTableBuilder({ halfLifeDays: 7 }).build(), conversions: [], touches: new Map(), nulls: 0 },
      ...{ accounts: new Map(), otherAccounts: 0, open: 0 },
    },
  };
  const { rows, total } = journeysReport(data, { goal: 'click', event: null, windowDays });
  return [...rows, ...(total === null ? [] : [total])].map(({ cells }) =>
    cells.map((cell) => ('value' in cell ? cell.value : cell.notAvailable)),
  );
}

const PEOPLE: People = [
  // Came in March and clicked in May; an earlier click was of something else.
  [
    ['sent', 'spring', '2026-03-20'],
    ['sent', 'spring', '2026-03-25'],
    ['click', 'autumn', '2026-03-26'],
    ['click', 'spring', '2026-05-03'],
  ],
  // Came into both, and clicked in one of them within ten days; a reply is no click.
  [
    ['sent', 'spring', '2026-03-01'],
    ['sent', 'autumn', '2026-03-10'],
    ['reply', 'spring', '2026-03-02'],
    ['click', 'autumn', '2026-03-20'],
  ],
  // Came before March.
  [
    ['sent', 'spring', '2026-02-28'],
    ['sent', 'spring', '2026-03-02'],
    ['click', 'spring', '2026-03-03'],
  ],
  // Came after it.
  [['sent', 'autumn', '2026-04-01']],
];

it('counts who came into a journey in the period, and reached its goal within so many days, also after the period', () => {
  expect(march(PEOPLE, 90)).toEqual([
    ['spring', 2, 1, 0.5, 44],
    ['autumn', 1, 1, 1, 10],
    ['', 2, 2, 1, 27],
  ]);
  expect(march(PEOPLE, 10)).toEqual([
    ['spring', 2, 0, 0, 'not_observed'],
    ['autumn', 1, 1, 1, 10],
    ['', 2, 1, 0.5, 10],
  ]);
  expect(march(PEOPLE, 9).at(-1)).toEqual(['', 2, 0, 0, 'not_observed']);
});

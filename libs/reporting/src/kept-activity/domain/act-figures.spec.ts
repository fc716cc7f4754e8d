import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../../../test/support/runs.js';
import { NO_ARMS } from '../../money/domain/exposures.js';
import { EPOCH_2000, FLAGS, TOUCH_BYTES } from '../../money/domain/kept-touches.js';
import { type AccountActivity, type Act, countActs } from './account-acts.js';
import { ActCells, ANY, changedCells, dayOf, QUARTER } from './act-cells.js';
import { type ActDay, channelsDone, pagesDone, silencesIn } from './act-figures.js';

const DAY = 86_400_000;
const CONTACTS = ['a', 'b', 'c'];
const PERIOD = { from: Date.UTC(2026, 4, 1, 22), to: Date.UTC(2026, 4, 3, 22) };
const NAMES = { channel: Uint32Array.of(0, 1, 2, 1), pages: new Map([['', 1], ['page', 2]]), arms: NO_ARMS }; // prettier-ignore

/** Around the ends of the period, and a few days away from them. */
const at = fc.oneof(
  fc
    .record({ end: fc.constantFrom(PERIOD.from, PERIOD.to), ms: fc.constantFrom(-QUARTER, -1, 0, 1, QUARTER) })
    .map(({ end, ms }) => end + ms),
  fc.integer({ min: -4, max: -1 }).map((days) => PERIOD.from + days * DAY),
  fc.integer({ min: -8 * 96, max: 8 * 96 }).map((quarters) => PERIOD.from + quarters * QUARTER),
);
const place = fc.nat(CONTACTS.length - 1);
const touch = fc.record({ at, place, name: fc.integer({ min: 1, max: 3 }) });
const act: fc.Arbitrary<Act> = fc.record({
  ...{ at, whose: fc.constantFrom('account', ...CONTACTS), page: fc.constantFrom('', 'page') },
  kind: fc.constantFrom('visit' as const, 'submit', 'registration', 'attendance', 'event', 'download'),
}).map((one) => ({ ...one, isOfContact: one.whose !== 'account' })); // prettier-ignore
const account = fc.record({
  sent: fc.array(touch, { maxLength: 5 }),
  did: fc.array(touch, { maxLength: 12 }),
  acts: fc.array(act, { maxLength: 14 }).map((acts) => acts.toSorted((a, b) => a.at - b.at)),
});

function packed(touches: readonly { at: number; place: number; name: number }[]): Buffer {
  const bytes = Buffer.alloc(TOUCH_BYTES * touches.length);
  touches
    .toSorted((a, b) => a.at - b.at)
    .forEach((one, i) => {
      bytes.writeBigInt64BE(BigInt((one.at - EPOCH_2000) * 1000), TOUCH_BYTES * i);
      bytes.writeInt32BE(one.place, TOUCH_BYTES * i + 8);
      bytes.writeUInt32BE(one.name << FLAGS, TOUCH_BYTES * i + 12);
    });
  return bytes;
}

/** Days as they are kept, put together one account after the other. */
function daysOf(accounts: readonly AccountActivity[], takenOut: readonly AccountActivity[]): ActDay[] {
  const days = new Map<string, ActDay>();
  const count = (one: AccountActivity, sign: 1 | -1): void => {
    const cells = new ActCells();
    countActs(cells, one, NAMES, sign);
    for (const changed of cells.changed()) {
      const key = `${changed.sort} ${changed.day}`;
      const before = days.get(key)?.cells ?? Buffer.alloc(0);
      days.set(key, { ...changed, cells: changedCells(before, changed) });
    }
  };
  for (const one of [...accounts, ...takenOut]) count(one, 1);
  for (const one of takenOut) count(one, -1);
  return [...days.values()];
}

it('says of any period what going through all that was done says', () => {
  fc.assert(
    fc.property(
      fc.array(account, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 4 }),
      (all, silentDays) => {
        const accounts = all.map(({ sent, did, acts }) => ({
          ...{ contacts: CONTACTS, delivered: packed(sent), engaged: packed(did), acts },
        }));
        const [, ...others] = accounts;
        const days = daysOf(accounts, others);
        const isIn = (one: { at: number }): boolean => one.at >= PERIOD.from && one.at < PERIOD.to;
        const whose = (i: number, who: string | number): string => `${i} ${who}`;

        const traffic = all.flatMap(({ did }, i) =>
          did.filter(isIn).map((one) => ({ ...one, who: whose(i, one.place) })),
        );
        const doneBy = (some: typeof traffic) => ({
          times: some.length,
          people: new Set(some.map(({ who }) => who)).size,
        });
        const channels = new Map(
          (['one', 'two'] as const).flatMap((name, i) => {
            const own = traffic.filter((one) => NAMES.channel[one.name] === i + 1);
            return own.length === 0 ? [] : [[name, doneBy(own)] as const];
          }),
        );
        expect(channelsDone(days, PERIOD, [null, 'one', 'two'])).toEqual({ byChannel: channels, all: doneBy(traffic) });

        const acts = all.flatMap((one, i) =>
          one.acts.filter(isIn).map((own) => ({ ...own, who: whose(i, own.whose) })),
        );
        const expected = new Map(
          [ANY, 1, 2].flatMap((page) => {
            const of = (...kinds: Act['kind'][]): string[] =>
              acts
                .filter((own) => kinds.includes(own.kind) && (page === ANY || NAMES.pages.get(own.page) === page))
                .map(({ who }) => who);
            const people = (whoever: readonly string[]): number => new Set(whoever).size;
            const [visits, registered] = [of('visit'), of('registration')];
            const counted = of('visit', 'submit', 'registration', 'attendance');
            const figures = {
              ...{ times: counted.length, people: people(counted), visits: visits.length },
              visitors: people(of('visit', 'submit')),
              repeatVisitors: people(visits.filter((who, i) => visits.indexOf(who) !== i)),
              ...{
                submitters: people(of('submit')),
                registered: people(registered),
                attended: people(of('attendance')),
              },
              came: people(of('attendance').filter((who) => registered.includes(who))),
            };
            return counted.length === 0 ? [] : [[page, figures] as const];
          }),
        );
        expect(pagesDone(days, PERIOD)).toEqual(expected);

        const presences = all.flatMap(({ sent, did, acts: own }) =>
          CONTACTS.flatMap((contact, of) => {
            const first = Math.min(...sent.filter((one) => one.place === of).map((one) => one.at));
            const events = own.filter(({ kind, whose: who }) => kind !== 'visit' && who === contact);
            const later = [...did.filter((one) => one.place === of), ...events].map((one) => one.at);
            return first === Infinity ? [] : [{ first, did: later }];
          }),
        );
        const known = presences.filter(({ first }) => first < PERIOD.from);
        const silent = known.filter(({ first, did }) =>
          [first, ...did].every((one) => one >= PERIOD.from || one < PERIOD.from - silentDays * DAY),
        );
        const back = silent.filter(({ did }) => did.some((one) => isIn({ at: one })));
        expect(silencesIn(days, [{ name: '', ...PERIOD }], silentDays)).toEqual([
          { known: known.length, silent: silent.length, back: back.length },
        ]);
        expect(days.every(({ day }) => Math.abs(day - dayOf(PERIOD.from)) < 12)).toBe(true);
      },
    ),
    { numRuns: runs(300) },
  );
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../../../test/support/runs.js';
import { CAME_BACK, EPOCH_2000, FLAGS, REPLY, TOUCH_BYTES, VISIT, WHAT } from '../../money/domain/kept-touches.js';
import { BlockBuilder, type Kind, type PackedTouches } from './contact-block.js';
import { ContactTouches, TouchNumbers } from './contact-touches.js';

const HOUR = 3_600_000;
const NAMES = [null, 'spring', null, 'autumn', 'spring'];
const PEOPLE = 3;

type Touch = { contact: number; hour: number; name: number; kind: Kind | 'came back' };

const touch: fc.Arbitrary<Touch> = fc.record({
  contact: fc.nat(PEOPLE - 1),
  hour: fc.integer({ min: -3, max: 40 }),
  name: fc.nat(NAMES.length - 1),
  kind: fc.constantFrom('sent', 'sent', 'came back', 'click', 'reply', 'visit'),
});
/** Accounts, each with its touches; enough of them for more than one block. */
const accounts = fc.array(fc.array(touch, { maxLength: 12 }), { minLength: 1, maxLength: 6 });

const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const contactOf = (account: number, place: number): string => idOf(1_000_000 + account * PEOPLE + place);
const viewOf = (id: string): DataView => {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
};
/** With a part of a minute. */
const instantOf = (hour: number): number => EPOCH_2000 + hour * HOUR + 1_234;

const FLAGS_OF = { sent: 0, 'came back': CAME_BACK, click: 0, reply: REPLY, visit: VISIT };

function packed(touches: readonly Touch[], isWanted: (touch: Touch) => boolean): DataView {
  const some = touches.filter(isWanted).toSorted((a, b) => a.hour - b.hour);
  const view = new DataView(new ArrayBuffer(some.length * TOUCH_BYTES));
  some.forEach(({ hour, contact, name, kind }, i) => {
    view.setBigInt64(i * TOUCH_BYTES, BigInt((instantOf(hour) - EPOCH_2000) * 1000 + 7));
    view.setInt32(i * TOUCH_BYTES + 8, contact);
    view.setUint32(i * TOUCH_BYTES + WHAT, (name << FLAGS) | FLAGS_OF[kind]);
  });
  return view;
}

/** As they would be kept. */
function keptOf(numbers: TouchNumbers, account: number, touches: readonly Touch[]): PackedTouches {
  return {
    contacts: Array.from({ length: PEOPLE }, (_, place) => numbers.contacts.add(viewOf(contactOf(account, place)), 0)),
    delivered: packed(touches, ({ kind }) => ['sent', 'came back', 'visit'].includes(kind)),
    engaged: packed(touches, ({ kind }) => ['click', 'reply', 'visit'].includes(kind)),
    campaigns: Uint32Array.from(NAMES, (name) => numbers.campaigns.numberOf(name)),
  };
}

interface Told {
  readonly contact: string;
  readonly account: string;
  readonly campaign: string | null;
  readonly messages: number;
  readonly first: number;
  readonly clicks: readonly number[];
  readonly visits: readonly number[];
}

/** What a definition says, one touch after the other. */
function expected(all: readonly (readonly Touch[])[], from: number, to: number): Told[] {
  return all.flatMap((touches, account) =>
    Array.from({ length: PEOPLE }, (_, contact) =>
      [null, 'autumn', 'spring'].flatMap((campaign): Told[] => {
        const own = touches
          .filter((one) => one.contact === contact)
          .map((one) => ({ ...one, at: instantOf(one.hour) }));
        const sent = own.filter(({ kind, name, at }) => kind === 'sent' && NAMES[name] === campaign && at < to);
        const messages = sent.filter(({ at }) => at >= from).length;
        const times = (kind: Kind, of?: string | null) =>
          own
            .filter((one) => one.kind === kind && (of === undefined || NAMES[one.name] === of))
            .map(({ at }) => at)
            .sort((a, b) => a - b);
        if (messages === 0) return [];
        return [
          {
            ...{ contact: contactOf(account, contact), account: idOf(account), campaign, messages },
            first: Math.min(...sent.map(({ at }) => at)),
            ...{ clicks: times('click', campaign), visits: times('visit') },
          },
        ];
      }),
    ).flat(),
  );
}

function found(contacts: ContactTouches, from: number, to: number): Told[] {
  return contacts
    .entries({ from, to }, ({ whose, campaign }) => ({
      clicks: whose.timesOf('click', campaign),
      visits: whose.timesOf('visit', null),
    }))
    .map(({ entry, of }) => ({ ...entry, ...of }));
}

/** Accounts that had touches in a period, but every second one: what reached people, or what they did; visits are of both. */
function touchedIn(
  all: readonly (readonly Touch[])[],
  from: number,
  to: number,
  basis: 'delivered' | 'engaged',
): number {
  const kinds = basis === 'delivered' ? ['sent', 'visit'] : ['click', 'reply', 'visit'];
  return all.filter(
    (touches, account) =>
      account % 800 !== 0 &&
      touches.some(({ kind, hour }) => kinds.includes(kind) && instantOf(hour) >= from && instantOf(hour) < to),
  ).length;
}

/** Those that are left out above, and one that nobody knows. */
function everySecond(all: readonly unknown[]): string[] {
  return [...all.flatMap((_, account) => (account % 800 === 0 ? [idOf(account)] : [])), idOf(999_999_999_999)];
}

const byKey = (told: readonly Told[]): Told[] =>
  told.toSorted((a, b) => {
    const [left, right] = [a, b].map(({ campaign, contact }) => `${campaign ?? ''}\0${contact}`);
    return (left ?? '') < (right ?? '') ? -1 : 1;
  });

describe('what every contact was sent and did', () => {
  it('is as one touch after the other says, also after some accounts were kept anew', () => {
    fc.assert(
      fc.property(accounts, accounts, fc.nat(40), fc.nat(40), (before, after, start, length) => {
        const numbers = new TouchNumbers();
        const builder = new BlockBuilder(numbers.campaigns);
        // Most accounts of the first block have nothing, so that a second one begins.
        const blocks = [];
        const places = before.map((_, i) => i * 400);
        const all: Touch[][] = [];
        for (let account = 0; account <= (places.at(-1) ?? 0); account++) {
          all.push(account % 400 === 0 ? [...(before[account / 400] ?? [])] : []);
          numbers.accounts.add(viewOf(idOf(account)), 0);
          builder.add(keptOf(numbers, account, all[account] ?? []));
          if (builder.isFull) blocks.push(builder.block());
        }
        blocks.push(builder.block());
        const contacts = ContactTouches.of(numbers, blocks);
        const [from, to] = [instantOf(start), instantOf(start + length)];
        expect(found(contacts, from, to)).toEqual(byKey(expected(all, from, to)));
        for (const basis of ['delivered', 'engaged'] as const)
          expect(contacts.accountsTouched({ from, to }, basis, everySecond(all))).toBe(touchedIn(all, from, to, basis));

        const now = [...all];
        const changed = new Map<number, PackedTouches>();
        for (const [i, touches] of after.entries()) {
          // Some were there, and some are new.
          const account = i % 2 === 0 ? i * 200 : now.length;
          if (account > now.length) continue;
          now[account] = touches;
          changed.set(numbers.accounts.add(viewOf(idOf(account)), 0), keptOf(numbers, account, touches));
        }
        const later = contacts.with(changed);
        expect(found(later, from, to)).toEqual(byKey(expected(now, from, to)));
        for (const basis of ['delivered', 'engaged'] as const)
          expect(later.accountsTouched({ from, to }, basis, everySecond(now))).toBe(touchedIn(now, from, to, basis));
        expect(found(contacts, from, to)).toEqual(byKey(expected(all, from, to)));
      }),
      { numRuns: runs(25) },
    );
  });

  it('tells of times before 1970 and of more campaigns than two bytes number', () => {
    const numbers = new TouchNumbers();
    const builder = new BlockBuilder(numbers.campaigns);
    const many = 20_000;
    for (let i = 0; i < many; i++) numbers.campaigns.numberOf(`campaign ${i}`);
    numbers.accounts.add(viewOf(idOf(0)), 0);
    builder.beginContact(numbers.contacts.add(viewOf(idOf(1)), 0));
    builder.addTouch(-1, many, 'sent');
    builder.addTouch(0, 1, 'sent');
    builder.addTouch(5, many, 'click');
    builder.endAccount();
    const contacts = ContactTouches.of(numbers, [builder.block()]);
    expect(contacts.entries({ from: -10, to: 10 }, ({ first, whose, campaign }) => [first, whose.timesOf('click', campaign)]))
      .toMatchObject([
        { entry: { campaign: 'campaign 0' }, of: [0, []] },
        { entry: { campaign: `campaign ${many - 1}` }, of: [-1, [5]] },
      ]); // prettier-ignore
  });
});

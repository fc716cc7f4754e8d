import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CenterWorld, type SomePerson } from '../testing/center-world.js';
import { formOf, get, post, set } from '../testing/page-client.js';

let world: CenterWorld;
beforeAll(async () => {
  world = await CenterWorld.start();
}, 120_000);
afterAll(() => world.end());

/** On either side of the line where the day changes: one is always a day, or two, before the other. */
const [FIRST, LAST] = ['Pacific/Kiritimati', 'Pacific/Pago_Pago'];

const plus = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** A form of somebody who lives by one clock, or chose another, and the day that it is there. */
const opened = async (zone: string, own?: string, link: 'manage' | 'optOut' = 'manage') => {
  const person = await world.person(['newsletter'], { zone, ...(own !== undefined && { wishes: { zone: own } }) });
  const url = await world[link](person);
  const html = await (await get(url)).text();
  const today = /name="pauseDay"[^>]* min="([^"]+)"/.exec(html)?.[1] ?? '';
  const save = (chosen: Readonly<Record<string, string>>) =>
    post(
      url,
      'save',
      Object.entries(chosen).reduce((all, [name, value]) => set(all, name, value), formOf(html)),
    );
  return { person, today, save };
};

/** When somebody's break ends, by a clock. */
const endIn = async (zone: string, { externalId }: SomePerson): Promise<string | undefined> => {
  const [row] = await world.db.tx.sql<{ until: string }>`
    SELECT to_char(paused_until AT TIME ZONE ${zone}, 'YYYY-MM-DD HH24:MI') AS until
      FROM consent.contact WHERE brand_id = ${world.brandId} AND external_id = ${externalId}`;
  return row?.until;
};

describe('a break that is chosen together with a zone', () => {
  it.each([
    ['Europe/Berlin', 'America/Los_Angeles'],
    ['Europe/Berlin', 'Asia/Tokyo'],
    [FIRST, LAST],
    [LAST, FIRST],
  ])('lasts until its last day is over there: from %s to %s', async (from, to) => {
    const { person, today, save } = await opened(from);
    const day = plus(today, 12);
    expect((await save({ pause: 'until', pauseDay: day, zone: to })).status).toBe(303);
    expect(await endIn(to, person)).toBe(`${plus(day, 1)} 00:00`);
  });

  it.each([
    ['30', FIRST, LAST],
    ['90', LAST, FIRST],
  ])('of %s days ends with the day that the page named, there: from %s to %s', async (pause, from, to) => {
    const { person, today, save } = await opened(from);
    expect((await save({ pause, zone: to })).status).toBe(303);
    expect(await endIn(to, person)).toBe(`${plus(today, Number(pause) + 1)} 00:00`);
  });

  it('may end with any day that is not over there, and with none that is', async () => {
    const behind = await opened(FIRST);
    const yesterday = plus(behind.today, -1);
    expect((await behind.save({ pause: 'until', pauseDay: yesterday, zone: LAST })).status).toBe(303);
    expect(await endIn(LAST, behind.person)).toBe(`${behind.today} 00:00`);

    const ahead = await opened(LAST);
    const refused = await ahead.save({ pause: 'until', pauseDay: ahead.today, zone: FIRST });
    expect(refused.status).toBe(422);
    // The days that it may be are those of the zone that was chosen beside it.
    const html = await refused.text();
    expect(/name="pauseDay"[^>]* min="([^"]+)"/.exec(html)?.[1]).not.toBe(ahead.today);
    expect(await endIn(FIRST, ahead.person)).toBeNull();
  });

  it('is counted by the clock that is known of them where their own choice of one ends', async () => {
    const { person, today, save } = await opened(LAST, FIRST);
    expect((await save({ pause: 'until', pauseDay: plus(today, 12), zone: '' })).status).toBe(303);
    expect(await endIn(LAST, person)).toBe(`${plus(today, 13)} 00:00`);
  });

  it('is counted by the known clock where the link cannot choose one', async () => {
    const { person, today, save } = await opened(FIRST, undefined, 'optOut');
    expect((await save({ pause: 'until', pauseDay: plus(today, 12), zone: LAST })).status).toBe(200);
    expect(await endIn(FIRST, person)).toBe(`${plus(today, 13)} 00:00`);
  });
});

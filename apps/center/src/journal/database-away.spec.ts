import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { ConsentService } from '#lib/consent';
import { LOGGER, systemClock } from '#lib/platform';
import { until } from '../../../../test/support/until.js';
import { BehindWire } from '../testing/behind-wire.js';
import { CenterWorld, MASTER_KEY } from '../testing/center-world.js';
import { KeptWishes } from './kept-wishes.js';

let world: CenterWorld;
let behind: BehindWire;
beforeAll(async () => {
  world = await CenterWorld.start();
  behind = await BehindWire.of(world);
}, 120_000);
afterAll(async () => {
  await behind.end();
  await world.end();
});
afterEach(() => behind.stopAll());

it('while the database is away a wish to leave is taken, said to be kept, and carried out by the next process', async () => {
  const [clicking, stopping, returning] = [await world.person(), await world.person(), await world.person()];
  const first = await behind.start();
  const at = (link: string): string => link.replace(world.url, first.url);
  await behind.wire.cut();

  const page = await (await fetch(at(world.optOut(clicking)))).text();
  expect(page.match(/<button/g)).toHaveLength(2);
  const settings = await fetch(at(await world.manage(clicking)));
  expect(settings.status).toBe(503);
  expect((await settings.text()).match(/formaction="\?act&#x3D;stop_all/g)).toHaveLength(1);

  for (const [link, act] of [
    [world.optOut(clicking), ''],
    [world.optOut(stopping), '?act=stop_all'],
    [world.optOut(returning), '?act=leave'],
  ] as const) {
    const answer = await fetch(at(link) + act, { method: 'POST', headers: { 'accept-language': 'de' } });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toMatch(/Ihr Wunsch von .* ist aufgeschrieben/);
  }
  // A wish that would let more through is not taken.
  const undo = `${at(world.optOut(returning))}?act=undo&change=00000000-0000-4000-8000-000000000000`;
  const notNow = await fetch(undo, { method: 'POST' });
  expect(notNow.status).toBe(503);
  expect((await notNow.text()).match(/<button/g)).toHaveLength(2);
  for (const person of [clicking, stopping, returning]) {
    expect((await world.history(person)).some((line) => line.includes('withdrawn'))).toBe(false);
  }
  await behind.stopLast();

  // Whoever says yes after their no stays in, also when the no is recorded later.
  await world.consent(returning.externalId, 'granted', ['newsletter']);
  await behind.wire.connect();
  const second = await behind.start();
  await second.app.get(KeptWishes).carryOutAll();
  const kept = async (person: typeof clicking) =>
    (await world.history(person)).filter((line) => line.includes('withdrawn'));
  expect(await kept(clicking)).toEqual(['email withdrawn newsletter one_click']);
  expect((await kept(stopping)).sort()).toEqual([
    'email withdrawn * page',
    'email withdrawn commercial page',
    'email withdrawn events page',
    'email withdrawn newsletter page',
    'sms withdrawn * page',
    'sms withdrawn commercial page',
  ]);
  expect(await kept(returning)).toEqual(['email withdrawn newsletter page']);
  const html = await (await fetch(world.optOut(returning).replace(world.url, second.url))).text();
  expect(html).toContain('„<bdi>Newsletter</bdi>“ per E-Mail abbestellen');

  // Once is enough.
  const before = await world.everything();
  await second.app.get(KeptWishes).carryOutAll();
  expect(await world.everything()).toBe(before);
}, 60_000);

it('a center that starts while the database is away takes a wish to leave, and carries it out when it is back', async () => {
  const person = await world.person();
  const settings = await world.manage(person);
  await behind.wire.cut();
  const { app, url } = await behind.start();
  const at = (link: string): string => link.replace(world.url, url);
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  expect((await fetch(at(settings))).status).toBe(503);
  const answer = await fetch(at(world.optOut(person)), { method: 'POST', headers: { 'accept-language': 'de' } });
  expect(await answer.text()).toMatch(/Ihr Wunsch von .* ist aufgeschrieben/);

  await behind.wire.connect();
  await app.get(KeptWishes).carryOutAll();
  expect((await world.history(person)).filter((line) => line.includes('withdrawn'))).toEqual([
    'email withdrawn newsletter one_click',
  ]);
  expect((await fetch(at(settings))).status).toBe(200);
  await until('the center is ready', async () => (await fetch(`${url}/readyz`)).status === 200);
}, 120_000);

it('a kept wish is told the time by the database: a slow clock of the center puts no no before the yes it followed', async () => {
  const person = await world.person(['newsletter']);
  const first = await behind.start();
  const link = world.optOut(person).replace(world.url, first.url);
  const { now } = systemClock;
  Object.assign(systemClock, { now: () => Date.now() - 600_000 });
  try {
    await behind.wire.cut();
    expect((await fetch(`${link}?act=leave`, { method: 'POST' })).status).toBe(200);
    await behind.wire.connect();
    await first.app.get(KeptWishes).carryOutAll();
  } finally {
    Object.assign(systemClock, { now });
  }

  const points = (await world.app.get(ConsentService).history(world.brandId, person.externalId)) ?? [];
  const events = points.flatMap((point) => point.events).filter(({ topic }) => topic === 'newsletter');
  const at = (kind: string): number => events.find((event) => event.kind === kind)?.occurredAt ?? Number.NaN;
  expect(at('withdrawn')).toBeGreaterThan(at('granted') - 1_000);
  expect(Math.abs(at('withdrawn') - Date.now())).toBeLessThan(60_000);
  const html = await (await fetch(world.optOut(person))).text();
  expect(html).toContain('Sie erhalten „<bdi>Newsletter</bdi>“ per E-Mail nicht');
}, 60_000);

it('a wish to leave is kept also when the database stands still, and done once when what was given up arrives later', async () => {
  const [clicking, leaving] = [await world.person(['newsletter']), await world.person(['newsletter'])];
  const { app, url } = await behind.start();
  const at = (link: string): string => link.replace(world.url, url);
  // Connections stand, as they would.
  expect((await fetch(at(world.optOut(clicking)))).status).toBe(200);
  const settings = at(await world.manage(leaving));
  behind.wire.hold();
  const begun = performance.now();
  const [clicked, left, page, preferences] = await Promise.all([
    fetch(at(world.optOut(clicking)), { method: 'POST', headers: { 'accept-language': 'de' } }),
    fetch(`${at(world.optOut(leaving))}?act=leave`, { method: 'POST', headers: { 'accept-language': 'de' } }),
    fetch(at(world.optOut(leaving))),
    fetch(settings),
  ]);
  expect([clicked.status, left.status, page.status, preferences.status]).toEqual([200, 200, 200, 503]);
  // Five seconds for a connection, or for its first statement; the rest is for a busy machine.
  expect(performance.now() - begun).toBeLessThan(12_000);
  expect(await clicked.text()).toContain('aufgeschrieben');
  expect(await left.text()).toContain('aufgeschrieben');

  behind.wire.letGo();
  await app.get(KeptWishes).carryOutAll();
  for (const person of [clicking, leaving]) {
    expect((await world.history(person)).filter((line) => line.includes('withdrawn'))).toHaveLength(1);
  }
}, 60_000);

it('what cannot be read is set aside, told in the log and by readiness, and done when its key is back', async () => {
  const person = await world.person(['newsletter']);
  const other = await behind.start({ MASTER_KEY: Buffer.from(MASTER_KEY, 'base64').reverse().toString('base64') });
  const errors: string[] = [];
  Object.assign(other.app.get(LOGGER), { error: (...said: unknown[]) => void errors.push(JSON.stringify(said)) });
  const first = await behind.start();
  await behind.wire.cut();
  await fetch(world.optOut(person).replace(world.url, first.url), { method: 'POST' });
  await behind.stopLast();
  await behind.wire.connect();

  await other.app.get(KeptWishes).carryOutAll();
  await other.app.get(KeptWishes).carryOutAll();
  expect(errors.filter((line) => line.includes('set aside'))).toHaveLength(1);
  const { details } = (await (await fetch(`${other.url}/readyz`)).json()) as { details: Record<string, unknown> };
  expect(details['opt-outs']).toMatchObject({ status: 'degraded', waiting: 0, setAside: 1 });

  const back = await behind.start();
  await back.app.get(KeptWishes).carryOutAll();
  expect((await world.history(person)).filter((line) => line.includes('withdrawn'))).toHaveLength(1);
}, 60_000);

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { type Contact, type ContactInput, ContactService, ImportService, MergeService } from '#lib/consent';
import { CenterWorld, type SomePerson } from '../testing/center-world.js';
import { follow, formOf, get, post, set, undo } from '../testing/page-client.js';

let world: CenterWorld;
beforeAll(async () => {
  world = await CenterWorld.start();
}, 120_000);
afterAll(() => world.end());

const DAY = 86_400_000;
const service = <T>(type: abstract new (...args: never[]) => T): T => world.app.get<T>(type, { strict: false });
const program = async (person: SomePerson, input: ContactInput) => {
  const { contact, kept } = await service(ContactService).put(world.brandId, person.externalId, input, 'spec');
  const { language, pausedUntil, wishes } = contact;
  return { language, isPaused: pausedUntil !== null, wishes: Object.keys(wishes).sort(), kept: [...kept].sort() };
};
const list = async (person: SomePerson, language: string): Promise<void> => {
  const csv = `externalId,language,account\n${person.externalId},${language},Müller AG\n`;
  const request = { brandId: world.brandId, actor: 'spec', format: 'csv' as const, source: null, dryRun: false };
  for await (const step of service(ImportService).run(Readable.from([Buffer.from(csv)]), request))
    if (step.kind === 'rows') expect(step.rows).toMatchObject([{ outcome: 'changed' }]);
};

/** Chooses everything that can be chosen about oneself. */
const choose = async () => {
  const person = await world.person(['newsletter']);
  const url = await world.manage(person);
  let fields = formOf(await (await get(url)).text());
  fields = set(set(set(fields, 'frequency', 'weekly'), 'quietFrom', '20:00'), 'quietTo', '09:00');
  fields = set(set(set(fields, 'pause', '30'), 'language', 'fr'), 'zone', 'Asia/Tokyo');
  const saved = await follow(url, await post(url, 'save', fields));
  return { person, url, saved };
};
const ALL = ['frequency', 'quietHours', 'zone'];

describe('what somebody chose on their page', () => {
  it('is theirs: no program ends it by an ordinary change, and each is told what it did not change', async () => {
    const { person } = await choose();
    const nightly = { language: 'en', pausedUntil: null, wishes: {}, zone: 'America/New_York' };
    expect(await program(person, nightly)).toEqual({
      ...{ language: 'fr', isPaused: true, wishes: ALL },
      kept: ['language', 'pausedUntil', 'wishes.frequency', 'wishes.quietHours', 'wishes.zone'],
    });
    await list(person, 'en');
    const other = [{ limit: 9, window: 'P1D', channel: null, topic: null }];
    expect(await program(person, { wishes: { frequency: other }, pausedUntil: Date.now() + DAY })).toEqual({
      ...{ language: 'fr', isPaused: true, wishes: ALL },
      kept: ['pausedUntil', 'wishes.frequency', 'wishes.quietHours', 'wishes.zone'],
    });
    expect(await program(person, { account: 'Meier GmbH', pausedUntil: Date.now() + 60 * DAY })).toMatchObject({
      kept: [],
    });
  });

  it('is changed by what they told the sender later, and by nothing that they said before', async () => {
    const { person } = await choose();
    const asked = { language: 'en', pausedUntil: null, wishes: {} };
    expect((await program(person, { ...asked, saidAt: Date.now() - DAY })).kept).toHaveLength(5);
    await expect(program(person, { ...asked, saidAt: Date.now() + DAY })).rejects.toThrow('future');
    expect(await program(person, { ...asked, saidAt: Date.now() })).toEqual({
      ...{ language: 'en', isPaused: false, wishes: [], kept: [] },
    });
  });

  it('on the telephone is theirs too, and the later word counts in whatever order it is told', async () => {
    const { person } = await choose();
    const now = Date.now();
    const told = (language: string, saidAt: number) => program(person, { language, saidAt });
    expect(await told('es', now)).toMatchObject({ language: 'es', kept: [] });
    expect(await told('pl', now - 1)).toMatchObject({ language: 'es', kept: ['language'] });
    expect(await program(person, { language: 'en' })).toMatchObject({ language: 'es', kept: ['language'] });
    await list(person, 'en');
    const other = await world.person(['newsletter']);
    const said = { pausedUntil: now + DAY, wishes: { zone: 'Asia/Tokyo' }, language: 'nl', saidAt: now };
    expect(await program(other, said)).toMatchObject({ language: 'nl', isPaused: true, kept: [] });
    expect(await program(other, { pausedUntil: null, wishes: {}, language: 'de' })).toMatchObject({
      ...{ language: 'nl', isPaused: true, kept: ['language', 'pausedUntil', 'wishes.zone'] },
    });
    // A clock that is ahead of ours says nothing of what comes after.
    const ahead = await world.person(['newsletter']);
    await program(ahead, { language: 'nl', saidAt: Date.now() + 200_000 });
    const url = await world.manage(ahead);
    await follow(url, await post(url, 'save', set(formOf(await (await get(url)).text()), 'language', 'fr')));
    expect(await program(ahead, { language: 'nl', saidAt: Date.now() - 1_000 })).toMatchObject({ kept: ['language'] });
  });

  it('is there again when a program takes back what it had added, which is its own', async () => {
    const valuesOf = async ({ externalId }: SomePerson) => {
      const { pausedUntil, wishes } = (await service(ContactService).find(world.brandId, externalId)) as Contact;
      return { pausedUntil, frequency: wishes.frequency?.[0]?.window ?? null };
    };
    const monthly = [{ limit: 1, window: 'P30D', channel: null, topic: null }];
    const far = Date.now() + 200 * DAY;
    // A break until a day, weekly: a longer break and another frequency come and go.
    const { person, url } = await choose();
    const own = await valuesOf(person);
    expect(await program(person, { pausedUntil: far })).toMatchObject({ kept: [] });
    expect((await valuesOf(person)).pausedUntil).toBe(far);
    expect((await program(person, { pausedUntil: null, wishes: {} })).kept).toContain('pausedUntil');
    expect(await valuesOf(person)).toEqual(own);
    // No break, and any frequency, chosen on the page: nothing of it is a program's to keep for them.
    const ended = set(formOf(await (await get(url)).text()), 'frequency', 'any');
    await post(url, 'save', ended);
    await post(url, 'resume');
    await program(person, { pausedUntil: far, wishes: { frequency: monthly } });
    expect((await program(person, { pausedUntil: null, wishes: {} })).kept).not.toContain('pausedUntil');
    expect(await valuesOf(person)).toEqual({ pausedUntil: null, frequency: null });
    // The same where they said so on the telephone.
    const other = await world.person(['newsletter']);
    await program(other, { pausedUntil: null, wishes: {}, saidAt: Date.now() });
    await program(other, { pausedUntil: far, wishes: { frequency: monthly } });
    expect(await valuesOf(other)).toEqual({ pausedUntil: far, frequency: 'P30D' });
    expect(await program(other, { pausedUntil: null, wishes: {} })).toMatchObject({ kept: [] });
    expect(await valuesOf(other)).toEqual({ pausedUntil: null, frequency: null });
  });

  it('leaves to a program its own limit for one channel', async () => {
    const person = await world.person(['newsletter']);
    const [sms, weekly] = [
      { limit: 1, window: 'P1D', channel: 'sms' as const, topic: null },
      { limit: 1, window: 'P7D', channel: null, topic: null },
    ];
    const frequency = async () =>
      (await service(ContactService).find(world.brandId, person.externalId))?.wishes.frequency ?? [];
    await program(person, { wishes: { frequency: [sms] } });
    const url = await world.manage(person);
    await post(url, 'save', set(formOf(await (await get(url)).text()), 'frequency', 'weekly'));
    expect(await frequency()).toHaveLength(2);
    expect((await program(person, { wishes: {} })).kept).toEqual(['wishes.frequency']);
    expect(await frequency()).toEqual([weekly]);
    expect((await program(person, { wishes: { frequency: [sms, weekly] } })).kept).toEqual([]);
    await post(url, 'save', set(formOf(await (await get(url)).text()), 'frequency', 'any'));
    expect((await program(person, { wishes: {} })).kept).toEqual([]);
    expect(await frequency()).toEqual([]);
  });

  it('and took back is not theirs, and a program may say what they never chose', async () => {
    const { person, url, saved } = await choose();
    await undo(url, saved.query);
    expect(await program(person, { language: 'en', pausedUntil: null, wishes: {} })).toMatchObject({
      ...{ language: 'en', kept: [] },
    });
    const other = await world.person(['newsletter']);
    await program(other, { pausedUntil: Date.now() + DAY, wishes: { zone: 'Asia/Tokyo' } });
    expect(await program(other, { pausedUntil: null, wishes: {} })).toMatchObject({
      ...{ isPaused: false, wishes: [], kept: [] },
    });
  });

  it('stays theirs when they turn out to be somebody of whom programs say otherwise, and the last choice counts', async () => {
    const { person } = await choose();
    const known = await world.person(['newsletter']);
    await program(known, { language: 'en', wishes: { zone: 'America/New_York' } });
    const merge = async (into: SomePerson, from: SomePerson) => {
      await service(MergeService).merge(world.brandId, into.externalId, from.externalId, 'spec');
      const { language, wishes } = (await service(ContactService).find(world.brandId, into.externalId)) as Contact;
      return [language, wishes.zone];
    };
    expect(await merge(known, person)).toEqual(['fr', 'Asia/Tokyo']);
    expect(await program(known, { language: 'en' })).toMatchObject({ language: 'fr', kept: ['language'] });

    const { person: earlier } = await choose();
    const { person: later, url } = await choose();
    await post(url, 'save', set(formOf(await (await get(url)).text()), 'language', 'it'));
    expect(await merge(earlier, later)).toEqual(['it', 'Asia/Tokyo']);
    expect(await merge(earlier, await world.person(['newsletter']))).toEqual(['it', 'Asia/Tokyo']);
  });
});

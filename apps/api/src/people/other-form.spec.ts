import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SomeBrand } from '../testing/some-brand.js';

/** Numbers of one telephone, as a program knows it and as somebody else names it. */
const NUMBERS = [
  ['+525512345678', '+5215512345678'],
  ['+5491123456789', '+541123456789'],
  ['+551187654321', '+5511987654321'],
] as const;

let brand: SomeBrand;
beforeAll(async () => {
  brand = await SomeBrand.start();
});
afterAll(() => brand.stop());

it.each(NUMBERS)('a number that is known as %s is suppressed as %s too, and let go again', async (known, named) => {
  const id = `known-${known.slice(1)}`;
  await brand.send('PUT', `/v1/contacts/${id}`, { contactPoints: [{ channel: 'sms', address: known }] });
  expect((await brand.say(id, 'granted', { channel: 'sms' })).status).toBe(201);
  const standing = async (): Promise<string> => (await brand.send('GET', `/v1/contacts/${id}/consents`)).text;
  const inForce = async (address: string): Promise<string[]> => {
    const found = await brand.send('POST', '/v1/suppressions:find', { channel: 'sms', address });
    return found.json<{ suppressions: { reason: string }[] }>().suppressions.map(({ reason }) => reason);
  };
  const target = { channel: 'sms', address: named };
  for (const reason of ['manual', 'complaint'] as const) {
    expect((await brand.send('POST', '/v1/suppressions', { ...target, reason })).status).toBe(200);
    expect([await inForce(known), await inForce(named)]).toEqual([
      expect.arrayContaining([reason]),
      expect.arrayContaining([reason]),
    ]);
    expect(await standing()).toContain(`"reason":"${reason}"`);
  }
  const lift = (address: string, reason: string) =>
    brand.send('POST', '/v1/suppressions:lift', { channel: 'sms', address, reason });
  expect((await lift(known, 'manual')).status).toBe(200);
  expect([await inForce(known), await inForce(named)]).toEqual([['complaint'], ['complaint']]);
  expect([(await lift(named, 'manual')).status, (await lift(named, 'complaint')).status]).toEqual([404, 409]);
});

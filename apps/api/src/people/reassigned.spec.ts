import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SomeBrand } from '../testing/some-brand.js';

const NUMBERED = ['sms', 'whatsapp', 'phone'] as const;

interface Standing {
  readonly contactPoints: readonly {
    readonly channel: string;
    readonly states: readonly { readonly topic: string | null; readonly status: string }[];
  }[];
}

describe('a number that is somebody else’s now', () => {
  let brand: SomeBrand;
  beforeAll(async () => {
    brand = await SomeBrand.start();
  });
  afterAll(() => brand.stop());

  const reassigned = (channel: string, address: string) =>
    brand.send('POST', '/v1/contact-points:reassigned', { channel, address });
  /** Somebody who agreed at every one of these, and by mail. */
  const agreed = async (id: string, points: Readonly<Record<string, string>>): Promise<object> => {
    const everywhere = { email: `${id}@people.example`, ...points };
    const contactPoints = Object.entries(everywhere).map(([channel, address]) => ({ channel, address }));
    expect((await brand.send('PUT', `/v1/contacts/${id}`, { contactPoints })).status).toBeLessThan(300);
    for (const channel of Object.keys(everywhere))
      expect((await brand.say(id, 'granted', { channel })).status).toBe(201);
    return { contactPoints };
  };
  const standing = async (id: string): Promise<string[]> => {
    const { contactPoints } = (await brand.send('GET', `/v1/contacts/${id}/consents`)).json<Standing>();
    return contactPoints.map(
      ({ channel, states }) => `${channel} ${states.find(({ topic }) => topic === 'newsletter')?.status ?? 'none'}`,
    );
  };

  it.each([
    ['sms', '+4915112340001', { sms: '+4915112340001', whatsapp: '+4915112340001', phone: '+4915112340001' }],
    ['phone', '+4915112340002', { sms: '+4915112340002', whatsapp: '+4915112340002', phone: '+4915112340002' }],
    ['sms', '+5215512340003', { sms: '+525512340003', whatsapp: '+5215512340003', phone: '+525512340003' }],
    ['whatsapp', '+551187650004', { sms: '+5511987650004', whatsapp: '+551187650004', phone: '+5511987650004' }],
  ])('is so on every channel and in every form, reported of %s %s', async (channel, address, points) => {
    const id = `had-${address.slice(1)}`;
    const known = await agreed(id, points);
    expect((await reassigned(channel, address)).json()).toMatchObject({ ended: 3 });
    expect(await standing(id)).toEqual(['email granted']);
    // A program that knows nothing of it brings the numbers back, and no consent with them.
    await brand.send('PUT', `/v1/contacts/${id}`, known);
    expect((await standing(id)).sort()).toEqual([
      'email granted',
      ...[...NUMBERED].sort().map((one) => `${one} invalidated`),
    ]);
    const before = { occurredAt: new Date(Date.now() - 86_400_000).toISOString() };
    for (const one of NUMBERED)
      expect((await brand.say(id, 'granted', { channel: one, ...before })).json()).toMatchObject({ code: 'conflict' });
  });

  it('is that one alone: others, and addresses that look alike elsewhere, stay', async () => {
    await agreed('neighbour', { sms: '+525512340009', phone: '+4915112340009' });
    expect((await reassigned('sms', '+5215512340008')).json()).toMatchObject({ ended: 0 });
    expect((await reassigned('email', 'somebody@people.example')).json()).toMatchObject({ ended: 0 });
    expect((await standing('neighbour')).sort()).toEqual(['email granted', 'phone granted', 'sms granted']);
  });
});

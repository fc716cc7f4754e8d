import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hashAddress, KEY_RING, type KeyRing } from '#lib/platform';
import { Comparison } from '../testing/comparison.js';
import { SomeBrand } from '../testing/some-brand.js';

/** Numbers of one telephone: as it was known first, and as it comes again. */
const NUMBERS = [
  ['Mexico', '+5215512340', '+525512340'],
  ['Mexico, the other way round', '+525512341', '+5215512341'],
  ['Argentina', '+541123404', '+5491123404'],
  ['Argentina, the other way round', '+5491123405', '+541123405'],
  ['Argentina, as it is dialled within', '+5491123406', '+54111523406'],
  ['Brazil', '+551187654', '+5511987654'],
  ['Brazil, the other way round', '+5511976543', '+551176543'],
] as const;

interface Standing {
  readonly contactPoints: readonly {
    readonly states: readonly { readonly topic: string | null; readonly status: string }[];
  }[];
}

let brand: SomeBrand;
beforeAll(async () => {
  brand = await SomeBrand.start();
});
afterAll(() => brand.stop());

describe.each(NUMBERS)('a number of %s', (_country, first, second) => {
  /** The two forms of one more number. */
  let count = 0;
  const forms = (): [string, string] => {
    count += 1;
    const end = String(100 + count);
    return [first + end, second + end];
  };
  const someone = async (address: string, channel = 'sms'): Promise<string> => {
    const id = randomUUID();
    const put = await brand.send('PUT', `/v1/contacts/${id}`, { contactPoints: [{ channel, address }] });
    expect(put.status).toBe(201);
    return id;
  };
  const say = async (id: string, kind: string, more: object = {}): Promise<number> =>
    (await brand.say(id, kind, { channel: 'sms', ...more })).status;
  const standing = async (id: string): Promise<Standing['contactPoints']> =>
    (await brand.send('GET', `/v1/contacts/${id}/consents`)).json<Standing>().contactPoints;
  const newsletter = async (id: string): Promise<(string | undefined)[]> =>
    (await standing(id)).map(({ states }) => states.find(({ topic }) => topic === 'newsletter')?.status);
  const LONG_AGO = { occurredAt: '2026-01-01T00:00:00.000Z' };

  /** Has a contact point kept under the digest of the form in which it was given, as it was before forms were compared. */
  const keptAsWritten = async (id: string, written: string): Promise<void> => {
    const { addresses } = brand.api.app.get<KeyRing>(KEY_RING, { strict: false });
    const { rows } = await brand.admin.query<{ id: string; brand: string }>(
      `SELECT p.id, p.brand_id AS brand FROM consent.contact_point p JOIN consent.contact c ON c.id = p.contact_id
        WHERE c.external_id = $1`,
      [id],
    );
    for (const point of rows)
      await brand.admin.query(`UPDATE consent.contact_point SET address_hash = $2 WHERE id = $1`, [
        point.id,
        hashAddress(addresses, point.brand, 'sms', written),
      ]);
  };

  it('that was refused by one is refused in its other form', async () => {
    const [known, again] = forms();
    const one = await someone(known);
    expect(await say(one, 'refused')).toBe(201);
    expect(await newsletter(await someone(again))).toEqual(['refused']);
  });

  it('stays refused when who refused it was erased', async () => {
    const [known, again] = forms();
    const one = await someone(known);
    expect(await say(one, 'refused')).toBe(201);
    expect((await brand.send('POST', `/v1/contacts/${one}/erasure`, { note: 'by letter' })).status).toBeLessThan(300);
    expect(await newsletter(await someone(again))).toEqual(['refused']);
  });

  it.each(['is there', 'was erased'])(
    'is known again where it was kept as it was written, and its person %s',
    async (now) => {
      const [known, again] = forms();
      const one = await someone(known);
      await keptAsWritten(one, known);
      expect(await say(one, 'refused')).toBe(201);
      if (now === 'was erased') await brand.send('POST', `/v1/contacts/${one}/erasure`, { note: 'by letter' });
      expect(await newsletter(await someone(again))).toEqual(['refused']);
      expect(await newsletter(await someone(known))).toEqual(['refused']);
      const target = { channel: 'sms', address: again };
      expect((await brand.send('POST', '/v1/suppressions', { ...target, reason: 'manual' })).status).toBe(200);
      const found = await brand.send('POST', '/v1/suppressions:find', { channel: 'sms', address: known });
      expect(found.json()).toMatchObject({ suppressions: [{ reason: 'manual' }] });
    },
  );

  it('is found to be suppressed where it was as it was written then', async () => {
    const [known, again] = forms();
    await keptAsWritten(await someone(known), known);
    const { rows } = await brand.admin.query<{ hash: Buffer }>(
      `INSERT INTO consent.suppression (brand_id, channel, address_hash, reason, since, entry_id)
       SELECT brand_id, channel, address_hash, 'bounce', now(), gen_random_uuid()
         FROM consent.contact_point WHERE address = $1 RETURNING address_hash AS hash`,
      [known],
    );
    for (const address of [known, again]) {
      const found = await brand.send('POST', '/v1/suppressions:find', { channel: 'sms', address });
      expect(found.json()).toMatchObject({ suppressions: [{ reason: 'bounce' }] });
    }
    await brand.admin.query('DELETE FROM consent.suppression WHERE address_hash = $1', [rows[0]?.hash]);
  });

  it('brings no older yes back by a file', async () => {
    const [known, again] = forms();
    expect(await say(await someone(known), 'refused')).toBe(201);
    const id = randomUUID();
    const row = { externalId: id, channel: 'sms', address: again, purpose: 'commercial', topics: ['newsletter'] };
    const more = { kind: 'granted', ...LONG_AGO, legalBasis: 'consent', method: 'web_form', wording: 'Yes.' };
    const answer = await brand.api.send('POST', '/v1/contacts:import', {
      key: brand.key,
      raw: JSON.stringify({ ...row, ...more }),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect(answer.text).toContain('later_opt_out');
    expect(await newsletter(id)).toEqual(['refused']);
  });

  it('is one contact point, written to as it was given last, and what was agreed to goes on', async () => {
    const [known, again] = forms();
    const id = await someone(known);
    expect(await say(id, 'granted')).toBe(201);
    await brand.send('PUT', `/v1/contacts/${id}`, { contactPoints: [{ channel: 'sms', address: again }] });
    const { contactPoints } = (await brand.send('GET', `/v1/contacts/${id}`)).json<{ contactPoints: object[] }>();
    expect(contactPoints).toMatchObject([{ address: again }]);
    expect(contactPoints).toHaveLength(1);
    expect(await newsletter(id)).toEqual(['granted']);
    // Named by either form, it is theirs.
    expect(await say(id, 'withdrawn', { address: known })).toBe(201);
    expect(await newsletter(id)).toEqual(['withdrawn']);
  });
});

it('the tables say then what the log says, under whichever digest a number is kept', async () => {
  const comparison = new Comparison(brand.api);
  expect(await comparison.differences()).toEqual([]);
  // Another number than the entry says, in whichever form, is not the one that it says.
  const { addresses } = brand.api.app.get<KeyRing>(KEY_RING, { strict: false });
  await brand.admin.query(
    `UPDATE consent.contact_point SET address_hash = $1
      WHERE id = (SELECT id FROM consent.contact_point WHERE address <> '' ORDER BY id LIMIT 1)`,
    [hashAddress(addresses, 'another', 'sms', '+525512345678')],
  );
  expect(await comparison.differences()).toEqual([
    'consent.contact_point has another address by the log',
    'consent.contact_point has another address than its hash',
  ]);
  await comparison.stop();
});

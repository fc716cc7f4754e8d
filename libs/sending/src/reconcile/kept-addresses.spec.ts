import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ErasureService, KeptAddresses, SuppressionService } from '#lib/consent';
import { LedgerService } from '#lib/ledger';
import { Database } from '#lib/platform';
import { Gateway } from '../../../../test/support/gateway.js';
import { Reconciler } from './reconciler.js';

describe('keyed hashes of addresses that earlier versions kept', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start();
    for (const name of ['gone', 'stays']) await gateway.contact(name);
    const suppressed = (name: string) => ({ channel: 'email', address: `${name}@people.example` }) as const;
    for (const name of ['gone', 'stays'])
      await gateway.get(SuppressionService).suppress(gateway.brandId, suppressed(name), 'complaint', null, 'spec');
    // Entries as versions before wrote them: they name no address, and nothing was said of the points of the erased.
    const unsaid = await entry({ event: { since: '2026-01-01T00:00:00.000Z', until: null } });
    await gateway.asAdmin(`
      INSERT INTO consent.suppression (brand_id, channel, address_hash, reason, since, entry_id)
      VALUES ('${gateway.brandId}', 'email', sha256('nobody'), 'complaint', '2026-01-01T00:00:00Z', '${unsaid}');
      INSERT INTO ledger.subject (id, secret) VALUES ('01920000-0000-7000-8000-000000000001', sha256('x'));
      INSERT INTO consent.contact (id, brand_id, external_id, subject_id, erased_at, shredded_at)
      VALUES ('01920000-0000-7000-8000-000000000002', '${gateway.brandId}', 'erased', '01920000-0000-7000-8000-000000000001', now(), now());
      INSERT INTO consent.contact_point (id, brand_id, contact_id, channel, address, address_hash, ended_at)
      VALUES ('01920000-0000-7000-8000-000000000003', '${gateway.brandId}', '01920000-0000-7000-8000-000000000002', 'email', '', sha256('nobody'), now())`);
    const request = { basis: 'gdpr_17_1_b', reason: null, note: null };
    await gateway.get(ErasureService).erase(gateway.brandId, 'gone', request, 'spec');
  }, 120_000);
  afterAll(() => gateway.stop());

  async function entry(disclosed: object): Promise<string> {
    const about = { type: 'suppression.added', brandId: gateway.brandId, at: Date.now() } as const;
    const clear = { ch: 'email', reason: 'suppressed_complaint', via: 'api' } as const;
    const ids = await gateway
      .get(Database)
      .transaction((tx) => gateway.get(LedgerService).append(tx, [{ ...about, clear, disclosed }]));
    return ids[0]!.id;
  }
  const differences = async (): Promise<string[]> =>
    (await gateway.get(Reconciler).run()).differences.map(({ table, problem }) => `${table} ${problem}`).sort();
  const adopt = () => gateway.get(KeptAddresses).adopt('spec');

  it('are told to the log once, and missed from then on', async () => {
    expect(await differences()).toEqual([
      'consent.contact_point is in no entry of the log',
      'consent.suppression is of another address by the log, or of none',
    ]);
    const kept = await gateway.countEntries('addresses.kept');
    // The points of both who were erased, and the suppressions of which no entry that still tells anything names the address.
    expect(await adopt()).toBe(4);
    expect(await gateway.countEntries('addresses.kept')).toBe(kept + 1);
    expect(await differences()).toEqual([]);
    await gateway.asAdmin(`
      CREATE TABLE public.kept AS TABLE consent.suppression; DELETE FROM consent.suppression WHERE address_hash = sha256('nobody');
      UPDATE consent.contact_point SET address_hash = sha256('other') WHERE address_hash = sha256('nobody')`);
    expect(await differences()).toEqual([
      'consent.contact_point has another address by the log',
      'consent.suppression is in force by the log and not in the table',
    ]);
    await gateway.asAdmin(`
      INSERT INTO consent.suppression SELECT * FROM public.kept WHERE address_hash = sha256('nobody'); DROP TABLE public.kept;
      UPDATE consent.contact_point SET address_hash = sha256('nobody') WHERE address_hash = sha256('other')`);
    expect(await differences()).toEqual([]);
  });

  it('are not told a second time, whatever was written since', async () => {
    const forged = `INSERT INTO consent.suppression (brand_id, channel, address_hash, reason, since, entry_id)
      SELECT brand_id, channel, sha256('forged'), reason, since, '${await entry({})}' FROM consent.suppression WHERE address_hash = sha256('nobody')`;
    await gateway.asAdmin(forged);
    expect(await adopt()).toBeNull();
    expect(await differences()).toEqual(['consent.suppression is of another address by the log, or of none']);
    await gateway.asAdmin(`DELETE FROM consent.suppression WHERE address_hash = sha256('forged')`);
    expect(await differences()).toEqual([]);
  });

  it('are in no entry in clear', async () => {
    const rows = await gateway.asAdmin(`
      SELECT 1 FROM ledger.entry e, (SELECT address_hash FROM consent.contact_point UNION SELECT address_hash FROM consent.suppression) a
       WHERE position(convert_to(encode(a.address_hash, 'hex'), 'UTF8') IN e.leaf) > 0`);
    expect(rows).toEqual([]);
  });
});

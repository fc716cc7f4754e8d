import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ErasureService, MergeService } from '#lib/consent';
import { Gateway } from '../../../../test/support/gateway.js';
import { Reconciler } from './reconciler.js';

describe('who a row says to be somebody, compared with the log', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start();
    for (const name of ['left', 'stays', 'twin', 'became', 'became-twin']) await gateway.contact(name);
    const merges = gateway.get(MergeService);
    await merges.merge(gateway.brandId, 'stays', 'twin', 'spec');
    await merges.merge(gateway.brandId, 'became-twin', 'became', 'spec');
    await merges.merge(gateway.brandId, 'stays', 'became-twin', 'spec');
  }, 120_000);
  afterAll(() => gateway.stop());
  afterEach(async () => {
    expect(await differences()).toEqual([]);
  });

  const differences = async (): Promise<string[]> =>
    (await gateway.get(Reconciler).run()).differences.map(({ table, problem }) => `${table} ${problem}`).sort();
  const named = (from: string, to: string) =>
    gateway.asAdmin(`UPDATE consent.contact SET external_id = '${to}' WHERE external_id = '${from}'`);

  it.each([
    ['left', 'stays'],
    ['left', 'twin'],
  ])('is somebody else where names were exchanged: %s and %s', async (one, other) => {
    const exchange = async (): Promise<void> => {
      await named(one, 'meanwhile');
      await named(other, one);
      await named('meanwhile', other);
    };
    await exchange();
    const otherwise = 'consent.contact says otherwise than its entry: external_id';
    expect(await differences()).toEqual([otherwise, otherwise]);
    await exchange();
  });

  const merged = (name: string, into: string | null) =>
    gateway.asAdmin(
      `UPDATE consent.contact SET merged_into = ${into === null ? 'NULL' : `(SELECT id FROM consent.contact WHERE external_id = '${into}')`} WHERE external_id = '${name}'`,
    );

  it.each([
    ['nobody became somebody of whom no entry says so', 'left', 'stays', null],
    ['who became somebody is not alone', 'twin', null, 'stays'],
    ['nor somebody else', 'twin', 'left', 'stays'],
    ['nor so through another: whom they became in the end', 'became', 'became-twin', 'stays'],
  ])('is one person with whom the log says: %s', async (_name, who, into, before) => {
    await merged(who, into);
    expect(await differences()).toEqual(['consent.contact says otherwise than its entry: merged_into']);
    await merged(who, before);
  });

  it('is still one person with others once all were erased', async () => {
    for (const name of ['keeps', 'goes']) await gateway.contact(name);
    await gateway.get(MergeService).merge(gateway.brandId, 'keeps', 'goes', 'spec');
    const request = { basis: 'gdpr_17_1_b', reason: 'request', note: null } as const;
    await gateway.get(ErasureService).erase(gateway.brandId, 'keeps', request, 'spec');
    expect(await differences()).toEqual([]);
  });

  it('is nobody under a name that nobody gave', async () => {
    await named('left', 'erased left');
    expect(await differences()).toEqual(['consent.contact says otherwise than its entry: external_id']);
    await named('erased left', 'left');
  });

  it('is of the brand that the entry is of', async () => {
    await gateway.asAdmin(`
      INSERT INTO consent.brand SELECT (b).* FROM (SELECT jsonb_populate_record(b, '{"id":"01920000-0000-7000-8000-000000000009","key":"other"}') AS b FROM consent.brand b) x`);
    const moved = (to: string) =>
      gateway.asAdmin(`UPDATE consent.contact SET brand_id = '${to}' WHERE external_id = 'left'`);
    await moved('01920000-0000-7000-8000-000000000009');
    expect(await differences()).toEqual(['consent.contact says otherwise than its entry: brand_id']);
    await moved(gateway.brandId);
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { MergeService } from '#lib/consent';
import { Gateway } from '../../../../test/support/gateway.js';
import { Reconciler } from './reconciler.js';

describe('who a row says to be somebody, compared with the log', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start();
    for (const name of ['left', 'stays', 'twin']) await gateway.contact(name);
    await gateway.get(MergeService).merge(gateway.brandId, 'stays', 'twin', 'spec');
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

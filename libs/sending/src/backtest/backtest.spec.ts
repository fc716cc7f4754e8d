import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Policy } from '#lib/decision';
import { ConsentService } from '#lib/consent';
import { Database } from '#lib/platform';
import { Gateway } from '../../../../test/support/gateway.js';
import { backtest } from './backtest.js';

const CAP = {
  id: 'daily',
  scope: 'any',
  limit: 1,
  window: 'P1D',
  action: 'drop',
  classes: { bound: ['commercial'], counted: ['commercial'] },
} as const;
const EVER = { from: null, to: null, brandId: null };

function agree(gateway: Gateway, externalId: string, wording: string | undefined): Promise<unknown> {
  const about = { channel: 'email', purpose: 'commercial', topics: ['newsletter'] } as const;
  const how = { kind: 'granted', legalBasis: 'consent', method: 'spec', source: 'spec', evidence: {} } as const;
  const said = wording === undefined ? {} : { wording };
  return gateway.get(ConsentService).record(gateway.brandId, externalId, { ...about, ...how, ...said }, 'spec');
}

describe('a backtest', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start();
    for (let i = 0; i < 3; i++) {
      await gateway.contact(`c-${i}`, { consent: null });
      if (i !== 2) await agree(gateway, `c-${i}`, i === 0 ? 'Yes, write to me.' : undefined);
      for (let n = 0; n < 3; n++) await gateway.attempt(await gateway.accept({ to: `c-${i}` }));
      await gateway.attempt(await gateway.accept({ to: `c-${i}` }, true));
    }
    await gateway.integrate();
  });
  afterAll(async () => gateway.stop());

  const run = (draft: Partial<Policy>, most?: number, from: number | null = null) =>
    backtest(
      { database: gateway.get(Database), ledger: gateway.ledger },
      { ...EVER, from },
      { key: 'draft', version: 0, caps: [], quietHours: [], rates: [], ...draft },
      most,
    );

  it('of a policy that changes nothing says what happened, and leaves messages of test keys out', async () => {
    const report = await run({});
    expect(report).toMatchObject({
      decisions: 15,
      erased: 0,
      complete: true,
      total: {
        messages: 9,
        happened: { sent: 6, held: 0, dropped: 3 },
        would: { sent: 6, held: 0, dropped: 3 },
        lost: 0,
      },
      reasons: [{ key: 'no_consent', happened: 3, would: 3 }],
    });
  });

  it('of a cap says what it would have cost', async () => {
    const report = await run({ caps: [CAP] });
    expect(report.total).toMatchObject({ would: { sent: 2, dropped: 7 }, lost: 4, gained: 0 });
    expect(report.channels).toMatchObject([{ key: 'email', lost: 4 }]);
    expect(report.reasons).toEqual([
      { key: 'frequency_cap', happened: 0, would: 4 },
      { key: 'no_consent', happened: 3, would: 3 },
    ]);
  });

  it('says how many could not be judged, because no decision recorded what the draft asks for', async () => {
    const anHourAgo = Date.now() - 3_600_000;
    const wide = { caps: [{ ...CAP, limit: 100, window: 'P60D' }] };
    const { total, unjudged } = await run(wide, undefined, anHourAgo);
    expect([total.would.sent, unjudged]).toEqual([6, 6]);
    // All there ever was lies in the period.
    expect((await run(wide)).unjudged).toBe(0);
  });

  it('of a draft that applies the law reads what each consent rests on, though no decision had asked', async () => {
    const report = await run({ jurisdiction: { packs: { always: ['de'] } } });
    // One of the two who agreed was shown a wording that is on file, as § 7 UWG asks.
    expect(report).toMatchObject({ unjudged: 0, total: { would: { sent: 3, dropped: 6 }, lost: 3 } });
    expect(report.reasons).toContainEqual({ key: 'jurisdiction', happened: 0, would: 3 });
  });

  it('reads no more than it may, and says so', async () => {
    const report = await run({}, 4);
    expect([report.decisions, report.complete]).toEqual([4, false]);
  });

  it('counts apart who is left alone for comparison, whom no policy had stopped', async () => {
    await gateway.accept({ to: 'c-0', holdout: true });
    await gateway.accept({ to: 'c-2', holdout: true });
    await gateway.integrate();
    const { total, apart, decisions } = await run({});
    // Of a contact without consent the policy had stopped it.
    expect(decisions).toBe(17);
    expect(total).toMatchObject({ messages: 10, happened: { sent: 6, held: 0, dropped: 4 }, would: { sent: 6, held: 0, dropped: 4 }, gained: 0 }); // prettier-ignore
    expect(apart).toMatchObject([{ reason: 'holdout', messages: 1 }]);
  });
});

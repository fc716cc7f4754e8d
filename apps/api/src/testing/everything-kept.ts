import type { BrandId } from '#lib/kernel';
import { Database } from '#lib/platform';
import { KeptTouchesService } from '#lib/reporting';
import type { RunningApi } from './running-api.js';

/** What is kept of the touches and acts of a brand, once nothing waits, as it lies in tables. */
export async function everythingKept({ app }: RunningApi, brandId: BrandId): Promise<object> {
  await app.get(KeptTouchesService, { strict: false }).settle(brandId);
  const { tx } = app.get(Database, { strict: false });
  return {
    accounts: await tx.sql`SELECT account_id, contacts, delivered, engaged FROM reporting.account_touches
                     WHERE delivered <> '' OR engaged <> '' ORDER BY account_id`,
    paths:
      await tx.sql`SELECT account_id, basis, last_at, channel, campaign, topic FROM reporting.account_path ORDER BY account_id, basis`,
    acts: await tx.sql`SELECT account_id, acts FROM reporting.account_acts WHERE acts <> '[]' ORDER BY account_id`,
    actDays: await tx.sql`SELECT sort, day, cells FROM reporting.act_day ORDER BY sort, day`,
    days: await tx.sql`SELECT basis, day, name, quarters FROM reporting.touch_day WHERE quarters <> '' ORDER BY basis, day, name`,
  };
}

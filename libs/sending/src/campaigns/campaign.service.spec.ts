import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Gateway } from '../../../../test/support/gateway.js';
import { SendingSetupModule } from '../setup.module.js';
import { CampaignService } from './campaign.service.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start({}, [SendingSetupModule]);
});
afterAll(() => gateway.stop());

it('a campaign that is stopped ends what waits in it at its next round, whatever that waits for, and nothing else', async () => {
  const change = () => ({ by: 'spec', at: Date.now() });
  const campaigns = gateway.get(CampaignService);
  for (const key of ['Spring', 'Autumn']) await campaigns.put(gateway.brandId, key, { name: key, policy: 'default' }, change()); // prettier-ignore
  await gateway.contact('ada');
  const sendAt = Date.now() + 3_600_000;
  const spring = await gateway.accept({ to: 'ada', campaign: 'Spring', sendAt });
  const autumn = await gateway.accept({ to: 'ada', campaign: 'Autumn', sendAt });
  const due = () => gateway.tx.sql<{ id: string }>`SELECT id FROM sending.message WHERE due_at <= clock_timestamp()`;
  expect(await due()).toEqual([]);
  await campaigns.stop(gateway.brandId, 'Spring', change());
  expect((await due()).map(({ id }) => id)).toEqual([spring]);
  await gateway.attempt(spring);
  expect(await gateway.status(spring)).toEqual({ status: 'dropped', reason: 'campaign_stopped' });
  expect(await gateway.status(autumn)).toEqual({ status: 'queued', reason: 'send_time' });
});

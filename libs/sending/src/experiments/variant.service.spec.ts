import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Gateway } from '../../../../test/support/gateway.js';
import { firstIdAt, newId } from '#lib/platform';
import { MessageService } from '../messages/message.service.js';
import { SendingSetupModule } from '../setup.module.js';
import { VariantService } from './variant.service.js';

describe('the variants of a campaign', () => {
  let gateway: Gateway;
  const campaign = randomUUID();
  beforeAll(async () => {
    gateway = await Gateway.start({}, [SendingSetupModule]);
    await gateway.asAdmin(`
      INSERT INTO sending.campaign (id, brand_id, key, name, policy_key, status)
      VALUES ('${campaign}', '${gateway.brandId}', 'Weekly', 'Weekly', 'default', 'active')`);
  });
  afterAll(() => gateway.stop());

  const touch = (
    contact: string,
    variant: string,
    message: string,
    type: string,
    automated = false,
    untracked = false,
  ) =>
    gateway.asAdmin(`
      INSERT INTO sending.touch (message_id, type, at, brand_id, contact_id, channel, test, campaign_id, variant, automated, untracked, event)
      VALUES ('${message}', '${type}', now(), '${gateway.brandId}', '${contact}', 'email', false, '${campaign}', '${variant}', ${automated}, ${untracked}, '${randomUUID()}')`);
  const compare = async (experiment: string | null = null) => {
    const question = { step: null, experiment, goal: 'clicked' } as const;
    return gateway.get(VariantService).compare(gateway.brandId, 'Weekly', question);
  };

  it('are compared by their contacts, and not by how often each was written to', async () => {
    const [faithful, quiet, other, refused] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    for (let week = 0; week < 5; week++) {
      for (const [contact, variant] of [
        [faithful, 'a'],
        [quiet, 'a'],
        [other, 'b'],
        [refused, 'b'],
      ] as const) {
        const message = newId();
        await touch(contact, variant, message, 'sent');
        if (contact === faithful) await touch(contact, variant, message, 'clicked');
        if (contact === refused) await touch(contact, variant, message, 'clicked', false, true);
        if (contact === other) await touch(contact, variant, message, 'clicked', true);
      }
    }
    expect((await compare()).variants).toEqual([
      { experiment: null, variant: 'a', sent: 2, met: 1 },
      { experiment: null, variant: 'b', sent: 2, met: 0 },
    ]);
  });

  it('are told apart by experiment, and none of them wins beside those of another', async () => {
    await gateway.contact('drawn');
    const drawn = async (experiment: string | undefined) => {
      const named = experiment === undefined ? {} : { experiment };
      const message = await gateway.accept({ to: 'drawn', campaign: 'Weekly', step: 'two', variant: 'a', ...named });
      await touch(randomUUID(), 'a', message, 'sent');
    };
    await drawn('E1');
    await drawn('E1');
    await drawn('E2');
    const { variants, verdict } = await compare();
    expect(variants).toEqual([
      { experiment: null, variant: 'a', sent: 2, met: 1 },
      { experiment: null, variant: 'b', sent: 2, met: 0 },
      { experiment: 'E1', variant: 'a', sent: 2, met: 0 },
      { experiment: 'E2', variant: 'a', sent: 1, met: 0 },
    ]);
    expect(verdict).toEqual({ kind: 'several_experiments' });
    const one = await compare('E1');
    expect(one.variants).toEqual([{ experiment: 'E1', variant: 'a', sent: 2, met: 0 }]);
    expect(one.verdict).toMatchObject({ kind: 'too_few' });
  });

  it('are compared by all that was sent since the campaign began', async () => {
    await gateway.asAdmin(
      `UPDATE sending.campaign SET created_at = now() - interval '300 days' WHERE id = '${campaign}'`,
    );
    await touch(randomUUID(), 'old', firstIdAt(Date.now() - 299 * 86_400_000), 'sent');
    expect((await compare()).variants).toContainEqual({ experiment: null, variant: 'old', sent: 1, met: 0 });
  });

  it('name no winner as long as nobody was sent one of them', async () => {
    const id = randomUUID();
    await gateway.asAdmin(`
      INSERT INTO sending.campaign (id, brand_id, key, name, policy_key, status)
      VALUES ('${id}', '${gateway.brandId}', 'Thirds', 'Thirds', 'default', 'active');
      WITH person AS (
        SELECT CASE WHEN n % 2 = 0 THEN 'a' ELSE 'b' END AS variant, n % 10 < 6 AS is_b_met, n % 10 < 9 AS is_a_met,
               gen_random_uuid() AS contact, '${newId()}'::text AS base, n
          FROM generate_series(1, 4000) AS n),
      touched AS (
        SELECT *, (left(base, 24) || lpad(to_hex(n), 12, '0'))::uuid AS message FROM person)
      INSERT INTO sending.touch (message_id, type, at, brand_id, contact_id, channel, test, campaign_id, variant, automated, untracked, event)
      SELECT message, type, now(), '${gateway.brandId}', contact, 'email', false, '${id}', variant, false, false, gen_random_uuid()::text
        FROM touched, unnest(CASE WHEN variant = 'a' AND is_a_met OR variant = 'b' AND is_b_met THEN ARRAY['sent', 'clicked'] ELSE ARRAY['sent'] END) AS type`);
    const verdict = async () =>
      gateway.get(VariantService).compare(gateway.brandId, 'Thirds', { step: null, experiment: null, goal: 'clicked' });
    const two = await verdict();
    expect(two.verdict).toMatchObject({ kind: 'winner', variant: 'a' });
    await gateway.contact('third');
    await gateway.accept({ to: 'third', campaign: 'Thirds', variant: 'holdout' });
    const third = await gateway.accept({ to: 'third', campaign: 'Thirds', variant: 'c' });
    const three = await verdict();
    expect(three.variants).toEqual([...two.variants, { experiment: null, variant: 'c', sent: 0, met: 0 }]);
    expect(three.verdict).toMatchObject({ kind: 'too_few' });
    // One that nobody can be sent any more is not waited for.
    await gateway.get(MessageService).cancel(gateway.brandId, third, 'spec');
    expect(await verdict()).toEqual(two);
  });

  it('have nobody who met the goal and was sent nothing', async () => {
    await touch(randomUUID(), 'z', newId(), 'clicked');
    expect((await compare()).variants.map(({ variant }) => variant)).not.toContain('z');
  });
});

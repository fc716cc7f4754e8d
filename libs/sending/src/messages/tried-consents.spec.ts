import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { AcceptService, type Accepted } from '#lib/sending';
import { Gateway } from '../../../../test/support/gateway.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start();
});
afterAll(async () => gateway.stop());

/** As somebody leaves it who asks for a double opt-in with a test key and presses its button. */
async function tryOut(externalId: string): Promise<void> {
  await gateway.tx.execute`
    INSERT INTO consent.double_opt_in (id, brand_id, channel, contact_id, contact_point_id, purpose_id, topic_ids, token_hash,
                                       created_contact, test, template, message_purpose, requested_at, expires_at, confirmed_at)
    SELECT ${randomUUID()}, c.brand_id, 'email', c.id, p.id, t.purpose_id, ARRAY[t.id], ${randomBytes(32)}, false, true,
           'double-opt-in', 'transactional', now(), now() + interval '7 days', now()
      FROM consent.contact c
      JOIN consent.contact_point p ON p.contact_id = c.id
      JOIN consent.topic t ON t.brand_id = c.brand_id AND t.key = 'newsletter'
     WHERE c.external_id = ${externalId}`;
}

it('what was confirmed with a test key lets the test messages of a batch pass, and no live one beside them', async () => {
  await gateway.contact('tried', { consent: null });
  await gateway.contact('given');
  await gateway.contact('refused');
  await gateway.consent('refused', 'withdrawn');
  for (const to of ['tried', 'refused']) await tryOut(to);
  const item = (to: string, test: boolean) => ({
    sender: { brandId: gateway.brandId, test },
    idempotencyKey: `${to} ${test}`,
    bodyHash: randomBytes(32),
    request: { to, template: 'news', topic: 'newsletter' },
    render: ({ decision }: Accepted) => String(decision.reason),
  });
  const people = ['tried', 'given', 'refused'];
  const answers = await gateway
    .get(AcceptService)
    .acceptMany(people.flatMap((to) => [item(to, false), item(to, true)]));
  expect(answers.map((answer) => (answer.kind === 'accepted' ? answer.response : answer.error.code))).toEqual([
    ...['no_consent', 'null'],
    ...['null', 'null'],
    // Said before it was tried out: what is tried out counts, as a yes that came later would.
    ...['consent_withdrawn', 'null'],
  ]);
});

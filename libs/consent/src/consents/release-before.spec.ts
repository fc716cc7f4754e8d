import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Gateway } from '../../../../test/support/gateway.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start();
}, 120_000);
afterAll(() => gateway.stop());

it('a process of the release before still writes where consents stand, and its refusals count like any other', async () => {
  await gateway.contact('upgraded', { address: 'upgraded@people.example' });
  // As that release wrote a state: without the purpose, and without the last refusal.
  const write = (changes: string) =>
    gateway.asAdmin(`
      INSERT INTO consent.consent_state (contact_point_id, scope_id, status, since, valid_until, imported, event_id)
      SELECT s.contact_point_id, s.scope_id, 'withdrawn', s.since + interval '1 second', NULL, false, s.event_id
        FROM consent.consent_state s
        JOIN consent.contact_point p ON p.id = s.contact_point_id
        JOIN consent.contact c ON c.id = p.contact_id AND c.external_id = 'upgraded'
      ${changes}`);
  const states = () =>
    gateway.asAdmin(`
      SELECT s.status, s.refused_kind AS refused, s.refused_at = s.since AS "sinceThen", s.refused_event = s.event_id AS "sameEvent",
             s.purpose_id = e.purpose_id AS "samePurpose"
        FROM consent.consent_state s
        JOIN consent.consent_event e ON e.id = s.event_id
        JOIN consent.contact_point p ON p.id = s.contact_point_id
        JOIN consent.contact c ON c.id = p.contact_id AND c.external_id = 'upgraded'`);
  const refused = { status: 'withdrawn', refused: 'withdrawn', sinceThen: true, sameEvent: true, samePurpose: true };
  await write(`ON CONFLICT (contact_point_id, scope_id) DO UPDATE
                 SET status = EXCLUDED.status, since = EXCLUDED.since, valid_until = EXCLUDED.valid_until,
                     imported = EXCLUDED.imported, event_id = EXCLUDED.event_id`);
  expect(await states()).toEqual([refused, refused]);
});

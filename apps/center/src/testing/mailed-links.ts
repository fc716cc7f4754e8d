import { hash, randomUUID } from 'node:crypto';
import { LinkService } from '#lib/consent';
import type { CenterWorld, SomePerson } from './center-world.js';

/** Fresh links for which somebody asked on their page, each with the message that it went out in, which ended so. */
export async function mailLinks(
  world: CenterWorld,
  person: SomePerson,
  { times = 1, status = 'sent' }: { readonly times?: number; readonly status?: 'sent' | 'dropped' } = {},
): Promise<void> {
  const old = { access: 'reduce', scopeId: null, messageId: null, expiresAt: null } as const;
  for (let n = 0; n < times; n += 1) {
    const contactPointId = world.email(person);
    const wish = await world.app.get(LinkService).request({ ...old, contactPointId });
    if (wish?.kind !== 'send') throw new Error('no more links are sent there');
    const message = randomUUID();
    await world.db.tx.execute`
      INSERT INTO sending.message (id, brand_id, contact_id, subject_id, contact_point_id, channel, class, purpose_id, template_id,
                                   language, variables, policy_key, test, accepted_at, expires_at, status, reason, ended_at, entry_ids)
      SELECT ${message}, brand_id, id, subject_id, ${contactPointId}, 'email', 'transactional', ${world.purposes.orders}, ${randomUUID()},
             'de', '{}', 'default', false, now(), now() + interval '1 day', ${status}, ${status === 'sent' ? null : 'suppressed_bounce'}, now(), '{}'
        FROM consent.contact WHERE brand_id = ${world.brandId} AND external_id = ${person.externalId}`;
    await world.db.tx.execute`
      INSERT INTO sending.idempotency (brand_id, key_hash, body_hash, message_id)
      VALUES (${world.brandId}, ${hash('sha256', `preference-link ${wish.id}`, 'buffer')}, ${Buffer.alloc(32)}, ${message})`;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { ConsentService } from '#lib/consent';
import type { CenterWorld, SomePerson } from './center-world.js';

/**
 * A yes by e-mail that somebody gave elsewhere just now, with what counts after a no: when, and how. One of the same
 * millisecond as the no would not end it.
 */
export async function yesSince(
  world: CenterWorld,
  { externalId }: SomePerson,
  topics: readonly string[] = ['newsletter'],
): Promise<void> {
  await sleep(5);
  const what = { channel: 'email', purpose: 'commercial', topics, kind: 'granted', legalBasis: 'consent' } as const;
  const how = { method: 'web_form', source: 'https://www.nordlicht.example/newsletter', wording: 'Ja.', evidence: {} };
  const input = { ...what, ...how, occurredAt: Date.now() };
  await world.app.get(ConsentService, { strict: false }).record(world.brandId, externalId, input, 'spec');
  await sleep(5);
}

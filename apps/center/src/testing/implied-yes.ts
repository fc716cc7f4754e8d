import { ConsentService } from '#lib/consent';
import type { CenterWorld, SomePerson } from './center-world.js';

interface Said {
  readonly wording: string;
  readonly method: string;
  readonly validUntil?: number;
}

/** A yes to the newsletter that a law implies, from before its purpose asked people for one. */
export async function sayImplied(world: CenterWorld, person: SomePerson, legalBasis: string, more: Said) {
  const enforce = (enforcement: string) =>
    world.db.tx
      .execute`UPDATE consent.purpose SET enforcement = ${enforcement} WHERE id = ${world.purposes.commercial}`;
  await enforce('permissive');
  const scope = { channel: 'email', purpose: 'commercial', topics: ['newsletter'], kind: 'granted' } as const;
  await world.app
    .get(ConsentService)
    .record(world.brandId, person.externalId, { ...scope, ...more, legalBasis, evidence: {} }, 'spec');
  await enforce('restrictive');
}

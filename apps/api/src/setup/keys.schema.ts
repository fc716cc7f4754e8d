import { z } from 'zod';
import type { ApiKey } from '#lib/consent';
import { SCOPES, toIso } from '#lib/platform';
import { pageOf } from '../http/page.schema.js';
import { Instant, InstantInput, Key, line, toInstant, Uuid } from '../http/scalars.schema.js';

const ScopeName = z.enum(SCOPES).meta({ id: 'Scope', description: 'What a key may do.' });

export const KeyRequest = z
  .strictObject({
    name: line(200).meta({ description: 'For people, to tell keys apart.' }),
    brand: Key.nullish().meta({
      description: 'The brand it belongs to. Left out: that of the key used here; null: an operator key.',
    }),
    scopes: z
      .array(ScopeName)
      .min(1)
      .max(SCOPES.length)
      .refine((scopes) => new Set(scopes).size === scopes.length, 'must not name a scope twice'),
    test: z.boolean().default(false).meta({
      description:
        'What a test key sends runs the whole pipeline and never leaves the machine. It is counted apart: test messages have caps and rates of their own, as large as those of the others, and wait for no warm-up, because nothing leaves by the address that is warmed up.',
    }),
    expiresAt: InstantInput.nullish().meta({ description: 'Left out or null: never.' }),
  })
  .meta({ id: 'KeyRequest' });
export type KeyRequest = z.infer<typeof KeyRequest>;

export const RotateRequest = z
  .strictObject({
    overlapHours: z
      .number()
      .int()
      .min(0)
      .max(720)
      .default(24)
      .meta({ description: 'How long the old key works on; 0 ends it at once.' }),
    expiresAt: InstantInput.nullish().meta({ description: 'End of the new key. Left out or null: never.' }),
  })
  .meta({ id: 'RotateRequest' });
export type RotateRequest = z.infer<typeof RotateRequest>;

const shape = {
  id: Uuid,
  publicId: z.string().meta({ description: 'Part of the key by which it is recognised; no secret.' }),
  brand: Key.nullable(),
  name: z.string(),
  scopes: z.array(ScopeName),
  test: z.boolean(),
  expiresAt: Instant.nullable(),
  revokedAt: Instant.nullable(),
  replacesId: Uuid.nullable().meta({ description: 'The key it was rotated from.' }),
  createdAt: Instant,
};

export const KeyAnswer = z.strictObject(shape).meta({ id: 'ApiKey', description: 'An API key, without its secret.' });
export const KeyPage = pageOf('ApiKeyPage', KeyAnswer);
export const IssuedKeyAnswer = z
  .strictObject({
    ...shape,
    key: z.string().meta({ description: 'The key itself. It is shown this once and stored nowhere.' }),
  })
  .meta({ id: 'IssuedKey' });

export const KeyIdPath = z.strictObject({ id: Uuid });
export type KeyIdPath = z.infer<typeof KeyIdPath>;

export function toKeyAnswer(key: ApiKey): z.infer<typeof KeyAnswer> {
  const { id, publicId, brand, name, scopes, test, expiresAt, revokedAt, replacesId, createdAt } = key;
  return {
    id,
    publicId,
    brand,
    name,
    scopes: [...scopes],
    test,
    expiresAt: toInstant(expiresAt),
    revokedAt: toInstant(revokedAt),
    replacesId,
    createdAt: toIso(createdAt),
  };
}

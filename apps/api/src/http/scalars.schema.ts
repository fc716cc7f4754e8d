import { z } from 'zod';
import { CHANNELS, type EpochMs } from '#lib/kernel';
import { countryInput, instantInput, placeInput, regionInput, toIso } from '#lib/platform';

/** Name of a resource inside its brand, chosen by the caller. */
export const Key = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'must be 1 to 63 lower-case letters, digits and hyphens, not starting with a hyphen',
  )
  .meta({
    id: 'Key',
    description: 'Name of a resource inside its brand, chosen by the caller.',
    examples: ['newsletter'],
  });

/** Like Key, with capitals, for what other systems name. */
export const MixedKey = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/, 'must be 1 to 63 letters, digits and hyphens, not starting with a hyphen')
  .meta({
    id: 'MixedKey',
    description: 'Name of a resource inside its brand, chosen by the caller.',
    examples: ['Spring-2027'],
  });

export const Uuid = z
  .guid()
  .meta({ id: 'Uuid', description: 'UUID (RFC 9562).', examples: ['019aa4d6-0c00-7000-8000-000000000000'] });

/** BCP 47, in the part that mail clients and browsers agree on. */
export const Language = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, 'must be a language tag such as de, en or pt-BR')
  .meta({ id: 'Language', description: 'Language tag (BCP 47).', examples: ['de'] });

export const Zone = z
  .string()
  .min(1)
  .max(64)
  .meta({ id: 'Zone', description: 'Name in the IANA time zone database.', examples: ['Europe/Berlin'] });

export const Country = countryInput.meta({
  id: 'Country',
  description: 'Country code (ISO 3166-1 alpha-2).',
  examples: ['DE'],
});

export const Region = regionInput.meta({ id: 'Region', description: 'Region code (ISO 3166-2).', examples: ['US-CA'] });

export const Place = placeInput.meta({
  id: 'Place',
  description: 'Country (ISO 3166-1 alpha-2) or region (ISO 3166-2).',
  examples: ['DE', 'US-CA'],
});

export const ChannelName = z.enum(CHANNELS).meta({ id: 'Channel' });

/** The largest version that the database can count. */
export const MAX_VERSION = 2_147_483_647;

/** An instant as it is answered: ISO 8601 in UTC with milliseconds. */
export const Instant = z.iso
  .datetime()
  .meta({ id: 'Instant', description: 'ISO 8601 in UTC.', examples: ['2026-11-21T16:00:00.000Z'] });

/** An instant as it is taken: with any offset, read as milliseconds since the epoch. */
export const InstantInput = instantInput.meta({
  id: 'InstantInput',
  description: 'ISO 8601 with an offset.',
  examples: ['2026-11-21T16:00:00+01:00'],
});

/** Words by language. */
export const TextByLanguage = z
  .record(Language, z.string().min(1).max(200))
  .refine((texts) => Object.keys(texts).length > 0, 'must have at least one language')
  .meta({ id: 'TextByLanguage', description: 'Words by language tag.', examples: [{ de: 'Neuigkeiten', en: 'News' }] });

/** One line of text. */
export const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, 'must be one line without control characters');

export function toInstant(instant: EpochMs | null): string | null {
  return instant === null ? null : toIso(instant);
}

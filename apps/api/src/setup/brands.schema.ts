import { z } from 'zod';
import type { Brand } from '#lib/consent';
import { pageOf } from '../http/page.schema.js';
import { Country, Instant, Key, Language, line, Zone } from '../http/scalars.schema.js';
import { toIso } from '#lib/platform';

const facts = {
  name: line(200).meta({ description: 'As contacts know it.' }),
  legalName: line(300).meta({ description: 'The company that answers for what is sent.' }),
  postalAddress: z.string().min(1).max(1000).meta({ description: 'Printed in commercial mail.' }),
  defaultLanguage: Language,
  defaultZone: Zone,
  country: Country,
  senderName: line(200).meta({ description: 'Name in the From line.' }),
  senderEmail: z.email().max(254).meta({ description: 'Address in the From line.' }),
};

export const BrandRequest = z.strictObject(facts).meta({ id: 'BrandRequest' });
export type BrandRequest = z.infer<typeof BrandRequest>;

export const BrandAnswer = z
  .strictObject({ key: Key, ...facts, createdAt: Instant, updatedAt: Instant })
  .meta({ id: 'Brand', description: 'The identity that speaks. Every other resource belongs to one.' });
export const BrandPage = pageOf('BrandPage', BrandAnswer);

export function toBrandAnswer({ createdAt, updatedAt, id: _, ...brand }: Brand): z.infer<typeof BrandAnswer> {
  return { ...brand, createdAt: toIso(createdAt), updatedAt: toIso(updatedAt) };
}

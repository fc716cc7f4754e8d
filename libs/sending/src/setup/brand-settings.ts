import { type BrandId, DomainError } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import type { DataShape } from '../templates/domain/data-shape.js';
import { nameProblem, type NamePatterns } from './domain/name-pattern.js';

/** What a brand says of how it names things, and of what it sends along. */
export interface BrandSettings {
  readonly names: NamePatterns;
  /** Null: not declared. */
  readonly dataShape: DataShape | null;
}

export async function brandSettings(tx: Tx, brandId: BrandId): Promise<BrandSettings> {
  const [row] = await tx.sql<BrandSettings>`
    SELECT names, nullif(data_shape, '{}') AS "dataShape" FROM consent.brand WHERE id = ${brandId}`;
  if (row === undefined) throw new Error(`brand ${brandId} is not there`);
  return row;
}

/** What is new must be named as the brand names things; what is there keeps its name. @throws DomainError invalid_request */
export function refuseName(pattern: string | undefined, key: string): void {
  const detail = pattern === undefined ? null : nameProblem(pattern, key);
  if (detail === null) return;
  throw new DomainError('invalid_request', 'Choose a name of the form that the brand has set.', {
    violations: [{ pointer: '/key', detail }],
  });
}

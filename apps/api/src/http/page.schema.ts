import { z } from 'zod';
import type { Page, PageRequest } from '#lib/consent';
import { DomainError } from '#lib/kernel';
import { textProblem } from '#lib/platform';

/** Query of every list. */
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(100).meta({ description: 'Items at most.' }),
  cursor: z.string().min(1).max(500).optional().meta({ description: '`nextCursor` of the page before.' }),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** A list as it is answered. */
export function pageOf<T extends z.ZodType>(id: string, item: T) {
  return z
    .strictObject({
      items: z.array(item),
      nextCursor: z.string().nullable().meta({ description: 'For the next page; null on the last one.' }),
    })
    .meta({ id });
}

/** @throws DomainError invalid_request when the cursor is not one of ours. */
export function toPageRequest(
  { limit, cursor }: PageQuery,
  isPosition: (text: string) => boolean = () => true,
): PageRequest {
  if (cursor === undefined) return { after: null, limit };
  const after = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!isPosition(after) || textProblem(after) !== null || toCursor(after) !== cursor) {
    throw new DomainError('invalid_request', 'Use the `nextCursor` of the page before, unchanged.', {
      violations: [{ pointer: '', detail: 'query parameter cursor: is not one of ours' }],
    });
  }
  return { after, limit };
}

export function toPageAnswer<T, A>(page: Page<T>, toAnswer: (item: T) => A): { items: A[]; nextCursor: string | null } {
  return { items: page.items.map(toAnswer), nextCursor: page.next === null ? null : toCursor(page.next) };
}

function toCursor(position: string): string {
  return Buffer.from(position, 'utf8').toString('base64url');
}

import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DomainError } from '#lib/kernel';
import { toViolations } from '../../http/schema.pipe.js';
import { type Html, piece } from '../html.js';
import type { Reader, Readers } from '../session/reader.js';

/** What pages of single messages and touches answer. */
export const PAGE_ANSWERS = {
  200: { description: 'A page; without a session, the way to sign in.', contentType: 'text/html', schema: z.string() },
  303: { description: 'To signing in, when there is no session.' },
};

/** Who reads; null without a session. @throws DomainError forbidden when they may see no single messages */
export async function readerOfMessages(readers: Readers, request: FastifyRequest): Promise<Reader | null> {
  const reader = await readers.of(request);
  if (reader === null || reader.seesMessages) return reader;
  throw new DomainError('forbidden', 'Sign in with a key that has the scope messages:read.');
}

/** The filters of an address. @throws DomainError invalid_request, as the machines' door would say it */
export function filtersIn<Query extends z.ZodType>(
  query: Query,
  asked: Readonly<Record<string, string>>,
): z.output<Query> {
  const parsed = query.safeParse(asked);
  if (parsed.success) return parsed.data;
  const violations = parsed.error.issues.flatMap((issue) => toViolations(issue, 'query'));
  throw new DomainError('invalid_request', 'Correct the filters.', { violations });
}

/** The same page with some of its filters otherwise. */
export function hereWith(asked: Readonly<Record<string, string>>, more: Readonly<Record<string, string>>): string {
  return `?${new URLSearchParams({ ...asked, ...more }).toString()}`;
}

/** A column's word, and how its cells stand. */
export type Head = readonly [word: string, kind: 'text' | 'number'];

/** A table in a frame of its own, which scrolls where it is wide. */
export function framedTable(label: string, heads: readonly Head[], rows: readonly Html[]): Html {
  return piece`<div class="frame table" tabindex="0" role="group" aria-label="${label}">
    <table>
      <thead>
        <tr>
          ${heads.map(([word, kind]) => piece`<th scope="col" class="${kind}">${word}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

import { createHash } from 'node:crypto';
import type { MessageId } from '#lib/kernel';
import type { Tx } from '#lib/platform';

/** Where the counted links of one message lead. */
export interface LinksOfMessage {
  readonly messageId: MessageId;
  readonly links: readonly { readonly id: string; readonly url: string }[];
}

/** The same for every try of a message, so that a link of an earlier copy goes on leading where it led. */
export function linkId(messageId: MessageId, url: string): string {
  const hex = createHash('sha256').update(`${messageId} ${url}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** SQL on where counted links lead. */
export const trackedLinkStore = {
  /** Keeps them before the message leaves; what is there already stays. One answer each. */
  async add(tx: Tx, all: readonly LinksOfMessage[]): Promise<void[]> {
    const rows = all.flatMap(({ messageId, links }) => links.map((link) => ({ messageId, ...link })));
    await tx.execute`
      INSERT INTO sending.tracked_link (message_id, id, url)
      SELECT * FROM unnest(${rows.map(({ messageId }) => messageId)}::uuid[], ${rows.map(({ id }) => id)}::uuid[],
                           ${rows.map(({ url }) => url)}::text[])
      ON CONFLICT DO NOTHING`;
    return all.map(() => undefined);
  },

  /** Null for what is not kept, or is forgotten. */
  async urlOf(tx: Tx, messageId: MessageId, id: string): Promise<string | null> {
    const rows = await tx.sql<{ url: string | null }>`
      SELECT url FROM sending.tracked_link WHERE message_id = ${messageId} AND id = ${id}`;
    return rows[0]?.url ?? null;
  },

  /** Takes addresses and their digests away. That a message held counted links stays: it is in counts. */
  async forget(tx: Tx, ids: readonly MessageId[]): Promise<void> {
    await tx.execute`
      WITH gone AS (DELETE FROM sending.tracked_link WHERE message_id = ANY (${[...ids]}::uuid[]) RETURNING message_id)
      INSERT INTO sending.tracked_link (message_id, id, url)
      SELECT message_id, gen_random_uuid(), NULL FROM (SELECT DISTINCT message_id FROM gone) held`;
  },
};

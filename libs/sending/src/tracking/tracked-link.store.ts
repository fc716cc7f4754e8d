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

/** An address that so many others were sent says nothing of one person. */
const SEVERAL = 5;
/** Mails that are looked at for that. */
const LOOKED_AT = 200;

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

  /**
   * Takes addresses and their digests away, and no link leads anywhere any more. What is in counts stays: that a message held
   * links, and where they led if as many others as `SEVERAL` were sent there too, without what a query may say of a person.
   */
  async forget(tx: Tx, ids: readonly MessageId[]): Promise<void> {
    const all = [...ids];
    await tx.execute`
      WITH gone AS (DELETE FROM sending.tracked_link WHERE message_id = ANY (${all}::uuid[]) RETURNING message_id, id, url, address),
      led AS (SELECT message_id, id, coalesce(address, split_part(split_part(url, '?', 1), '#', 1)) AS address FROM gone),
      shared AS (
        SELECT a.address FROM (SELECT DISTINCT address FROM led) a
         WHERE ${SEVERAL} <= (
           SELECT count(DISTINCT m.contact_id)
             FROM (SELECT message_id FROM sending.tracked_link l
                    WHERE hashtextextended(coalesce(l.address, split_part(split_part(l.url, '?', 1), '#', 1)), 0) = hashtextextended(a.address, 0)
                      AND coalesce(l.address, split_part(split_part(l.url, '?', 1), '#', 1)) = a.address
                      AND l.message_id <> ALL (${all}::uuid[]) LIMIT ${LOOKED_AT}) l
             JOIN sending.message m ON m.id = l.message_id))
      INSERT INTO sending.tracked_link (message_id, id, url, address)
      SELECT l.message_id,
             -- Of a link that was followed the digest is in its touch; of any other it says where it led, and goes.
             CASE WHEN EXISTS (SELECT FROM sending.touch t WHERE t.message_id = l.message_id AND t.type = 'clicked'
                                AND t.event LIKE 'link ' || l.id || '%') THEN l.id ELSE gen_random_uuid() END,
             NULL, l.address
        FROM led l WHERE l.address IN (SELECT address FROM shared)
      UNION ALL
      SELECT message_id, gen_random_uuid(), NULL, NULL
        FROM (SELECT DISTINCT message_id FROM led WHERE address IS NULL OR address NOT IN (SELECT address FROM shared)) held`;
  },
};

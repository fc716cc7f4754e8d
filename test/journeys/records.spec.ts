import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { consent, Installation } from '../support/installation.js';
import { type SmtpTestServer, startSmtpServer } from '../support/smtp-server.js';
import { leafHash, merkleRoot } from '../support/truth.js';
import { until } from '../support/until.js';

interface Entry {
  readonly position: number;
  readonly id: string;
  readonly leaf: string;
}
interface Page {
  readonly entries: readonly Entry[];
  readonly after: number;
  readonly more: boolean;
}
/** A message as its sender remembers it. */
interface Sent {
  readonly id: string;
  readonly campaign: string | null;
  readonly channel: string;
  readonly brand: string;
}

const CAMPAIGNS = ['Spring', 'Autumn', null] as const;

describe('what was recorded, read back', () => {
  let database: TestDatabase;
  let installation: Installation;
  let smtp: SmtpTestServer;
  /** An auditor: may read the log and nothing personal. */
  let reader: pg.Client;
  const keys = new Map<string, string>();
  const sent: Sent[] = [];

  beforeAll(async () => {
    [database, smtp] = await Promise.all([createTestDatabase(), startSmtpServer()]);
    installation = new Installation(database.urls, 'postgres');
    await Promise.all([installation.startReady('api'), installation.startReady('worker')]);
    reader = new pg.Client({ connectionString: database.urls.reader });
    await reader.connect();
    for (const brand of ['north', 'south']) {
      installation.key = brand === 'north' ? '' : installation.key;
      await installation.setUp(smtp.port, brand);
      keys.set(brand, installation.key);
      await setUpMore();
    }
    for (const brand of keys.keys()) await sendSome(brand);
    await installation.ended(sent.map(({ id }) => id));
  }, 120_000);
  afterAll(async () => {
    await reader.end();
    await installation.end();
    await Promise.all([database.drop(), smtp.close()]);
  });

  /** Campaigns, and a second channel whose provider takes everything. */
  const setUpMore = async (): Promise<void> => {
    for (const name of ['Spring', 'Autumn'])
      await installation.ok('PUT', `/v1/campaigns/${name}`, { body: { name, policy: 'default' } });
    await installation.ok('PUT', '/v1/providers/phone', {
      body: { channel: 'sms', kind: 'null', settings: {}, enabled: true },
    });
    await installation.ok('POST', '/v1/templates', {
      body: {
        key: 'short',
        channel: 'sms',
        class: 'commercial',
        defaultLanguage: 'en',
        contents: { en: { text: 'News' } },
      },
    });
    for (const contact of ['yes', 'no']) {
      const contactPoints = [
        { channel: 'email', address: `${contact}-secret@people.example` },
        { channel: 'sms', address: contact === 'yes' ? '+4915112345678' : '+4915112345679' },
      ];
      await installation.ok('PUT', `/v1/contacts/${contact}-secret`, {
        body: { contactPoints, attributes: { name: 'Secret Name' } },
      });
    }
    for (const channel of ['email', 'sms'])
      await installation.ok('POST', '/v1/contacts/yes-secret/consents', { body: { ...consent('granted'), channel } });
  };
  const sendSome = async (brand: string): Promise<void> => {
    const count = brand === 'north' ? 3 : 2;
    for (const campaign of CAMPAIGNS) {
      for (const [template, channel] of [
        ['news', 'email'],
        ['short', 'sms'],
      ] as const) {
        for (const to of ['yes-secret', 'no-secret']) {
          for (let i = 0; i < (campaign === 'Spring' ? count : 1); i++) {
            const { id } = await installation.ok<{ id: string }>('POST', '/v1/messages', {
              key: keys.get(brand) ?? '',
              body: { to, template, topic: 'newsletter', ...(campaign === null ? {} : { campaign }) },
              headers: { 'idempotency-key': randomUUID() },
            });
            sent.push({ id, campaign, channel, brand });
          }
        }
      }
    }
  };
  const page = (brand: string, query: string) =>
    installation.ok<Page>('GET', `/v1/ledger/entries?${query}`, { key: keys.get(brand) ?? '' });
  const pages = async (brand: string, query: string): Promise<Entry[]> => {
    const all: Entry[] = [];
    for (let after = -1, more = true; more;) {
      const next = await page(brand, `after=${after}&${query}`);
      all.push(...next.entries);
      expect(next.after).toBeGreaterThanOrEqual(after);
      ({ after, more } = next);
    }
    return all;
  };
  const log = async (): Promise<{ idx: number; id: string; brand: string | null; leaf: Buffer }[]> => {
    await until(
      'every entry to have its position',
      async () => (await installation.admin.query('SELECT 1 FROM ledger.pending')).rowCount === 0,
    );
    const { rows } = await reader.query<{ idx: string; id: string; brand_id: string | null; leaf: Buffer }>(
      'SELECT idx, id, brand_id, leaf FROM ledger.log ORDER BY idx',
    );
    return rows.map(({ idx, brand_id, ...row }) => ({ ...row, idx: Number(idx), brand: brand_id }));
  };
  const head = async (): Promise<{ size: number; root: string }> => {
    const { rows } = await reader.query<{ size: string; root: Buffer }>('SELECT size, root FROM ledger.head');
    return { size: Number(rows[0]?.size), root: rows[0]?.root.toString('hex') ?? '' };
  };

  describe('journey C: an auditor reads the log', () => {
    it('finds every position once, and the root that the leaves make', async () => {
      const entries = await log();
      expect(entries.map(({ idx }) => idx)).toEqual(entries.map((_, i) => i));
      const root = merkleRoot(entries.map(({ leaf }) => leafHash(leaf))).toString('hex');
      expect(await head()).toEqual({ size: entries.length, root });
    });

    it('is given every entry of the brand by cursor, whatever the length of a page, and none of another', async () => {
      const entries = await log();
      for (const brand of keys.keys()) {
        const brandId = entries.find(({ id }) => id === entryIdsOf.get(brand))?.brand;
        const own = entries.filter((entry) => entry.brand === brandId);
        const expected = own.map(({ idx, id, leaf }) => ({ position: idx, id, leaf: leaf.toString('utf8') }));
        expect(expected.length).toBeGreaterThan(50);
        for (const limit of [1000, 7, 1]) expect(await pages(brand, `limit=${limit}`)).toEqual(expected);
      }
    }, 60_000);

    it('is given the entries of one type when that is asked', async () => {
      const all = await pages('north', 'limit=1000');
      for (const type of ['send.ended', 'send.accepted', 'consent.granted', 'subject.heads']) {
        const ofType = all.filter(({ leaf }) => (JSON.parse(leaf) as { t: string }).t === type);
        expect(await pages('north', `limit=3&type=${type}`)).toEqual(ofType);
      }
    });

    it('reads leaves in one canonical form, which say nothing personal', async () => {
      for (const { leaf, id } of await pages('north', 'limit=1000')) {
        const value = JSON.parse(leaf) as Record<string, unknown>;
        const inOrder = Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
        expect(leaf).toBe(JSON.stringify(inOrder));
        expect(value['id']).toBe(id);
        expect(leaf).not.toMatch(/secret|people\.example|\+49151/i);
      }
      const leaves = (await log()).map(({ leaf }) => leaf.toString('utf8')).join('\n');
      for (const { id } of sent) expect(leaves).not.toContain(id);
    });

    it('sees the log grow, and never what was before change', async () => {
      const before = await head();
      await sendSome('south');
      await installation.ended(sent.map(({ id }) => id));
      const entries = await log();
      expect(entries.length).toBeGreaterThan(before.size);
      expect(merkleRoot(entries.slice(0, before.size).map(({ leaf }) => leafHash(leaf))).toString('hex')).toBe(
        before.root,
      );
    }, 60_000);

    it('may read, and neither write nor read what is personal', async () => {
      for (const statement of [
        'UPDATE ledger.head SET size = size + 1',
        'DELETE FROM ledger.entry',
        'SELECT * FROM ledger.disclosure',
        'SELECT * FROM ledger.subject',
        'SELECT * FROM consent.contact',
        'SELECT * FROM consent.contact_point',
        'SELECT * FROM sending.message',
      ])
        await expect(reader.query(statement)).rejects.toThrow('permission denied');
    });
  });

  describe('journey D: a report is built', () => {
    /** What a sender can count without the database: its own messages, by how each ended. */
    const counted = async (): Promise<Map<string, number>> => {
      const sums = new Map<string, number>();
      for (const { id, campaign, channel, brand } of sent) {
        const answer = await installation.ok<{ status: string }>('GET', `/v1/messages/${id}`, {
          key: keys.get(brand) ?? '',
        });
        if (answer.status !== 'sent') continue;
        const key = `${brand} ${campaign} ${channel}`;
        sums.set(key, (sums.get(key) ?? 0) + 1);
      }
      return sums;
    };

    it('counts as many touches as messages were sent, for each brand, campaign and channel', async () => {
      const { rows } = await reader.query<{ brand: string; campaign: string | null; channel: string; n: string }>(`
        SELECT b.key AS brand, c.key AS campaign, t.channel, count(*) AS n
          FROM sending.touch t
          JOIN consent.brand b ON b.id = t.brand_id
          LEFT JOIN sending.campaign c ON c.id = t.campaign_id
         WHERE t.type = 'sent' AND NOT t.test
         GROUP BY 1, 2, 3`);
      const sums = await counted();
      expect(sums.size).toBe(keys.size * CAMPAIGNS.length * 2);
      expect(
        new Map(rows.map(({ brand, campaign, channel, n }) => [`${brand} ${campaign} ${channel}`, Number(n)])),
      ).toEqual(sums);
    }, 60_000);

    it('adds up: what was accepted is what ended and what waits, in the metrics too', async () => {
      const { text } = await installation.request('GET', '/metrics', { key: installation.operatorKey });
      const byStatus = new Map<string, number>();
      for (const [, status, n] of text.matchAll(/^gateway_messages\{.*status="([a-z]+)".*\} (\d+)$/gm))
        byStatus.set(status ?? '', (byStatus.get(status ?? '') ?? 0) + Number(n));
      const total = [...byStatus.values()].reduce((a, b) => a + b, 0);
      expect(total).toBe(sent.length);
      const touched = [...(await counted()).values()].reduce((a, b) => a + b, 0);
      expect(byStatus).toEqual(
        new Map([
          ['dropped', sent.length - touched],
          ['sent', touched],
        ]),
      );
    }, 60_000);
  });

  /** One entry of each brand, by which the brand is found in the log. */
  const entryIdsOf = new Map<string, string>();
  beforeAll(async () => {
    for (const brand of keys.keys()) {
      const own = sent.find((one) => one.brand === brand);
      const { entries } = await installation.ok<{ entries: { id: string }[] }>('GET', `/v1/messages/${own?.id}`, {
        key: keys.get(brand) ?? '',
      });
      entryIdsOf.set(brand, entries[0]?.id ?? '');
    }
  }, 60_000);
});

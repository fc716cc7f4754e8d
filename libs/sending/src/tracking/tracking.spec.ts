import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import PostalMime from 'postal-mime';
import { Gateway } from '../../../../test/support/gateway.js';
import { type SmtpTestServer, startSmtpServer } from '../../../../test/support/smtp-server.js';
import { ConsentService } from '#lib/consent';
import type { MessageId } from '#lib/kernel';
import { PersonExportModule } from '../exports/person-export.module.js';
import { PersonExportService } from '../exports/person-export.service.js';
import { FeedbackService } from '../feedback/feedback.service.js';
import { StartedMessages } from '../messages/started-messages.js';

const CENTER = 'https://center.spec.example';
const HTML =
  '<p><a href="https://shop.example/{{sku}}?a=1&amp;b=2">Look</a> <a href="{{unsubscribeUrl}}">Leave</a></p>';

describe('a mail to somebody who', () => {
  let gateway: Gateway;
  let smtp: SmtpTestServer;
  beforeAll(async () => {
    [gateway, smtp] = await Promise.all([
      Gateway.start({ CENTER_URL: CENTER }, [PersonExportModule]),
      startSmtpServer(),
    ]);
    const { brandId, tx } = gateway;
    const settings = JSON.stringify({ host: '127.0.0.1', port: smtp.port, secure: 'none' });
    await tx.execute`UPDATE sending.provider SET kind = 'smtp', settings = ${settings} WHERE brand_id = ${brandId}`;
    await tx.execute`
      INSERT INTO consent.purpose (id, brand_id, key, enforcement, legal_basis, labels)
      VALUES (${randomUUID()}, ${brandId}, 'tracking', 'restrictive', 'consent', '{"en":"Counting"}')`;
    const text = 'https://shop.example/{{sku}} {{unsubscribeUrl}}';
    // What leaves is what the template was published with in the places of its blocks.
    const contents = JSON.stringify({ en: { subject: 'News', html: '{{> offer@1}}', text: '{{> offer@1}}' } });
    const expanded = JSON.stringify({ en: { subject: 'News', html: HTML, text } });
    await tx.execute`
      INSERT INTO sending.template (id, brand_id, key, version, channel, class, default_language, contents, expanded, hash)
      VALUES (${randomUUID()}, ${brandId}, 'offer', 1, 'email', 'commercial', 'en', ${contents}, ${expanded}, ${randomBytes(32)})`;
    await count({ purpose: 'tracking', links: true, opens: true });
  });
  afterAll(async () => {
    await Promise.all([gateway.stop(), smtp.close()]);
  });

  const count = (tracking: object) =>
    gateway.tx.execute`UPDATE consent.brand SET tracking = ${JSON.stringify(tracking)} WHERE id = ${gateway.brandId}`;
  const agree = (to: string, kind: 'granted' | 'withdrawn' = 'granted') =>
    gateway.get(ConsentService).record(
      gateway.brandId,
      to,
      {
        channel: 'email',
        purpose: 'tracking',
        topics: [],
        kind,
        wording: 'Yes, please.',
        legalBasis: 'consent',
        occurredAt: Date.now() + 1_000,
        method: 'spec',
        evidence: {},
      },
      'spec',
    );
  /** @param meanwhile what happens while the message waits */
  const mailTo = async (
    to: string,
    meanwhile: () => Promise<unknown> = async () => undefined,
  ): Promise<{ id: MessageId; html: string; text: string }> => {
    const id = await gateway.accept({ to, template: 'offer', variables: { sku: 'tea' } });
    await meanwhile();
    await gateway.attempt(id);
    const raw = smtp.accepted.find((mail) => mail.raw.includes(`<${id}@`))?.raw;
    const { html = '', text = '' } = await PostalMime.parse(raw ?? '');
    return { id, html, text };
  };
  const linksOf = (id: MessageId) =>
    gateway.tx.sql<{ url: string }>`SELECT url FROM sending.tracked_link WHERE message_id = ${id}`;
  const noteOf = async (id: MessageId): Promise<unknown> => {
    const [row] = await gateway.tx.sql<{
      ids: string[];
    }>`SELECT entry_ids AS ids FROM sending.message WHERE id = ${id}`;
    const all = await gateway.ledger.disclosures(gateway.tx, (row?.ids ?? []) as never);
    return [...all.values()].map((one) => one['handover']).find(Boolean);
  };

  it('agreed to be counted has links that are, and an image; the way out and the text are as they are', async () => {
    await gateway.contact('yes');
    await agree('yes');
    const { id, html, text } = await mailTo('yes');
    const hrefs = [...html.matchAll(/href="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(hrefs[0]).toMatch(/^https:\/\/center\.spec\.example\/l\/[A-Za-z0-9_-]{88}$/);
    expect(hrefs[1]).toMatch(/^https:\/\/center\.spec\.example\/u\/[A-Za-z0-9_-]{88}$/);
    expect(html).toMatch(/<img src="https:\/\/center\.spec\.example\/o\/[A-Za-z0-9_-]{88}"/);
    expect(text).toContain('https://shop.example/tea ');
    expect(await linksOf(id)).toEqual([{ url: 'https://shop.example/tea?a=1&b=2' }]);
    expect(await noteOf(id)).toMatchObject({ provider: 'none', counts: true });
    const handed = await gateway.get(PersonExportService).export(gateway.brandId, 'yes', 'spec');
    expect(handed.messages).toMatchObject([{ id, countedLinks: ['https://shop.example/tea?a=1&b=2'] }]);
    const [subject] = await gateway.tx.sql<{
      id: string;
    }>`SELECT subject_id AS id FROM sending.message WHERE id = ${id}`;
    const known = await gateway.tx.sql<{ id: string }>`SELECT id FROM sending.tracked_link WHERE message_id = ${id}`;
    await new StartedMessages(gateway.ledger).forget(gateway.tx, [subject?.id as never]);
    // That it held a link is in counts; neither where it led nor its digest is left.
    const left = await gateway.tx.sql<{ id: string; url: string | null }>`
      SELECT id, url FROM sending.tracked_link WHERE message_id = ${id}`;
    expect(left).toMatchObject([{ url: null }]);
    expect(known.map((one) => one.id)).not.toContain(left[0]?.id);
  });

  it.each<[string, 'agrees' | 'says nothing', (to: string) => Promise<unknown>]>([
    ['said nothing of being counted', 'says nothing', async () => undefined],
    ['withdrew that while the message waited', 'agrees', (to) => agree(to, 'withdrawn')],
  ])('%s has the links that the template has', async (name, first, meanwhile) => {
    const to = name.replaceAll(' ', '-');
    await gateway.contact(to);
    if (first === 'agrees') await agree(to);
    const { id, html } = await mailTo(to, () => meanwhile(to));
    expect(html).toContain('<a href="https://shop.example/tea?a=1&amp;b=2">Look</a>');
    expect(html).not.toMatch(/\/l\/|\/o\/|<img/);
    expect(await linksOf(id)).toEqual([]);
    expect(await noteOf(id)).not.toHaveProperty('counts');
  });

  it.each(['permissive', 'disabled'])(
    'said nothing is not counted under a purpose that is %s either',
    async (enforcement) => {
      const under = (value: string) =>
        gateway.tx
          .execute`UPDATE consent.purpose SET enforcement = ${value} WHERE brand_id = ${gateway.brandId} AND key = 'tracking'`;
      await under(enforcement);
      await gateway.contact(enforcement);
      const { id, html } = await mailTo(enforcement);
      await under('restrictive');
      expect(html).not.toMatch(/\/l\/|\/o\//);
      expect(await noteOf(id)).not.toHaveProperty('counts');
    },
  );

  it('refused is counted by no other door: what others report of openings and clicks is kept as untracked', async () => {
    const seen = async (to: string) => {
      await gateway.contact(to);
      await agree(to, to === 'counted' ? 'granted' : 'withdrawn');
      const { id } = await mailTo(to);
      const about = { messageId: id, at: Date.now() + 2_000, bounce: null, automated: false, link: null } as const;
      const events = (['opened', 'clicked', 'replied'] as const).map((type) => ({ ...about, type, id: randomUUID() }));
      const reporter = { brandId: gateway.brandId, test: false, actor: 'spec', via: 'api' } as const;
      await gateway.get(FeedbackService).report(events, reporter);
      return gateway.tx.sql`
        SELECT type, untracked FROM sending.touch WHERE message_id = ${id} AND type <> 'sent' ORDER BY type`;
    };
    const all = (untracked: boolean) => [
      { type: 'clicked', untracked },
      { type: 'opened', untracked },
      { type: 'replied', untracked: false },
    ];
    expect(await seen('counted')).toEqual(all(false));
    expect(await seen('not-counted')).toEqual(all(true));
  });

  it('agreed is not counted by a brand that counts under no purpose of that name', async () => {
    await count({ purpose: 'unknown', links: true, opens: true });
    await gateway.contact('later');
    await agree('later');
    expect((await mailTo('later')).html).not.toMatch(/\/l\/|\/o\//);
  });
});

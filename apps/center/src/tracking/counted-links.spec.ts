import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { ConsentService, makeTrackingToken } from '#lib/consent';
import type { EntryId, MessageId } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { FeedbackService } from '#lib/sending';
import { CenterWorld, type SomePerson } from '../testing/center-world.js';

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const SHOP = 'https://shop.example/tea?a=1&b=2';

describe('a counted link', () => {
  let world: CenterWorld;
  beforeAll(async () => {
    world = await CenterWorld.start();
    await world.db.tx.execute`
      INSERT INTO consent.purpose (id, brand_id, key, enforcement, legal_basis, labels)
      VALUES (${randomUUID()}, ${world.brandId}, 'tracking', 'restrictive', 'consent', '{"de":"Zählen"}')`;
    await world.db.tx.execute`
      UPDATE consent.brand SET tracking = '{"purpose":"tracking","links":true,"opens":true}' WHERE id = ${world.brandId}`;
  });
  afterAll(() => world.end());

  const say = ({ externalId }: SomePerson, kind: 'granted' | 'withdrawn') =>
    world.app.get(ConsentService).record(
      world.brandId,
      externalId,
      {
        channel: 'email',
        purpose: 'tracking',
        topics: [],
        kind,
        wording: 'Yes, please.',
        legalBasis: 'consent',
        method: 'web_form',
        evidence: {},
      },
      'spec',
    );

  /** A mail that left an hour ago to somebody who agreed to be counted, and its links. */
  async function mail(person: SomePerson, urls: readonly string[] = [SHOP]) {
    const messageId = randomUUID() as MessageId;
    const contactPointId = world.email(person);
    await world.db.tx.execute`
      INSERT INTO sending.message (id, brand_id, contact_id, subject_id, contact_point_id, channel, class, purpose_id, template_id,
                                   language, variables, policy_key, test, accepted_at, expires_at, first_started_at, status,
                                   ended_at, entry_ids)
      SELECT ${messageId}, brand_id, id, subject_id, ${contactPointId}, 'email', 'commercial', ${world.purposes.commercial},
             ${randomUUID()}, 'de', '{}', 'default', false, now() - interval '2 hours', now() + interval '1 day',
             now() - interval '1 hour', 'sent', now() - interval '1 hour', '{}'
        FROM consent.contact WHERE brand_id = ${world.brandId} AND external_id = ${person.externalId}`;
    const links: string[] = [];
    for (const url of urls) {
      const id = randomUUID();
      await world.db.tx.execute`INSERT INTO sending.tracked_link VALUES (${messageId}, ${id}, ${url})`;
      links.push(`/l/${makeTrackingToken(world.keys.links, 'click', { messageId, id, contactPointId })}`);
    }
    const image = `/o/${makeTrackingToken(world.keys.links, 'open', { messageId, id: world.brandId, contactPointId })}`;
    return { messageId, link: links[0] ?? '', links, image };
  }
  const somebody = async (): Promise<SomePerson> => {
    const person = await world.person();
    await say(person, 'granted');
    return person;
  };
  const get = (path: string, userAgent = BROWSER, init: RequestInit = {}) =>
    fetch(world.url + path, { redirect: 'manual', ...init, headers: { 'user-agent': userAgent, ...init.headers } });
  const touches = (id: MessageId) =>
    world.db.tx.sql<{ type: string; automated: boolean; entryId: string }>`
      SELECT type, automated, entry_id AS "entryId" FROM sending.touch WHERE message_id = ${id} ORDER BY recorded_at`;

  it('leads where it was said to lead, and is a touch with its ledger entry', async () => {
    const { messageId, link } = await mail(await somebody());
    const answer = await get(`${link}?url=https://evil.example&to=//evil.example`);
    expect([answer.status, answer.headers.get('location'), answer.headers.get('referrer-policy')]).toEqual([
      302,
      SHOP,
      'no-referrer',
    ]);
    const found = await touches(messageId);
    expect(found).toMatchObject([{ type: 'clicked', automated: false }]);
    const [entry] = await world.db.tx.sql<{ leaf: string }>`
      SELECT convert_from(leaf, 'UTF8') AS leaf FROM ledger.entry WHERE id = ${found[0]?.entryId ?? ''}`;
    expect(JSON.parse(entry?.leaf ?? '')).toMatchObject({ t: 'touch.clicked', ch: 'email', via: 'link' });
    expect(entry?.leaf).not.toContain('shop.example');
  });

  it('says nothing of an address that does not exist any more: who follows it may be anybody', async () => {
    const person = await somebody();
    const { messageId, link, image } = await mail(person);
    const { brandId } = world;
    const bounce = { kind: 'hard', status: '5.1.1' } as const;
    const event = { id: randomUUID(), type: 'bounced' as const, messageId, at: Date.now(), bounce };
    await world.app
      .get(FeedbackService, { strict: false })
      .report([{ ...event, automated: false, link: null }], { brandId, test: false, actor: 'spec', via: 'api' });
    const suppressed = () => world.db.tx.sql`
      SELECT s.reason FROM consent.suppression s JOIN consent.contact_point p USING (brand_id, channel, address_hash)
       WHERE p.id = ${world.email(person)} AND (s.until IS NULL OR s.until > now())`;
    expect(await suppressed()).toEqual([{ reason: 'bounce' }]);
    await get(link);
    await get(image);
    expect(await touches(messageId)).toHaveLength(3);
    expect(await suppressed()).toEqual([{ reason: 'bounce' }]);
  });

  it('followed again within the minute is one touch, however often', async () => {
    const { messageId, link } = await mail(await somebody());
    for (let i = 0; i < 4; i++) expect((await get(link)).status).toBe(302);
    expect((await touches(messageId)).length).toBeLessThanOrEqual(2); // The minute may have turned.
  });

  it('asked about by HEAD leads there and is not counted', async () => {
    const { messageId, link, image } = await mail(await somebody());
    const answer = await get(link, BROWSER, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, SHOP]);
    expect((await get(image, BROWSER, { method: 'HEAD' })).status).toBe(200);
    expect(await touches(messageId)).toEqual([]);
  });

  it('of somebody who withdrew since leads there and is not counted; of whoever never agreed neither', async () => {
    const person = await somebody();
    const { messageId, link, image } = await mail(person);
    await say(person, 'withdrawn');
    const never = await mail(await world.person());
    for (const one of [link, never.link]) expect((await get(one)).headers.get('location')).toBe(SHOP);
    for (const one of [image, never.image]) expect((await get(one)).status).toBe(200);
    expect([...(await touches(messageId)), ...(await touches(never.messageId))]).toEqual([]);
  });

  it('changes nothing of what the person wants', async () => {
    const person = await somebody();
    const { link, image } = await mail(person);
    const before = await world.history(person);
    await get(link);
    await get(image);
    expect(await world.history(person)).toEqual(before);
  });

  it.each([
    ['a scanner', 'python-requests/2.31.0', 'scanner'],
    ['nobody', '', 'no_user_agent'],
  ])('followed by %s is kept and flagged', async (_name, userAgent, sign) => {
    const { messageId, link } = await mail(await somebody());
    await get(link, userAgent);
    const found = await touches(messageId);
    expect(found).toMatchObject([{ type: 'clicked', automated: true }]);
    const entry = found[0]?.entryId as EntryId;
    const disclosed = await world.app.get(LedgerService, { strict: false }).disclosures(world.db.tx, [entry]);
    expect(disclosed.get(entry)).toMatchObject({ event: { automated: true, machine: sign, link: SHOP } });
  });

  it('of a mail whose links are all opened at once is flagged from the third on', async () => {
    const { messageId, links } = await mail(
      await somebody(),
      [1, 2, 3, 4].map((n) => `https://shop.example/${n}`),
    );
    for (const link of links) await get(link);
    expect((await touches(messageId)).map(({ automated }) => automated)).toEqual([false, false, true, true]);
  });

  it('that was changed in any place, or that nobody made, gets the one answer of every link that is none', async () => {
    const { link } = await mail(await somebody());
    const token = link.slice('/l/'.length);
    const other = (at: number): string => token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
    const gone = makeTrackingToken(world.keys.links, 'click', {
      messageId: randomUUID() as MessageId,
      id: randomUUID(),
      contactPointId: world.email(await somebody()),
    });
    const answers = new Set<string>();
    for (const wrong of [...[0, 2, 30, 87].map(other), gone, 'A'.repeat(88), 'x', token + token]) {
      const answer = await get(`/l/${wrong}`);
      expect(answer.headers.get('location')).toBeNull();
      answers.add(`${answer.status} ${await answer.text()}`);
    }
    expect([...answers]).toHaveLength(1);
    expect([...answers][0]).toMatch(/^404 /);
  });

  it('has an image beside it that is the same for every token, and counts the opening of one that is ours', async () => {
    const { messageId, image, link } = await mail(await somebody());
    const [ours, none] = [await get(image), await get(`/o/${'A'.repeat(88)}`)];
    expect([ours.status, ours.headers.get('content-type'), ours.headers.get('cross-origin-resource-policy')]).toEqual([
      200,
      'image/gif',
      'cross-origin',
    ]);
    expect(Buffer.from(await none.arrayBuffer())).toEqual(Buffer.from(await ours.arrayBuffer()));
    await get(image, 'Mozilla/5.0');
    // A link is no image, and an image no link.
    await get(link.replace('/l/', '/o/'));
    expect((await get(image.replace('/o/', '/l/'))).status).toBe(404);
    expect(await touches(messageId)).toMatchObject([
      { type: 'opened', automated: false },
      { type: 'opened', automated: true },
    ]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { Gateway, type Sent } from '../../../../test/support/gateway.js';
import { ConsentService, ContactService, type ConsentEventKind } from '#lib/consent';
import type { Channel, MessageId } from '#lib/kernel';
import { Database } from '#lib/platform';
import { backtest } from '../backtest/backtest.js';
import { FeedbackService } from '../feedback/feedback.service.js';
import { pipelineFigures } from '../figures/pipeline-figures.js';
import { AttemptService } from './attempt.service.js';
import { choiceStore } from './choice.store.js';
import type { SendRequest } from './domain/message.js';
import type { Accepted } from './first-answers.js';
import { MessageService } from './message.service.js';

const MINUTE = 60_000;

describe('a contact who can be reached in several ways', () => {
  let gateway: Gateway;
  let other: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start();
    other = await gateway.twin();
    const contents = JSON.stringify({ en: { subject: 'News', html: null, text: 'News' } });
    for (const channel of ['sms', 'push']) {
      await gateway.tx.execute`
        INSERT INTO sending.template (id, brand_id, key, version, channel, class, default_language, contents, hash)
        VALUES (${randomUUID()}, ${gateway.brandId}, ${channel}, 1, ${channel}, 'commercial', 'en', ${contents}, ${randomBytes(32)})`;
      await gateway.tx.execute`
        INSERT INTO sending.provider (id, brand_id, key, channel, kind, settings, enabled)
        VALUES (${randomUUID()}, ${gateway.brandId}, ${channel}, ${channel}, 'null', '{}', true)`;
    }
  });
  afterAll(async () => {
    await other.stop();
    await gateway.stop();
  });

  let number = 1_000_000;
  const express = async (to: string, channel: Channel, kind: ConsentEventKind, evidence = {}): Promise<void> => {
    const wish = { channel, purpose: 'commercial', topics: ['newsletter'], kind, legalBasis: 'consent' } as const;
    const given = { ...wish, occurredAt: Date.now() + 1_000, method: 'spec', source: 'spec', evidence };
    await gateway.get(ConsentService).record(gateway.brandId, to, given, 'spec');
  };
  const person = async (channels: readonly Channel[], agreed: readonly Channel[] = channels): Promise<string> => {
    const to = randomUUID();
    const addresses: Partial<Record<Channel, string>> = {
      email: `${to}@people.example`,
      sms: `+4915${number++}`,
      push: `token-of-a-service-${to}`,
    };
    const contactPoints = channels.map((channel) => ({ channel, address: addresses[channel] ?? '' }));
    await gateway.get(ContactService).put(gateway.brandId, to, { contactPoints }, 'spec');
    for (const channel of agreed) await express(to, channel, 'granted');
    return to;
  };
  const ALL: Pick<SendRequest, 'template' | 'otherwise'> = { template: 'news', otherwise: [{ template: 'sms' }] };
  const acceptedOf = (sent: Sent): Accepted => {
    if (sent.kind === 'refused') throw sent.error;
    return sent.accepted as Accepted;
  };
  /** Accepts on e-mail, then SMS; answers the messages in that order. */
  const accept = async (to: string, more: Partial<SendRequest> = {}): Promise<[MessageId, MessageId]> => {
    await gateway.send({ to, ...ALL, ...more });
    const rows = await gateway.tx.sql<{ id: MessageId }>`
      SELECT m.id FROM sending.message m JOIN consent.contact c ON c.id = m.contact_id
       WHERE c.external_id = ${to} AND choice_id IS NOT NULL ORDER BY choice_rank`;
    const [email, sms] = rows;
    if (email === undefined || sms === undefined) throw new Error('there is no choice');
    return [email.id, sms.id];
  };
  const makeDue = (id: MessageId) =>
    gateway.asAdmin(`UPDATE sending.message SET not_before = now(), due_at = now() WHERE id = '${id}'`);
  const dueIn = async (id: MessageId): Promise<number> => {
    const { message } = await gateway.get(MessageService).view(gateway.brandId, id);
    return (message.notBefore ?? Infinity) - Date.now();
  };
  const report = (messageId: MessageId, type: 'delivered' | 'bounced' | 'complained', isSoft = false) =>
    gateway.get(FeedbackService).report(
      [
        {
          id: randomUUID(),
          type,
          messageId,
          at: Date.now(),
          bounce:
            type !== 'bounced' ? null : isSoft ? { kind: 'soft', status: null } : { kind: 'hard', status: '5.1.1' },
          automated: false,
          link: null,
        },
      ],
      { brandId: gateway.brandId, test: false, actor: 'spec', via: 'api' },
    );
  const HELD = { status: 'queued', reason: 'other_channel' };
  const SENT = { status: 'sent', reason: null };
  const REACHED = { status: 'dropped', reason: 'reached_on_other_channel' };

  it('is written to on the first, and on no other once it arrives', async () => {
    const [email, sms] = await accept(await person(['email', 'sms']), { fallbackMs: 30 * MINUTE });
    await gateway.attempt(email, sms);
    expect([await gateway.status(email), await gateway.status(sms)]).toEqual([SENT, HELD]);
    await makeDue(sms);
    await gateway.attempt(sms);
    expect(await dueIn(sms)).toBeGreaterThan(29 * MINUTE);
    await report(email, 'delivered');
    // Not when the time to fall back comes.
    expect(await dueIn(sms)).toBeLessThanOrEqual(0);
    await gateway.attempt(sms);
    expect(await gateway.status(sms)).toEqual(REACHED);
    expect(await gateway.entryTypes(sms)).toEqual(['send.accepted', 'send.decided']);
  });

  it('is written to on no other after a complaint about the first', async () => {
    const [email, sms] = await accept(await person(['email', 'sms']), { fallbackMs: MINUTE });
    await gateway.attempt(email);
    await report(email, 'complained');
    await gateway.attempt(sms);
    expect(await gateway.status(sms)).toEqual(REACHED);
  });

  it('is written to on no other after they left by a link of the first', async () => {
    const to = await person(['email', 'sms']);
    const [email, sms] = await accept(to, { fallbackMs: MINUTE });
    await gateway.attempt(email);
    await express(to, 'email', 'withdrawn', { message: email });
    await makeDue(sms);
    await gateway.attempt(sms);
    expect(await gateway.status(sms)).toEqual(REACHED);
  });

  it.each<[string, Channel[], Channel[], string]>([
    ['to which there is no consent', ['email', 'sms'], ['sms'], 'no_consent'],
    ['where there is no contact point', ['sms'], ['sms'], 'no_contact_point'],
  ])('is not written to on a channel %s, but on the next', async (_name, has, agreed, reason) => {
    const [email, sms] = await accept(await person(has, agreed));
    expect(await gateway.status(email)).toEqual({ status: 'dropped', reason });
    await gateway.attempt(sms);
    expect(await gateway.status(sms)).toEqual(SENT);
  });

  it('is written to on no other after they left there, by whatever way they said so', async () => {
    const to = await person(['email', 'sms']);
    const [email, sms] = await accept(to, { fallbackMs: MINUTE });
    await gateway.attempt(email);
    await express(to, 'email', 'withdrawn');
    await gateway.asAdmin(`
      ALTER TABLE sending.message DISABLE TRIGGER USER;
      UPDATE sending.message SET ended_at = ended_at - interval '1 hour' WHERE id = '${email}';
      ALTER TABLE sending.message ENABLE ALWAYS TRIGGER message_ends_once, ENABLE ALWAYS TRIGGER message_stays`);
    await makeDue(sms);
    await gateway.attempt(sms);
    expect(await gateway.status(sms)).toEqual(REACHED);
  });

  it('is not written to again by mail because there is no address on the channel after it: that is no failure', async () => {
    const both = await accept(await person(['email']), { otherwise: [{ template: 'push' }] });
    const [email, push] = both;
    expect(await gateway.status(push)).toEqual({ status: 'dropped', reason: 'no_contact_point' });
    for (const id of [email, push, email, push]) await gateway.attempt(id);
    expect(await gateway.status(email)).toEqual(SENT);
    expect(await gateway.status(push)).toEqual({ status: 'dropped', reason: 'no_contact_point' });
    const attempts = await gateway.asAdmin(`SELECT attempt FROM sending.message WHERE id IN ('${both.join("','")}') ORDER BY choice_rank`); // prettier-ignore
    expect(attempts).toEqual([{ attempt: 1 }, { attempt: 0 }]);
  });

  it.each([
    ['the address of the first does not exist', false],
    ['the provider of the first gave it up, though their number is a good one', true],
  ])('is written to on the next at once when %s', async (_why, isSoft) => {
    const [email, sms] = await accept(await person(['email', 'sms']), { fallbackMs: 30 * MINUTE });
    await gateway.attempt(email);
    await gateway.attempt(sms);
    expect(await gateway.status(sms)).toEqual(HELD);
    await report(email, 'bounced', isSoft);
    expect(await dueIn(sms)).toBeLessThanOrEqual(0);
    await gateway.attempt(sms);
    expect(await gateway.status(sms)).toEqual(SENT);
  });

  it('is written to on the next as soon as the first has bounced, also where the first was to leave when it works best', async () => {
    const drawn: unknown[] = [];
    for (let i = 0; i < 6; i++) {
      const wish = { fallbackMs: 30 * MINUTE, bestTime: { withinMs: 2_880 * MINUTE } };
      const [email, sms] = await accept(await person(['email', 'sms']), wish);
      const { message } = await gateway.get(MessageService).view(gateway.brandId, sms);
      expect(message.sendAt).toBeNull();
      drawn.push(
        ...(await gateway.asAdmin(`SELECT 1 FROM sending.message WHERE id = '${email}' AND send_at IS NOT NULL`)),
      );
      await gateway.asAdmin(`UPDATE sending.message SET send_at = NULL, not_before = now(), due_at = now() WHERE id = '${email}'`); // prettier-ignore
      await gateway.attempt(email);
      await report(email, 'bounced');
      await gateway.attempt(sms);
      expect([await gateway.status(email), await gateway.status(sms)]).toEqual([SENT, SENT]);
    }
    expect(drawn.length).toBeGreaterThan(0);
  });

  it('is written to on the next when no delivery is reported in time, and not before', async () => {
    const [email, sms] = await accept(await person(['email', 'sms']), { fallbackMs: MINUTE });
    await gateway.attempt(email);
    await makeDue(sms);
    await gateway.attempt(sms);
    expect(await gateway.status(sms)).toEqual(HELD);
    expect(await dueIn(sms)).toBeGreaterThan(50_000);
    await gateway.asAdmin(`UPDATE sending.choice SET fallback_ms = 1`);
    await makeDue(sms);
    await gateway.attempt(sms);
    expect(await gateway.status(sms)).toEqual(SENT);
  });

  it('is not written to on the next when they have left there meanwhile', async () => {
    const to = await person(['email', 'sms']);
    const [email, sms] = await accept(to, { fallbackMs: MINUTE });
    await gateway.attempt(email);
    await report(email, 'bounced');
    await express(to, 'sms', 'withdrawn');
    await gateway.attempt(sms);
    expect(await gateway.status(sms)).toEqual({ status: 'dropped', reason: 'consent_withdrawn' });
  });

  it('is written to once, whoever attempts what at the same time', async () => {
    const all: [MessageId, MessageId][] = [];
    for (let i = 0; i < 12; i++) all.push(await accept(await person(['email', 'sms']), { fallbackMs: MINUTE }));
    await gateway.asAdmin(
      `UPDATE sending.message SET not_before = NULL, due_at = now() WHERE reason = 'other_channel'`,
    );
    const ids = all.flat();
    const started = await Promise.all(
      [gateway, other, gateway, other].map((by) => by.get(AttemptService).attempt(ids)),
    );
    expect(
      started
        .flat()
        .map(({ message }) => message.id)
        .sort(),
    ).toEqual(all.map(([email]) => email).sort());
    for (const [, sms] of all) expect(await gateway.status(sms)).toEqual(HELD);
  });

  it('is written to on none when the sender takes it back', async () => {
    const [email, sms] = await accept(await person(['email', 'sms']));
    await gateway.get(MessageService).cancel(gateway.brandId, email, 'spec');
    await gateway.attempt(sms);
    expect(await gateway.status(sms)).toEqual({ status: 'dropped', reason: 'cancelled' });
  });

  it('is written to on a later one when their consent to the first ends before it leaves', async () => {
    const to = await person(['email', 'sms']);
    const [email, sms] = await accept(to);
    await express(to, 'email', 'withdrawn');
    await gateway.attempt(email);
    expect(await gateway.status(email)).toEqual({ status: 'dropped', reason: 'consent_withdrawn' });
    expect(await dueIn(sms)).toBeLessThanOrEqual(0);
    await gateway.attempt(sms);
    expect(await gateway.status(sms)).toEqual(SENT);
  });

  it('is one request with one answer, which says which channel and why no other, and is the same again', async () => {
    const to = await person(['email', 'sms', 'push'], ['sms', 'push']);
    const request = { to, ...ALL, otherwise: [{ template: 'sms' }, { template: 'push' }] };
    const key = randomUUID();
    const seen: Accepted[] = [];
    const { AcceptService } = await import('./accept.service.js');
    const ask = async () =>
      gateway.get(AcceptService).accept({
        sender: { brandId: gateway.brandId, test: false },
        idempotencyKey: key,
        bodyHash: Buffer.alloc(32, 1),
        request: { topic: 'newsletter', ...request },
        render: (accepted) => {
          seen.push(accepted);
          return JSON.stringify(accepted.channels);
        },
      });
    const [first, again] = [await ask(), await ask()];
    expect(again).toEqual({ ...first, replayed: true });
    const [answer] = seen;
    expect(answer?.channels?.map(({ channel, status, decision }) => [channel, status, decision.reason])).toEqual([
      ['email', 'dropped', 'no_consent'],
      ['sms', 'queued', null],
      ['push', 'queued', null],
    ]);
    expect(answer?.id).toBe(answer?.channels?.[1]?.id);

    const { accepted, messages } = await pipelineFigures(gateway.tx);
    expect(messages.reduce((sum, { count }) => sum + count, 0)).toBe(accepted);
  });

  it('is written to on the channel that is drawn as the best, and the ledger says how likely each was', async () => {
    const to = await person(['email', 'sms', 'push'], ['sms', 'push']);
    const otherwise = [{ template: 'sms' }, { template: 'push' }];
    const sent = await gateway.send({ to, ...ALL, otherwise, strategy: 'best', goal: 'opened' });
    const { message } = await gateway.get(MessageService).view(gateway.brandId, acceptedOf(sent).id);
    expect(['sms', 'push']).toContain(message.channel);
    expect(message.choice?.rank).toBe(0);
    const disclosed = await gateway.ledger.disclosures(gateway.tx, message.entryIds);
    expect(disclosed.get(message.entryIds[0] ?? ('' as never))?.['message']).toMatchObject({
      id: message.id,
      choice: {
        rank: 0,
        strategy: 'best',
        goal: 'opened',
        segment: '',
        arms: [
          { channel: 'sms', tried: 0, met: 0, propensity: 550_000 },
          { channel: 'push', tried: 0, met: 0, propensity: 450_000 },
        ],
      },
    });
  });

  it('counts for the best channel what was chosen as such and sent, and who met the goal', async () => {
    const tried = { sms: 0, push: 0, email: 0 };
    const ids: MessageId[] = [];
    for (let i = 0; i < 8; i++) {
      const to = await person(['sms', 'push']);
      const way = { template: 'sms', otherwise: [{ template: 'push' }], strategy: 'best', goal: 'replied' } as const;
      const { id } = acceptedOf(await gateway.send({ to, ...way }));
      await gateway.attempt(id);
      ids.push(id);
      const { message } = await gateway.get(MessageService).view(gateway.brandId, id);
      tried[message.channel as 'sms']++;
      const reply = {
        id: randomUUID(),
        type: 'replied',
        messageId: id,
        at: Date.now(),
        bounce: null,
        link: null,
      } as const;
      const by = { brandId: gateway.brandId, test: false, actor: 'spec', via: 'api' } as const;
      if (message.channel === 'push') await gateway.get(FeedbackService).report([{ ...reply, automated: false }], by);
      else await gateway.get(FeedbackService).report([{ ...reply, automated: true }], by);
    }
    // What left a moment ago is no failure yet, and no success.
    expect(await choiceStore.results(gateway.tx, gateway.brandId, 'replied')).toEqual([]);
    const list = ids.map((id) => `'${id}'`).join();
    await gateway.asAdmin(`
      ALTER TABLE sending.message DISABLE TRIGGER USER;
      ALTER TABLE sending.touch DISABLE TRIGGER touch_append_only;
      UPDATE sending.message SET ended_at = ended_at - interval '25 hours' WHERE id IN (${list});
      UPDATE sending.choice SET created_at = created_at - interval '25 hours'
       WHERE id IN (SELECT choice_id FROM sending.message WHERE id IN (${list}));
      UPDATE sending.touch SET at = at - interval '25 hours' WHERE message_id IN (${list});
      ALTER TABLE sending.touch ENABLE ALWAYS TRIGGER touch_append_only;
      ALTER TABLE sending.message ENABLE ALWAYS TRIGGER message_ends_once, ENABLE ALWAYS TRIGGER message_stays`);
    // Who refused to be counted is no success either.
    await gateway.asAdmin(`
      INSERT INTO sending.touch (message_id, type, at, brand_id, contact_id, channel, test, event, untracked)
      SELECT m.id, 'replied', m.ended_at, m.brand_id, m.contact_id, m.channel, m.test, 'refused ' || m.id, true
        FROM sending.message m WHERE m.id IN (${list}) AND m.channel = 'sms'`);
    const results = await choiceStore.results(gateway.tx, gateway.brandId, 'replied');
    expect([...results].sort((a, b) => (a.channel < b.channel ? -1 : 1))).toEqual(
      (['push', 'sms'] as const).flatMap((channel) =>
        tried[channel] === 0
          ? []
          : [{ segment: '', channel, tried: tried[channel], met: channel === 'push' ? tried[channel] : 0 }],
      ),
    );
    // A mailing of today, as large as all that counts, makes nobody forget what came of yesterday's.
    const way = { template: 'sms', otherwise: [{ template: 'push' }], strategy: 'best', goal: 'replied' } as const;
    for (let i = 0; i < 8; i++) await gateway.send({ to: await person(['sms', 'push']), ...way });
    const sumOf = async () =>
      (await choiceStore.results(gateway.tx, gateway.brandId, 'replied', 8)).reduce((sum, one) => sum + one.tried, 0);
    expect(await sumOf()).toBe(8);
    // What failed was tried, and what its sender took back was not.
    const [failed, expired, cancelled] = ids;
    await gateway.asAdmin(`
      ALTER TABLE sending.message DISABLE TRIGGER USER;
      UPDATE sending.message SET status = 'failed', reason = 'provider_rejected' WHERE id = '${failed}';
      UPDATE sending.message SET status = 'dropped', reason = 'expired' WHERE id = '${expired}';
      UPDATE sending.message SET status = 'dropped', reason = 'cancelled' WHERE id = '${cancelled}';
      ALTER TABLE sending.message ENABLE ALWAYS TRIGGER message_ends_once, ENABLE ALWAYS TRIGGER message_stays`);
    expect(await sumOf()).toBe(7);
  });

  it('must be offered templates of the channels that are named', async () => {
    const sent = await gateway.send({ to: await person(['email']), ...ALL, channel: 'sms' });
    expect(sent).toMatchObject({ kind: 'refused', error: { code: 'unknown_template' } });
    expect(acceptedOf(await gateway.send({ to: await person(['email']), ...ALL, channel: 'email' })).id).toBeDefined();
  });

  it('is counted apart by a backtest, where another channel reached the contact or is tried first', async () => {
    const from = Date.now();
    const [email, sms] = await accept(await person(['email', 'sms']));
    await gateway.attempt(email);
    await report(email, 'delivered');
    await makeDue(sms);
    await gateway.attempt(sms);
    const [first] = await accept(await person(['email', 'sms']));
    await gateway.attempt(first);
    await gateway.integrate();
    const draft = { key: 'draft', version: 0, caps: [], quietHours: [], rates: [] };
    const stores = { database: gateway.get(Database), ledger: gateway.ledger };
    const { total, apart } = await backtest(stores, { from, to: null, brandId: gateway.brandId }, draft);
    const sent = { sent: 2, held: 0, dropped: 0 };
    expect(total).toMatchObject({ messages: 2, happened: sent, would: sent, gained: 0 });
    expect(apart).toMatchObject([
      { reason: 'reached_on_other_channel', messages: 1 },
      { reason: 'other_channel', messages: 1 },
    ]);
  });
});

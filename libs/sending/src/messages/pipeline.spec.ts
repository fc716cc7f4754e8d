import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Gateway } from '../../../../test/support/gateway.js';
import { DateTime } from 'luxon';
import { ConsentService, ContactService, RetentionService } from '#lib/consent';
import type { ContactId, ContactPointId, MessageId } from '#lib/kernel';
import { newId } from '#lib/platform';
import { SenderRegistry } from '../senders/sender-registry.js';
import { AttemptService } from './attempt.service.js';
import { MessageService } from './message.service.js';

const CAP_3 = {
  id: 'newsletter',
  scope: 'topic',
  limit: 3,
  window: 'P7D',
  action: 'drop',
  classes: { bound: ['commercial'], counted: ['commercial'] },
};

describe('the pipeline from accept to end', () => {
  let gateway: Gateway;
  let contact: string;

  beforeAll(async () => {
    gateway = await Gateway.start();
  });
  afterAll(async () => gateway.stop());
  beforeEach(async () => {
    contact = `c-${randomUUID()}`;
    await gateway.policy({});
  });

  it('sends a message that passes', async () => {
    await gateway.contact(contact);
    const id = await gateway.accept({ to: contact });
    await gateway.attempt(id);
    expect(await gateway.status(id)).toEqual({ status: 'sent', reason: null });
  });

  it('prolongs by a message that left how long the evidence it rested on is kept', async () => {
    await gateway.contact(contact, { consent: null });
    // So that three years from then are over later than the year for which whatever is recorded today is kept.
    const given = DateTime.utc().minus({ months: 13 }).startOf('day').toMillis();
    const threeYears = (from: number): number =>
      DateTime.fromMillis(from, { zone: 'utc' }).plus({ years: 3 }).toMillis();
    const said = {
      channel: 'email',
      purpose: 'commercial',
      kind: 'granted',
      wording: 'Yes, please.',
      legalBasis: 'consent',
    } as const;
    await gateway
      .get(ConsentService)
      .record(
        gateway.brandId,
        contact,
        { ...said, topics: ['newsletter'], method: 'web_form', evidence: {}, occurredAt: given },
        'spec',
      );
    const [person] = await gateway.tx.sql<{ id: ContactId }>`
      SELECT id FROM consent.contact WHERE external_id = ${contact}`;
    const kept = async () => {
      const all = await gateway.get(RetentionService).of(gateway.tx, person?.id ?? ('' as ContactId));
      return [...new Set(all.map(({ until }) => until))];
    };
    expect(await kept()).toEqual([threeYears(given)]);
    const id = await gateway.accept({ to: contact });
    expect(await kept()).toEqual([threeYears(given)]); // accepted is not yet used
    const before = Date.now();
    await gateway.attempt(id);
    const [until, ...others] = await kept();
    expect(others).toEqual([]);
    expect(until).toBeGreaterThanOrEqual(threeYears(before - 1000));
    expect(until).toBeLessThanOrEqual(threeYears(Date.now() + 1000));
  });

  it('drops at once what can never pass, as an answer', async () => {
    await gateway.contact(contact, { consent: null });
    const sent = await gateway.send({ to: contact });
    expect(sent).toMatchObject({
      kind: 'accepted',
      accepted: { status: 'dropped', decision: { outcome: 'drop', reason: 'no_consent' } },
    });
  });

  it('makes one message of 50 parallel equal requests', async () => {
    await gateway.contact(contact);
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 50 }, () => gateway.send({ to: contact }, key)));
    const ids = new Set(answers.flatMap((answer) => (answer.kind === 'accepted' ? [answer.accepted.id] : [])));
    expect(ids.size).toBe(1);
    const refusals = answers.flatMap((answer) => (answer.kind === 'refused' ? [answer.error.code] : []));
    expect(refusals.every((code) => code === 'idempotency_in_progress')).toBe(true);
    expect(
      await gateway.tx
        .sql`SELECT id FROM sending.message WHERE contact_id = (SELECT id FROM consent.contact WHERE external_id = ${contact})`,
    ).toHaveLength(1);
  });

  it('answers a repeated request with the first answer, and another body with a refusal', async () => {
    await gateway.contact(contact);
    const key = randomUUID();
    const first = await gateway.send({ to: contact }, key);
    expect(await gateway.send({ to: contact }, key)).toEqual({ ...first, replayed: true });
    expect(await gateway.send({ to: contact, campaign: 'x' }, key)).toMatchObject({
      kind: 'refused',
      error: { code: 'idempotency_key_reused' },
    });
  });

  it('acknowledges what is stored when PostgreSQL makes the transaction run twice', async () => {
    await gateway.contact(contact);
    await gateway.asAdmin(`
      CREATE SEQUENCE sending.spec_runs;
      GRANT USAGE ON SEQUENCE sending.spec_runs TO gateway_app;
      CREATE FUNCTION sending.spec_deadlock() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF nextval('sending.spec_runs') = 1 THEN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER spec_deadlock BEFORE INSERT ON sending.idempotency FOR EACH ROW EXECUTE FUNCTION sending.spec_deadlock()`);
    const sent = await gateway.send({ to: contact });
    const runs = await gateway.asAdmin('SELECT last_value::int AS n FROM sending.spec_runs');
    await gateway.asAdmin('DROP TRIGGER spec_deadlock ON sending.idempotency');
    expect(runs).toEqual([{ n: 2 }]);
    if (sent.kind === 'refused') throw sent.error;
    expect(await gateway.status(sent.accepted.id)).toEqual({ status: 'queued', reason: null });
  });

  it('keeps a cap of 3 under 16 parallel workers', async () => {
    await gateway.policy({ caps: [CAP_3] });
    await gateway.contact(contact);
    const ids = await Promise.all(Array.from({ length: 16 }, () => gateway.accept({ to: contact })));
    await Promise.all(ids.map((id) => gateway.attempt(id)));
    const ends = await Promise.all(ids.map((id) => gateway.status(id)));
    expect(ends.filter(({ status }) => status === 'sent')).toHaveLength(3);
    expect(ends.filter(({ reason }) => reason === 'frequency_cap')).toHaveLength(13);
  });

  it('keeps the cap inside one batch too', async () => {
    await gateway.policy({ caps: [CAP_3] });
    await gateway.contact(contact);
    const ids = await Promise.all(Array.from({ length: 8 }, () => gateway.accept({ to: contact })));
    await gateway.attempt(...ids);
    const ends = await Promise.all(ids.map((id) => gateway.status(id)));
    expect(ends.filter(({ status }) => status === 'sent')).toHaveLength(3);
  });

  it('leaves by one click also whoever had only refused a consent before', async () => {
    await gateway.contact(contact, { consent: 'refused' });
    const [row] = await gateway.tx.sql<{ contactPointId: ContactPointId; scopeId: string }>`
      SELECT p.id AS "contactPointId", s.scope_id AS "scopeId"
        FROM consent.contact_point p
        JOIN consent.contact c ON c.id = p.contact_id
        JOIN consent.consent_state s ON s.contact_point_id = p.id
        JOIN consent.topic t ON t.id = s.scope_id
       WHERE c.external_id = ${contact}`;
    if (row === undefined) throw new Error('nothing was refused');
    const click = () =>
      gateway
        .get(ConsentService)
        .withdrawByLink({ ...row, messageId: newId<MessageId>() }, { method: 'one_click', details: {} });
    expect([await click(), await click()]).toMatchObject([{ changed: true }, { changed: false }]);
  });

  it('does not send what was accepted before an opt-out', async () => {
    await gateway.contact(contact);
    const id = await gateway.accept({ to: contact });
    await gateway.consent(contact, 'withdrawn');
    await gateway.attempt(id);
    expect(await gateway.status(id)).toEqual({ status: 'dropped', reason: 'consent_withdrawn' });
  });

  it('holds a refusal for the address, also for another contact who has it and consented before', async () => {
    const address = `${contact}@shared.example`;
    await gateway.contact(`${contact}-twin`, { address });
    await gateway.contact(contact, { address });
    const flying = await gateway.accept({ to: `${contact}-twin` });
    await gateway.get(AttemptService).attempt([flying]);
    const waiting = await gateway.accept({ to: `${contact}-twin` });
    const change = await gateway.consent(contact, 'withdrawn');
    expect(change.inFlight).toEqual([flying]);
    await gateway.attempt(waiting);
    expect((await gateway.status(waiting)).reason).toBe('consent_withdrawn');
    await gateway.consent(`${contact}-twin`, 'granted');
    const again = await gateway.send({ to: `${contact}-twin` });
    expect(again).toMatchObject({ accepted: { decision: { outcome: 'pass' } } });
    expect(await gateway.send({ to: contact })).toMatchObject({
      accepted: { decision: { reason: 'consent_withdrawn' } },
    });
  });

  it('keeps a refusal when the address is taken off the contact and put on again', async () => {
    await gateway.contact(contact);
    await gateway.consent(contact, 'withdrawn', []);
    await gateway.get(ContactService).put(gateway.brandId, contact, { contactPoints: [] }, 'spec');
    await gateway.contact(contact, { consent: null });
    await gateway.consent(contact, 'imported');
    expect(await gateway.send({ to: contact })).toMatchObject({
      accepted: { decision: { reason: 'consent_withdrawn' } },
    });
  });

  it('names what was in flight when somebody leaves, and starts nothing after it', async () => {
    await gateway.contact(contact);
    const [flying, waiting] = [await gateway.accept({ to: contact }), await gateway.accept({ to: contact })];
    const started = await gateway.get(AttemptService).attempt([flying]);
    expect(started).toHaveLength(1);
    const change = await gateway.consent(contact, 'withdrawn');
    expect(change.inFlight).toEqual([flying]);
    await gateway.attempt(waiting);
    expect((await gateway.status(waiting)).reason).toBe('consent_withdrawn');
  });

  it('names what a provider that keeps keys may have taken, although it waits to be asked again', async () => {
    await gateway.contact(contact);
    const id = await gateway.accept({ to: contact });
    const [started] = await gateway.get(AttemptService).attempt([id]);
    if (started === undefined) throw new Error('nothing was started');
    await gateway.outcomes.record({
      message: started.message,
      claim: { attempt: started.attempt, worker: started.worker },
      firstStartedAt: started.firstStartedAt,
      repeatWindowMs: 86_400_000,
      result: { kind: 'ambiguous', code: 'timeout' },
      warmUps: [],
    });
    expect((await gateway.status(id)).status).toBe('queued');
    expect((await gateway.consent(contact, 'withdrawn')).inFlight).toEqual([id]);
  });

  it.each([
    ['{commercial}', 'sent', true],
    ['{transactional}', 'unknown', false],
    ['{}', 'unknown', false],
  ])('after a lost answer, where the brand chose at least once for %s, ends as %s', async (chosen, end, repeats) => {
    const providerId = randomUUID();
    await gateway.asAdmin(`
      INSERT INTO sending.provider (id, brand_id, key, channel, kind, settings, enabled, priority, at_least_once)
      VALUES ('${providerId}', '${gateway.brandId}', 'p-${providerId}', 'email', 'null', '{}', true, 1, '${chosen}')`);
    await gateway.contact(contact);
    const id = await gateway.accept({ to: contact });
    const [started] = await gateway.get(AttemptService).attempt([id]);
    if (started === undefined) throw new Error('nothing was started');
    expect(started.provider.id).toBe(providerId);
    await gateway.outcomes.record({
      message: { ...started.message, providerId },
      claim: { attempt: started.attempt, worker: started.worker },
      firstStartedAt: started.firstStartedAt,
      repeatWindowMs: await gateway.get(SenderRegistry).repeatWindowOf(providerId, started.message),
      result: { kind: 'ambiguous', code: 'timeout' },
      warmUps: [],
    });
    if (end === 'sent') {
      expect((await gateway.status(id)).status).toBe('queued');
      await gateway.asAdmin(`UPDATE sending.message SET not_before = now(), due_at = now() WHERE id = '${id}'`);
      await gateway.attempt(id);
    }
    expect((await gateway.status(id)).status).toBe(end);
    const { message } = await gateway.get(MessageService).view(gateway.brandId, id);
    const disclosed = await gateway.ledger.disclosures(gateway.tx, message.entryIds);
    expect(JSON.stringify([...disclosed.values()]).includes('"repeats":"at_least_once"')).toBe(repeats);
    await gateway.asAdmin(`UPDATE sending.provider SET enabled = false WHERE id = '${providerId}'`);
  });

  it('attempts a message once however often it is woken', async () => {
    await gateway.contact(contact);
    const id = await gateway.accept({ to: contact });
    const started = await Promise.all(Array.from({ length: 10 }, () => gateway.get(AttemptService).attempt([id])));
    expect(started.flat()).toHaveLength(1);
  });

  it('holds a commercial message through the night of the contact and sends a receipt', async () => {
    const allDay = {
      id: 'night',
      channels: ['email'],
      classes: ['commercial'],
      windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '00:00', end: '23:59' }],
      action: 'defer',
    };
    await gateway.policy({ quietHours: [allDay] });
    await gateway.contact(contact, { zone: 'America/Los_Angeles' });
    const held = await gateway.send({ to: contact });
    expect(held).toMatchObject({
      accepted: { status: 'queued', decision: { outcome: 'defer', reason: 'quiet_hours' } },
    });
    const receipt = await gateway.accept({
      to: contact,
      template: 'receipt',
      topic: undefined,
      purpose: 'transactional',
    });
    await gateway.attempt(receipt);
    expect((await gateway.status(receipt)).status).toBe('sent');
  });

  it('does not send after quiet hours what its contact left while it was held', async () => {
    const night = { id: 'night', channels: ['email'], classes: ['commercial'], action: 'defer' };
    const windows = [{ days: [1, 2, 3, 4, 5, 6, 7], start: '00:00', end: '23:59' }];
    await gateway.policy({ quietHours: [{ ...night, windows }] });
    const [leaves, stays] = [contact, `${contact}-stays`];
    for (const one of [leaves, stays]) await gateway.contact(one);
    const ids = [await gateway.accept({ to: leaves }), await gateway.accept({ to: stays })] as const;
    for (const id of ids) expect(await gateway.status(id)).toEqual({ status: 'queued', reason: 'quiet_hours' });
    await gateway.consent(leaves, 'withdrawn');
    // The night is over: what is held is due.
    await gateway.policy({});
    await gateway.asAdmin(`UPDATE sending.message SET not_before = now(), due_at = now() WHERE id = ANY ('{${ids.join()}}')`); // prettier-ignore
    for (const id of ids) await gateway.attempt(id);
    expect(await gateway.status(ids[0])).toEqual({ status: 'dropped', reason: 'consent_withdrawn' });
    expect(await gateway.status(ids[1])).toEqual({ status: 'sent', reason: null });
  });

  it('wakes messages that wait for a rate one by one', async () => {
    await gateway.policy({ rates: [{ id: 'slow', scope: 'brand', permits: 1, interval: 'PT1H', burst: 2 }] });
    await gateway.contact(contact);
    const ids = await Promise.all(Array.from({ length: 6 }, () => gateway.accept({ to: contact })));
    await gateway.attempt(...ids);
    const rows = await gateway.tx.sql<{ status: string; notBefore: number | null }>`
      SELECT status, not_before AS "notBefore" FROM sending.message WHERE id = ANY (${ids}::uuid[]) ORDER BY not_before NULLS FIRST`;
    expect(rows.map((row) => row.status)).toEqual(['sent', 'sent', 'queued', 'queued', 'queued', 'queued']);
    const waits = rows.slice(2).map((row) => row.notBefore ?? 0);
    waits.slice(1).forEach((at, i) => expect(at - (waits[i] ?? 0)).toBe(3_600_000));
  });

  it('cancels a message that waits, and not one that was sent', async () => {
    const { MessageService } = await import('./message.service.js');
    await gateway.contact(contact);
    const [waiting, sent] = [await gateway.accept({ to: contact }), await gateway.accept({ to: contact })];
    await gateway.attempt(sent);
    const messages = gateway.get(MessageService);
    expect((await messages.cancel(gateway.brandId, waiting, 'spec')).reason).toBe('cancelled');
    await expect(messages.cancel(gateway.brandId, sent, 'spec')).rejects.toMatchObject({ code: 'not_cancellable' });
    await gateway.attempt(waiting);
    expect((await gateway.status(waiting)).reason).toBe('cancelled');
  });

  it('never changes an end, whatever statement tries', async () => {
    await gateway.contact(contact);
    const id = await gateway.accept({ to: contact });
    await gateway.attempt(id);
    await expect(
      gateway.tx
        .execute`UPDATE sending.message SET status = 'queued', ended_at = NULL, due_at = now() WHERE id = ${id}`,
    ).rejects.toThrow('stays so');
    await expect(gateway.tx.execute`DELETE FROM sending.message WHERE id = ${id}`).rejects.toThrow(
      /permission denied|stays so/,
    );
  });

  it('adds up at every moment', async () => {
    const rows = await gateway.tx.sql<{ accepted: number; ended: number; waiting: number }>`
      SELECT count(*) AS accepted, count(*) FILTER (WHERE status IN ('sent', 'dropped', 'failed', 'unknown')) AS ended,
             count(*) FILTER (WHERE status IN ('queued', 'started')) AS waiting FROM sending.message`;
    expect(rows[0]?.accepted).toBe((rows[0]?.ended ?? 0) + (rows[0]?.waiting ?? 0));
    const keys = await gateway.tx.sql<{ n: number }>`SELECT count(*) AS n FROM sending.idempotency`;
    expect(keys[0]?.n).toBe(rows[0]?.accepted);
  });
});

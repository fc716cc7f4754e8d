import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { LONG } from '../../../../test/support/form.js';
import { Gateway } from '../../../../test/support/gateway.js';
import type { MessageId } from '#lib/kernel';
import { AttemptService } from '../messages/attempt.service.js';
import { type Feedback, FEEDBACK_TYPES } from './domain/feedback.js';
import { type FeedbackAnswer, FeedbackService } from './feedback.service.js';

describe('what the world reports', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start();
  });
  afterAll(async () => gateway.stop());

  const about = (messageId: MessageId, change: Partial<Feedback> = {}): Feedback => ({
    id: randomUUID(),
    type: 'delivered',
    messageId,
    at: Date.now(),
    bounce: null,
    automated: false,
    link: null,
    ...change,
  });
  const hardBounce = (id: MessageId) => about(id, { type: 'bounced', bounce: { kind: 'hard', status: '5.1.1' } });
  const complaint = (id: MessageId) => about(id, { type: 'complained' });
  const report = (...events: Feedback[]): Promise<FeedbackAnswer[]> =>
    gateway.get(FeedbackService).report(events, { brandId: gateway.brandId, test: false, actor: 'spec', via: 'api' });

  /** A message that has left, to somebody new. */
  const sent = async (address?: string): Promise<{ id: MessageId; to: string }> => {
    const to = randomUUID();
    await gateway.contact(to, address === undefined ? {} : { address });
    const id = await gateway.accept({ to });
    await gateway.attempt(id);
    expect(await gateway.status(id)).toMatchObject({ status: 'sent' });
    return { id, to };
  };
  const touches = async (id: MessageId) =>
    gateway.tx.sql<{ type: string; bounce: string | null; status: string | null; entryId: string | null }>`
      SELECT type, bounce, smtp_status AS status, entry_id AS "entryId" FROM sending.touch
       WHERE message_id = ${id} AND event <> '' ORDER BY type`;

  it('is a touch with its ledger entry', async () => {
    const { id } = await sent();
    const events = FEEDBACK_TYPES.map((type) =>
      about(id, { type, bounce: type === 'bounced' ? { kind: 'soft', status: '4.2.2' } : null }),
    );
    const answers = await report(...events);
    const entries = answers.map((answer) => (answer.kind === 'recorded' ? answer.entryId : null));
    const found = await touches(id);
    expect(found.map(({ type }) => type)).toEqual([...FEEDBACK_TYPES].sort());
    expect(new Set(found.map(({ entryId }) => entryId))).toEqual(new Set(entries));
    expect(found.find(({ type }) => type === 'bounced')).toMatchObject({ bounce: 'soft', status: '4.2.2' });
    for (const [i, { type, id: event }] of events.entries()) {
      const entry = entries[i];
      if (entry == null) throw new Error('not recorded');
      const leaf = (await gateway.ledger.entry(gateway.tx, entry))?.leaf.toString() ?? '';
      expect(JSON.parse(leaf)).toMatchObject({ t: `touch.${type}`, ch: 'email', via: 'api' });
      expect(leaf).not.toContain(event);
      expect((await gateway.ledger.disclosures(gateway.tx, [entry])).get(entry)).toMatchObject({
        message: { id },
        event: { id: event },
        actor: 'spec',
      });
    }
  });

  it('is recorded once, also when it is reported eight times at once', async () => {
    const { id } = await sent();
    const event = complaint(id);
    const answers = (await Promise.all(Array.from({ length: 8 }, () => report(event, event)))).flat();
    expect(answers.filter(({ kind }) => kind === 'recorded')).toHaveLength(1);
    expect(answers.filter(({ kind }) => kind === 'duplicate')).toHaveLength(15);
    expect(new Set(answers.map((answer) => (answer.kind === 'refused' ? null : answer.entryId))).size).toBe(1);
    expect(await touches(id)).toHaveLength(1);
  });

  it('is refused under the id of another event, also when both come at once', async () => {
    const [one, other] = [await sent(), await sent()];
    const event = about(one.id);
    const answers = (await Promise.all([report(event), report({ ...event, messageId: other.id })])).flat();
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['recorded', 'refused']);
    expect(answers.find(({ kind }) => kind === 'refused')).toMatchObject({ code: 'event_id_reused' });
  });

  it('spoils no other when it is refused', async () => {
    const { id } = await sent();
    const waiting = randomUUID();
    await gateway.contact(waiting);
    const answers = await report(
      about(randomUUID() as MessageId),
      about(await gateway.accept({ to: waiting })),
      about(id, { at: Date.now() + 3_600_000 }),
      about(id),
    );
    expect(answers.map((answer) => (answer.kind === 'refused' ? answer.code : answer.kind))).toEqual([
      'unknown_message',
      'not_handed_over',
      'in_future',
      'recorded',
    ]);
    expect(await touches(id)).toHaveLength(1);
  });

  it('of an erased person is not recorded', async () => {
    const { id, to } = await sent();
    await gateway.asAdmin(`UPDATE consent.contact SET erased_at = now() WHERE external_id = '${to}'`);
    expect(await report(complaint(id))).toMatchObject([{ kind: 'refused', code: 'erased' }]);
    expect(await touches(id)).toEqual([]);
  });

  it.each([
    ['a hard bounce', hardBounce, 'suppressed_bounce'],
    ['a complaint', complaint, 'suppressed_complaint'],
  ])('ends the address: %s', async (_name, event, reason) => {
    const address = `${randomUUID()}@people.example`;
    const { id, to } = await sent(address);
    const other = randomUUID();
    await gateway.contact(other, { address });
    const waiting = [await gateway.accept({ to }), await gateway.accept({ to: other })];
    const before = await gateway.countEntries('suppression.added');
    await report(event(id), event(id));
    expect(await gateway.countEntries('suppression.added')).toBe(before + 1);

    await gateway.attempt(...waiting);
    for (const message of waiting) expect(await gateway.status(message)).toEqual({ status: 'dropped', reason });
    expect(await gateway.send({ to })).toMatchObject({ accepted: { status: 'dropped', decision: { reason } } });
  });

  it('does not end the address for a soft bounce', async () => {
    const { id, to } = await sent();
    await report(about(id, { type: 'bounced', bounce: { kind: 'soft', status: '4.2.2' } }));
    expect(await gateway.send({ to })).toMatchObject({ accepted: { decision: { outcome: 'pass' } } });
  });

  it('names what was in flight when somebody complains, and nothing starts after it', async () => {
    const address = `${randomUUID()}@people.example`;
    const { id, to } = await sent(address);
    const other = randomUUID();
    await gateway.contact(other, { address });
    const [onItsWay, waiting] = [await gateway.accept({ to: other }), await gateway.accept({ to })];
    const attempts = gateway.get(AttemptService);
    expect(await attempts.attempt([onItsWay])).toHaveLength(1);
    expect(await report(complaint(id))).toMatchObject([{ kind: 'recorded', inFlight: [onItsWay] }]);
    expect(await attempts.attempt([waiting])).toEqual([]);
  });

  /** A policy with a warm-up of its own, and messages that left under it: the first two to one address. */
  const warmedUp = async (count: number) => {
    const rule = randomUUID();
    await gateway.policy({ warmUps: [warmUp(rule)] });
    const shared = `${randomUUID()}@people.example`;
    const messages: { id: MessageId; to: string }[] = [];
    for (let i = 0; i < count; i++) messages.push(await sent(i < 2 ? shared : undefined));
    return { rule, ids: messages.map(({ id }) => id) };
  };
  const warmUp = (id: string) => ({
    id,
    scope: 'sending_domain',
    startsOn: new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10),
    ceilings: Array.from({ length: 30 }, () => 100),
    halt: { bounced: 0.9, complained: 0.5, atLeast: 4, lookBackDays: 3 },
  });
  const days = async (rule: string) =>
    gateway.tx.sql<{ sent: number; bounced: number; complained: number }>`
      SELECT sent, bounced, complained FROM sending.warm_up_day WHERE rule = ${rule} ORDER BY day`;

  it('is counted in the warm-up of the day on which the message left, once for each message', async () => {
    const { rule, ids } = await warmedUp(3);
    const [first, second, third] = ids as [MessageId, MessageId, MessageId];
    await gateway.asAdmin(
      `INSERT INTO sending.warm_up_day (brand_id, rule, key, day, sent)
       SELECT brand_id, rule, key, day + 1, 7 FROM sending.warm_up_day WHERE rule = '${rule}'`,
    );
    await report(complaint(first), complaint(first), complaint(second));
    await report(hardBounce(third));
    await report(hardBounce(third));
    expect(await days(rule)).toEqual([
      { sent: 3, bounced: 1, complained: 2 },
      { sent: 7, bounced: 0, complained: 0 },
    ]);
  });

  it('is counted once when the provider refuses the address and somebody reports the same', async () => {
    const rule = randomUUID();
    await gateway.policy({ warmUps: [warmUp(rule)] });
    const start = async () => {
      const to = randomUUID();
      await gateway.contact(to);
      const [started] = await gateway.get(AttemptService).attempt([await gateway.accept({ to })]);
      if (started === undefined) throw new Error('nothing was started');
      const { message, attempt, worker, firstStartedAt, warmUps } = started;
      const refusal = { kind: 'rejected', code: 'smtp_rcpt_550', hardBounce: true } as const;
      const outcome = {
        message,
        claim: { attempt, worker },
        firstStartedAt,
        repeatWindowMs: null,
        result: refusal,
        warmUps,
      };
      return { id: message.id, refuse: () => gateway.outcomes.record(outcome) };
    };
    const [one, other] = [await start(), await start()];
    await one.refuse();
    await report(hardBounce(one.id));
    await report(hardBounce(other.id));
    await other.refuse();
    expect(await days(rule)).toEqual([{ sent: 2, bounced: 2, complained: 0 }]);
  });

  it('halts a warm-up when too many complain', async () => {
    const { ids } = await warmedUp(4);
    const next = randomUUID();
    await gateway.contact(next);
    await report(...ids.slice(2, 3).map(complaint));
    expect(await gateway.send({ to: next })).toMatchObject({ accepted: { decision: { outcome: 'pass' } } });
    await report(...ids.slice(3).map(complaint));
    expect(await gateway.send({ to: next })).toMatchObject({
      accepted: { decision: { outcome: 'defer', reason: 'warm_up' } },
    });
  });

  it('may come late, repeatedly and out of order', async () => {
    const begun = Date.now();
    const event = fc.record({
      message: fc.nat(2),
      type: fc.constantFrom(...FEEDBACK_TYPES),
      kind: fc.constantFrom('hard' as const, 'soft' as const),
      ago: fc.integer({ min: 0, max: 100_000 }),
      automated: fc.boolean(),
    });
    const history = fc.array(event, { minLength: 1, maxLength: 10 }).chain((events) => {
      const twice = [...events.keys(), ...events.keys()];
      return fc.record({
        events: fc.constant(events),
        order: fc.shuffledSubarray(twice, { minLength: twice.length }),
        size: fc.integer({ min: 1, max: 20 }),
      });
    });
    await fc.assert(
      fc.asyncProperty(history, async ({ events, order, size }) => {
        const told = async (sequence: readonly number[], perRequest: number) => {
          const { rule, ids } = await warmedUp(3);
          const reports = events.map(({ message, type, kind, ago, automated }) =>
            about(ids[message] as MessageId, {
              type,
              at: begun - ago,
              bounce: type === 'bounced' ? { kind, status: null } : null,
              automated,
            }),
          );
          for (let i = 0; i < sequence.length; i += perRequest) {
            await report(...sequence.slice(i, i + perRequest).map((n) => reports[n] as Feedback));
          }
          const seen = await gateway.tx.sql<{ id: MessageId; event: string; type: string; at: number }>`
            SELECT message_id AS id, event, type, at, bounce, automated FROM sending.touch
             WHERE message_id = ANY (${ids}::uuid[]) AND event <> ''`;
          const suppressed = await gateway.tx.sql<{ id: MessageId; reason: string }>`
            SELECT m.id, s.reason FROM sending.message m
              JOIN consent.contact_point p ON p.id = m.contact_point_id
              JOIN consent.suppression s ON s.brand_id = p.brand_id AND s.address_hash = p.address_hash
             WHERE m.id = ANY (${ids}::uuid[])`;
          const nth = <T extends { id: MessageId }>({ id, ...rest }: T) => ({ n: ids.indexOf(id), ...rest });
          return {
            touches: seen
              .map(({ event: name, ...rest }) => ({ event: reports.findIndex(({ id }) => id === name), ...nth(rest) }))
              .sort((a, b) => a.event - b.event),
            suppressed: suppressed
              .map(nth)
              .map(({ n, reason }) => `${n} ${reason}`)
              .sort(),
            days: await days(rule),
          };
        };
        const inOrder = await told([...events.keys()], 1);
        expect(inOrder.touches).toHaveLength(events.length);
        expect(await told(order, size)).toEqual(inOrder);
      }),
      { numRuns: LONG ? 12 : 4 },
    );
  }, 120_000);
});

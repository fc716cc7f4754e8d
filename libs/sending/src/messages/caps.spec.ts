import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { TopicService } from '#lib/consent';
import type { MessageId } from '#lib/kernel';
import { Gateway } from '../../../../test/support/gateway.js';
import { AttemptService } from './attempt.service.js';
import { MessageService } from './message.service.js';

const cap = (limit: number) => ({
  caps: [
    {
      id: 'cap',
      scope: 'any',
      limit,
      window: 'P7D',
      action: 'drop',
      classes: { bound: ['commercial'], counted: ['commercial'] },
    },
  ],
});

interface Rejected {
  readonly kind: 'rejected';
  readonly code: string;
  readonly hardBounce: boolean;
}
interface Transient {
  readonly kind: 'transient';
  readonly code: string;
  readonly retryAfterMs: number | null;
}

describe('a cap', () => {
  let gateway: Gateway;
  let contact: string;
  beforeAll(async () => {
    gateway = await Gateway.start();
  });
  afterAll(async () => gateway.stop());
  beforeEach(async () => {
    contact = `c-${randomUUID()}`;
    await gateway.contact(contact);
  });

  const accept = (count: number) => Promise.all(Array.from({ length: count }, () => gateway.accept({ to: contact })));
  const countOf = async (ids: readonly MessageId[], wanted: string) =>
    (await Promise.all(ids.map((id) => gateway.status(id)))).filter(({ status }) => status === wanted).length;
  /** The provider takes the message for good or not at all, after its place was reserved. */
  async function answer(id: MessageId, result: Rejected | Transient) {
    const [started] = await gateway.get(AttemptService).attempt([id]);
    if (started === undefined) throw new Error('nothing was started');
    const { message, attempt, worker, firstStartedAt } = started;
    const claim = { attempt, worker };
    await gateway.outcomes.record({ message, claim, firstStartedAt, repeatWindowMs: null, result, warmUps: [] });
  }

  it.each([
    [0, 0],
    [1, 1],
  ])('of %i lets %i through while 16 workers try at once', async (limit, through) => {
    await gateway.policy({});
    const ids = await accept(16);
    // They were accepted when there was no cap: what counts is the policy in force at the hand-over.
    await gateway.policy(cap(limit));
    await Promise.all(ids.map((id) => gateway.attempt(id)));
    expect(await countOf(ids, 'sent')).toBe(through);
    expect(await countOf(ids, 'dropped')).toBe(16 - through);
  });

  it('of a topic counts what was sent under it, also when it has another name since', async () => {
    await gateway.policy({ caps: cap(1).caps.map((one) => ({ ...one, scope: 'topic' })) });
    await gateway.attempt(await gateway.accept({ to: contact }));
    const facts = { purpose: 'commercial', labels: { en: 'Another name' }, descriptions: {} };
    await gateway.get(TopicService).put(gateway.brandId, 'newsletter', facts, { by: 'spec', at: Date.now() });
    const second = await gateway.accept({ to: contact });
    await gateway.attempt(second);
    expect(await gateway.status(second)).toEqual({ status: 'dropped', reason: 'frequency_cap' });
  });

  it('is lifted from one message by whoever stands for it, and the log keeps who and why', async () => {
    await gateway.policy(cap(1));
    const override = { caps: true, actor: 'key-7', reason: 'recall of a product' } as const;
    const [usual, lifted, next] = [await gateway.accept({ to: contact }), await gateway.accept({ to: contact, override }), await gateway.accept({ to: contact })]; // prettier-ignore
    for (const id of [usual, lifted, next]) await gateway.attempt(id);
    expect(await gateway.status(usual)).toMatchObject({ status: 'sent' });
    expect(await gateway.status(lifted)).toMatchObject({ status: 'sent' });
    expect(await gateway.status(next)).toEqual({ status: 'dropped', reason: 'frequency_cap' });

    const { steps } = await gateway.get(MessageService).explain(gateway.brandId, lifted);
    const started = steps.find(({ type }) => type === 'send.handover_started');
    if (started === undefined) throw new Error('it was never handed over');
    const disclosed = (await gateway.ledger.disclosures(gateway.tx, [started.entry])).get(started.entry);
    expect(disclosed).toMatchObject({ checks: { decision: { outcome: 'pass' }, facts: { message: { override } } } });
  });

  it('gives back the place of a message that the provider refused after it was reserved', async () => {
    await gateway.policy(cap(1));
    const [refused, next, last] = [await gateway.accept({ to: contact }), await gateway.accept({ to: contact }), await gateway.accept({ to: contact })]; // prettier-ignore
    await answer(refused, { kind: 'rejected', code: 'http_500', hardBounce: false });
    expect(await gateway.status(refused)).toMatchObject({ status: 'failed' });
    await gateway.attempt(next);
    await gateway.attempt(last);
    expect(await gateway.status(next)).toMatchObject({ status: 'sent' });
    expect(await gateway.status(last)).toEqual({ status: 'dropped', reason: 'frequency_cap' });
  });
  it('gives back the place of a message whose provider failed for now, which finds it taken when it is tried again', async () => {
    await gateway.policy(cap(1));
    const [failed, next] = [await gateway.accept({ to: contact }), await gateway.accept({ to: contact })];
    await answer(failed, { kind: 'transient', code: 'http_500', retryAfterMs: 0 });
    expect(await gateway.status(failed)).toMatchObject({ status: 'queued' });
    await gateway.attempt(next);
    expect(await gateway.status(next)).toMatchObject({ status: 'sent' });
    await gateway.asAdmin(`UPDATE sending.message SET not_before = now(), due_at = now() WHERE id = '${failed}'`);
    await gateway.attempt(failed);
    expect(await gateway.status(failed)).toEqual({ status: 'dropped', reason: 'frequency_cap' });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { AttemptService, type OutcomeService } from '#lib/sending';
import { Gateway } from '../support/gateway.js';

type Outcome = Parameters<OutcomeService['record']>[0];

describe('two reports about one hand-over', () => {
  let gateway: Gateway;

  beforeAll(async () => {
    gateway = await Gateway.start();
  });
  afterAll(() => gateway.stop());

  /** A hand-over that has started and whose lease is over: its worker and the reaper may both report now. */
  const overdue = async (): Promise<Outcome> => {
    const contact = `c-${randomUUID()}`;
    await gateway.contact(contact);
    const id = await gateway.accept({ to: contact });
    const [started] = await gateway.get(AttemptService).attempt([id]);
    if (started === undefined) throw new Error('nothing was started');
    const { message, attempt, worker, firstStartedAt } = started;
    const result = { kind: 'accepted', providerRef: null } as const;
    return { message, claim: { attempt, worker }, firstStartedAt, repeatWindowMs: null, result, warmUps: [] };
  };
  const written = async ({ message }: Outcome) => {
    const { rows } = await gateway.tx.sql<{ ends: number; touches: number; entries: number }>`
        SELECT (SELECT count(*) FROM ledger.entry WHERE leaf LIKE convert_to('%"t":"send.ended"%', 'UTF8')) AS ends,
               (SELECT count(*) FROM sending.touch WHERE message_id = ${message.id}) AS touches,
               (SELECT cardinality(entry_ids) FROM sending.message WHERE id = ${message.id}) AS entries`.then(
      ([row]) => ({ rows: row }),
    );
    return rows;
  };

  it.each([
    ['the worker first', (late: Outcome) => [late, { ...late, result: null }]],
    ['the reaper first', (late: Outcome) => [{ ...late, result: null }, late]],
    ['the worker twice', (late: Outcome) => [late, late]],
  ])('that come at the same moment, %s, write one end', async (_order, both) => {
    const late = await overdue();
    const before = await written(late);
    // Same turn of the event loop, so they share a transaction.
    const settled = await Promise.all(both(late).map((outcome) => gateway.outcomes.record(outcome)));
    expect(settled.filter(Boolean)).toHaveLength(1);
    const after = await written(late);
    expect((after?.ends ?? 0) - (before?.ends ?? 0)).toBe(1);
    const { status } = await gateway.status(late.message.id);
    expect(after?.touches).toBe(status === 'sent' ? 1 : 0);
    expect(after?.entries).toBe(3);
  });
});

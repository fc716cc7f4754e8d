import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Gateway } from '../../../../test/support/gateway.js';
import type { MessageId } from '#lib/kernel';
import { FeedbackService, MessageService } from '#lib/sending';
import { reportProblems, type Report } from '../domain/report.js';
import { withoutSmallRows } from '../domain/small-rows.js';
import { KeptMessagesService } from '../kept-messages/kept-message.service.js';
import { ReportingModule } from '../reporting.module.js';
import type { LiftCount } from './domain/lift-counts.js';
import { liftReport } from './domain/lift-report.js';
import { LiftService } from './lift.service.js';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const rowsOf = ({ columns, rows }: Report) =>
  rows.map(({ cells }) => Object.fromEntries(columns.map(({ key }, i) => [key, Object.values(cells[i] ?? {})[0]])));

describe('what the best time has brought', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start({}, [ReportingModule]);
  });
  afterAll(() => gateway.stop());

  const asked = (more = {}) => ({
    ...{
      brandId: gateway.brandId,
      from: Math.floor(Date.now() / DAY) * DAY - 20 * DAY,
      to: Math.floor(Date.now() / DAY) * DAY + 2 * DAY,
      zone: 'Europe/Berlin',
      asOf: null,
    },
    ...more,
  });
  /** From what is kept, where the log has no more to say. */
  const lift = async (more = {}, withinHours = 24) => {
    await gateway.get(KeptMessagesService).settle(gateway.brandId);
    return gateway.get(LiftService).report(asked(more), { by: 'all', withinHours });
  };

  it('is counted by draw, as the ledger has it, when its time is over, whatever became of the message', async () => {
    const sent: MessageId[] = [];
    for (let i = 0; i < 16; i++) {
      await gateway.contact(`p${i}`);
      sent.push(await gateway.accept({ to: `p${i}`, bestTime: { withinMs: 24 * HOUR, goal: 'clicked' } }));
    }
    const drawn = await gateway.tx.sql<{ id: MessageId; control: boolean }>`
      SELECT message_id AS id, control FROM sending.best_time ORDER BY message_id`;
    expect(drawn.map(({ id }) => id)).toEqual([...sent].sort());
    for (const { id, control } of drawn) {
      const { message } = await gateway.get(MessageService).view(gateway.brandId, id);
      const disclosed = await gateway.ledger.disclosures(gateway.tx, message.entryIds);
      const said = disclosed.get(message.entryIds[0] ?? ('' as never))?.['message'] as { time: { luck: number } };
      expect(control).toBe(said.time.luck < 100_000);
    }
    expect(rowsOf(await lift())).toMatchObject([{ choice: 'time', goal: 'clicked', channel: 'email', chosen: 0, control: 0, waiting: 16 }]); // prettier-ignore

    // Eight of either; 14 leave, of which four are clicked by people and one by a machine.
    for (const [i, id] of sent.entries()) {
      await gateway.asAdmin(`UPDATE sending.best_time SET control = ${i % 2 === 1}, created_at = now() - interval '10 days' WHERE message_id = '${id}'`); // prettier-ignore
      await gateway.asAdmin(
        `UPDATE sending.message SET accepted_at = now() - interval '10 days', send_at = NULL, not_before = now(), due_at = now() WHERE id = '${id}'`,
      );
      if (i >= 14) continue;
      await gateway.attempt(id);
      expect(await gateway.status(id)).toEqual({ status: 'sent', reason: null });
    }
    const click = (id: MessageId | undefined, more: { automated?: boolean; at?: number }) =>
      gateway.get(FeedbackService).report(
        [{ id: randomUUID(), type: 'clicked', messageId: id as MessageId, at: Date.now(), bounce: null, automated: false, link: null, ...more }], // prettier-ignore
        { brandId: gateway.brandId, test: false, actor: 'spec', via: 'api' },
      );
    for (const i of [0, 2, 4, 1]) await click(sent[i], {});
    await click(sent[6], { automated: true });
    // Who refused to be counted is no success of anything.
    await gateway.asAdmin(`
      INSERT INTO sending.touch (message_id, type, at, brand_id, contact_id, channel, test, event, untracked)
      SELECT id, 'clicked', now(), brand_id, contact_id, channel, test, 'refused', true FROM sending.message WHERE id = '${sent[8]}'`);
    expect(rowsOf(await lift())).toMatchObject([
      { chosen: 8, chosen_met: 3, chosen_rate: 3 / 8, control: 8, control_met: 1, control_rate: 1 / 8, lift: 2 / 8, waiting: 0 }, // prettier-ignore
    ]);
    // Nobody was as fast as a hundredth of a millisecond.
    expect(rowsOf(await lift({}, 0.01 / HOUR))).toMatchObject([{ chosen: 8, chosen_met: 0, control_met: 0 }]);
    // Before anything was clicked, and before its time was over.
    expect(rowsOf(await lift({ asOf: Date.now() - 7 * DAY }))).toMatchObject([{ chosen: 0, waiting: 16 }]);
    expect(rowsOf(await lift({ from: Date.now() - 5 * DAY }))).toEqual([]);
  });
});

describe('the report of it', () => {
  const count = (change: Partial<LiftCount>): LiftCount => ({
    ...{ what: 'channel', goal: 'clicked', segment: '', channel: null },
    ...{ chosen: 900, chosenMet: 90, control: 100, controlMet: 5, waiting: 3 },
    ...change,
  });
  const read = { readAt: 0, ledgerSize: 7 };
  const asked = { brandId: '' as never, from: 0, to: 1, zone: 'UTC', asOf: null };
  const made = (counts: readonly LiftCount[], by: 'all' | 'segment' = 'all') =>
    liftReport(counts, asked, { by, withinHours: 24 }, read);

  it('has the difference of the rates with its range', () => {
    const report = made([count({})]);
    expect(reportProblems(report)).toEqual([]);
    // 90/900 and 5/100, Newcombe's method 10 by hand: Wilson 0.0821 to 0.1214, and 0.0215 to 0.1118.
    const [row] = rowsOf(report);
    expect(row).toMatchObject({ chosen_rate: 0.1, control_rate: 0.05 });
    expect(Number(row?.['lift'])).toBeCloseTo(0.05, 10);
    expect(Number(row?.['lift_low'])).toBeCloseTo(0.05 - Math.hypot(0.1 - 0.0821, 0.1118 - 0.05), 3);
    expect(Number(row?.['lift_high'])).toBeCloseTo(0.05 + Math.hypot(0.1214 - 0.1, 0.05 - 0.0215), 3);
  });

  it('tells segments together or apart, and never the best channel and the best time', () => {
    const counts = [count({ segment: 'a' }), count({ segment: 'b', chosen: 90, control: 10 }), count({ what: 'time', channel: 'email' })]; // prettier-ignore
    expect(rowsOf(made(counts)).map(({ choice, chosen, control }) => [choice, chosen, control])).toEqual([
      ['channel', 990, 110],
      ['time', 900, 100],
    ]);
    expect(rowsOf(made(counts, 'segment')).map(({ segment }) => segment)).toEqual(['a', 'b', '']);
  });

  it('says nothing of few, and that a control is not the share that it should be', () => {
    const report = made([count({ control: 4, controlMet: 1 })]);
    expect(rowsOf(report)[0]).toMatchObject({ lift: 'too_few', lift_low: 'too_few' });
    expect(report.notes.map(({ key }) => key)).toEqual(['lift', 'uneven_control']);
    const shown = rowsOf(withoutSmallRows(report, ['chosen', 'control']));
    expect(shown[0]).toMatchObject({ chosen: 'too_few', control: 'too_few', control_met: 'too_few' });
    expect(made([count({})]).notes).toHaveLength(1);
  });
});

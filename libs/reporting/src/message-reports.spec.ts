import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsentService } from '#lib/consent';
import type { ContactPointId, MessageId } from '#lib/kernel';
import { FeedbackService, MessageService } from '#lib/sending';
import { Gateway } from '../../../test/support/gateway.js';
import { ConsentTrendService } from './consents/consent-trend.service.js';
import { DeliveryService } from './deliveries/delivery.service.js';
import type { Asked } from './domain/asked.js';
import { type Report, reportProblems } from './domain/report.js';
import { exitsOf } from './exits/domain/exit-figures.js';
import { ExitService } from './exits/exit.service.js';
import { KeptMessagesService } from './kept-messages/kept-message.service.js';
import { ReportingModule } from './reporting.module.js';

const DAY = 86_400_000;
const DAYS = { from: new Date(Date.now() - DAY).toISOString().slice(0, 10), to: '2099-12-31' };
const FILTERS = {
  campaign: undefined,
  path: undefined,
  step: undefined,
  channel: undefined,
  messages: 'live',
  days: DAYS,
};
const PEOPLE = 24;

let gateway: Gateway;
let asked: Asked;
beforeAll(async () => {
  gateway = await Gateway.start({}, [ReportingModule]);
  // Whole hours, so that reports are made of what is kept; now and then some of it waits on the list.
  const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  asked = { brandId: gateway.brandId, from: hour - DAY, to: hour + 2 * DAY, zone: 'Europe/Berlin', asOf: null };
  await gateway.get(KeptMessagesService).settle(gateway.brandId);
  for (let i = 0; i < PEOPLE; i++) await gateway.contact(`p${i}`, { consent: i % 4 === 3 ? null : 'granted' });
}, 120_000);
afterAll(() => gateway.stop());

const exits = (more: Partial<Asked> = {}) =>
  gateway.get(ExitService).report({ ...asked, ...more }, { test: false }, FILTERS);
/** A report as an object for each row, by the names of its columns. */
const rowsOf = ({ columns, rows, total }: Report) =>
  [...rows, ...(total === null ? [] : [total])].map(({ cells }) =>
    Object.fromEntries(columns.map(({ key }, i) => [key, Object.values(cells[i] ?? {})[0]])),
  );

describe('the exit report', () => {
  const accepted: MessageId[] = [];

  it('adds up at every read while messages are accepted, sent and taken back', async () => {
    let isSending = true;
    const read: number[] = [];
    const reading = (async () => {
      while (isSending) {
        const { figures, report } = await exits();
        for (const row of [...figures.rows, figures.total]) {
          expect(row.inflow).toBe(row.processing + row.sent + exitsOf(row));
        }
        expect(reportProblems(report)).toEqual([]);
        // What was acknowledged before the read is in it, wherever it stands.
        read.push(figures.total.inflow);
      }
    })();
    const send = async (lane: number): Promise<void> => {
      for (let i = lane; i < PEOPLE; i += 3) {
        const id = await gateway.accept({ to: `p${i}`, step: `step-${i % 2}`, variant: i % 3 === 0 ? 'a' : 'b' });
        accepted.push(id);
        const before = accepted.length;
        if (i % 5 === 4) await gateway.get(KeptMessagesService).settle(gateway.brandId);
        if (i % 6 === 5)
          await gateway
            .get(MessageService)
            .cancel(gateway.brandId, id, 'spec')
            .catch(() => undefined);
        else await gateway.attempt(id);
        expect((await exits()).figures.total.inflow).toBeGreaterThanOrEqual(before);
      }
    };
    await Promise.all([send(0), send(1), send(2)]).finally(() => (isSending = false));
    await reading;
    expect(read.length).toBeGreaterThan(2);
    expect(read).toEqual([...read].sort((a, b) => a - b));
    const { figures } = await exits();
    const way = (reason: string) => figures.total.exits.find((one) => one.reason === reason)?.messages;
    expect([figures.total.inflow, figures.total.sent, way('no_consent')]).toEqual([24, 16, 6]);
    expect(way('cancelled')).toBe(2);
  }, 60_000);

  it('leads from each number to exactly its messages, and from each to its ledger entries', async () => {
    const { report } = await exits();
    const whole = rowsOf(report);
    expect(whole.at(-1)).toMatchObject({ inflow: 24, sent: 16, exit: 8, 'dropped.no_consent': 6 });
    const seen: string[] = [];
    for (const [i, { cells }] of report.rows.entries()) {
      for (const [column, cell] of cells.entries()) {
        if (!('link' in cell) || cell.link === undefined) continue;
        const asks = new URL(cell.link, 'http://x').searchParams;
        const place = Object.fromEntries(['campaign', 'path', 'step'].map((name) => [name, asks.get(name) || null]));
        const reason = asks.has('reason') ? { reason: asks.get('reason') || null } : {};
        const standing = asks.has('standing') ? { standing: asks.get('standing') as 'sent' } : {};
        const filter = { ...asked, test: false, ...place, ...standing, ...reason };
        const { items } = await gateway.get(ExitService).messages(filter, { after: null, limit: 500 });
        expect([i, column, items.length]).toEqual([i, column, cell.value]);
        if (report.columns[column]?.key === 'inflow') seen.push(...items.map(({ id }) => id));
      }
    }
    expect(seen.sort()).toEqual([...accepted].sort());
    const { items, next } = await gateway
      .get(ExitService)
      .messages({ ...asked, test: false }, { after: null, limit: 10 });
    const rest = await gateway.get(ExitService).messages({ ...asked, test: false }, { after: next, limit: 500 });
    expect([...items, ...rest.items].map(({ id }) => id)).toEqual([...accepted].sort());
    for (const { entryIds } of items) expect(entryIds.length).toBeGreaterThan(0);
    const found = await gateway.ledger.entriesById(
      gateway.tx,
      items.flatMap(({ entryIds }) => entryIds),
    );
    expect(found.size).toBe(items.flatMap(({ entryIds }) => entryIds).length);
  });

  it('about an instant of the past says the same whenever it is asked, and has nothing of later', async () => {
    const asOf = Date.now() + 1;
    await new Promise((resolve) => setTimeout(resolve, 5));
    const before = (await exits({ asOf })).report;
    const id = await gateway.accept({ to: 'p0' });
    expect(await exits({ asOf })).toMatchObject({ report: before });
    expect((await exits()).figures.total.inflow).toBe(25);
    await gateway.attempt(id);
    expect((await exits({ asOf })).report).toEqual(before);
  });

  it('counts test messages apart', async () => {
    await gateway.accept({ to: 'p0' }, true);
    expect((await exits()).figures.total.inflow).toBe(25);
    const test = await gateway.get(ExitService).report(asked, { test: true }, FILTERS);
    expect(test.figures.total.inflow).toBe(1);
  });
});

describe('what became of messages after they left', () => {
  it('is counted once for each message, machines apart, with rates of sums', async () => {
    const ids = await Promise.all([0, 1, 2, 4].map((i) => gateway.accept({ to: `p${i}`, topic: 'newsletter' })));
    for (const id of ids) await gateway.attempt(id);
    const [a, b, c, d] = ids;
    const event = (
      id: string,
      messageId: MessageId | undefined,
      type: 'opened' | 'clicked' | 'delivered' | 'bounced' | 'complained',
      automated = false,
    ) => ({
      id,
      messageId: messageId ?? ('' as MessageId),
      type,
      at: Date.now(),
      automated,
      link: null,
      bounce: type === 'bounced' ? { kind: 'soft' as const, status: null } : null,
    });
    const reporter = { brandId: gateway.brandId, test: false, actor: 'spec', via: 'api' as const };
    const answers = await gateway
      .get(FeedbackService)
      .report(
        [
          event('1', a, 'delivered'),
          ...[event('2', a, 'opened'), event('3', a, 'opened'), event('4', a, 'clicked')],
          ...[event('5', b, 'opened', true), event('6', b, 'complained'), event('9', b, 'clicked', true)],
          ...[event('7', c, 'delivered'), event('8', c, 'bounced')],
        ],
        reporter,
      );
    expect(answers.map(({ kind }) => kind)).toEqual(answers.map(() => 'recorded'));
    const [point] = await gateway.tx.sql<{ id: ContactPointId; purpose: string }>`
      SELECT q.id, (SELECT id FROM consent.purpose WHERE key = 'commercial') AS purpose
        FROM consent.contact_point q JOIN consent.contact k ON k.id = q.contact_id WHERE k.external_id = 'p4'`;
    const link = {
      contactPointId: point?.id ?? ('' as ContactPointId),
      scopeId: point?.purpose ?? '',
      messageId: d ?? ('' as MessageId),
    };
    await gateway.get(ConsentService).withdrawByLink(link, { method: 'one_click', details: {} });

    const report = await gateway
      .get(DeliveryService)
      .report('email', asked, { by: 'topic', campaign: undefined, messages: 'live', days: DAYS });
    expect(reportProblems(report)).toEqual([]);
    const total = rowsOf(report).at(-1);
    expect(total).toMatchObject({ sent: 21, delivered: 1, bounced: 1, hard: 0, arrived: 20, opened: 1, byMachine: 1 });
    expect(total).toMatchObject({ clickedByMachine: 1 });
    expect(total).toMatchObject({ clicked: 1, complained: 1, withdrawn: 1, open_rate: 0.05, click_to_open_rate: 1 });
    const bySubject = await gateway
      .get(DeliveryService)
      .report('email', asked, { by: 'subject', campaign: undefined, messages: 'live', days: DAYS });
    expect(rowsOf(bySubject)[0]).toMatchObject({ template: 'news@1', subject: 'News', sent: 21 });
    const channels = await gateway
      .get(DeliveryService)
      .report('channels', asked, { by: 'topic', campaign: undefined, messages: 'live', days: DAYS });
    const row = rowsOf(channels)[0];
    expect(row).toMatchObject({
      channel: 'email',
      accepted: 29,
      sent: 21,
      dropped: 8,
      processing: 0,
      send_rate: 21 / 29,
    });
  });

  it('about an instant of the past does not change by feedback that comes late', async () => {
    const id = await gateway.accept({ to: 'p5', topic: 'newsletter' });
    await gateway.attempt(id);
    const at = Date.now();
    const asOf = at + 1;
    await new Promise((resolve) => setTimeout(resolve, 5));
    const told = () =>
      Promise.all(
        (['email', 'channels', 'content'] as const).map((key) =>
          gateway
            .get(DeliveryService)
            .report(key, { ...asked, asOf }, { by: 'topic', campaign: undefined, messages: 'live', days: DAYS }),
        ),
      );
    const before = await told();
    const late = { id: 'late', messageId: id, type: 'opened', at, automated: false, link: null, bounce: null } as const;
    const reporter = { brandId: gateway.brandId, test: false, actor: 'spec', via: 'api' as const };
    expect(await gateway.get(FeedbackService).report([late], reporter)).toMatchObject([{ kind: 'recorded' }]);
    expect(await told()).toEqual(before);
  });

  it('is nothing, and has no rates, where nothing was sent', async () => {
    const report = await gateway
      .get(DeliveryService)
      .report('content', { ...asked, from: 0, to: DAY }, { by: 'topic', campaign: '', messages: 'live', days: DAYS });
    expect(report.rows).toEqual([]);
    expect(report.total?.cells.at(-1)).toEqual({ notAvailable: 'no_denominator' });
  });
});

describe('the consent trend', () => {
  const parameters = {
    stretch: 'day',
    channel: undefined,
    purpose: undefined,
    topic: undefined,
    currency: 'EUR',
  } as const;
  const today = {
    from: new Date(Date.now() - DAY).toISOString().slice(0, 10),
    to: new Date(Date.now() + DAY).toISOString().slice(0, 10),
  };
  const trend = (more: { by: 'all' | 'topic' | 'channel'; value?: number }) =>
    gateway.get(ConsentTrendService).report(asked, today, { ...parameters, value: undefined, ...more });

  it('says how many came and left, and what was not sent for it', async () => {
    const { report, stretches } = await trend({ by: 'all', value: 150 });
    expect(reportProblems(report)).toEqual([]);
    const total = rowsOf(report).at(-1);
    const [events] = await gateway.tx.sql<{ ins: number; outs: number }>`
      SELECT count(*) FILTER (WHERE kind = 'granted') AS ins, count(*) FILTER (WHERE kind = 'withdrawn') AS outs
        FROM consent.consent_event WHERE effective`;
    expect(events?.ins).toBeGreaterThanOrEqual(18);
    expect(total).toMatchObject({ optIns: events?.ins, optOuts: events?.outs, unsent: 6, lost_value: 900 });
    expect(stretches).toHaveLength(3);
    expect(stretches.reduce((all, { optIns }) => all + optIns, 0)).toBe(events?.ins);
  });

  it('has no cost where nobody said what a message is worth', async () => {
    const { report } = await trend({ by: 'topic' });
    expect(report.total?.cells.at(-1)).toEqual({ notAvailable: 'no_revenue' });
    expect(rowsOf(report).map(({ topic }) => topic)).toContain('newsletter');
  });
});

import { randomUUID } from 'node:crypto';
import { AttemptService, HandOverService } from '#lib/sending';
import { RunningApi } from './running-api.js';
import { setUpSending } from './set-up-sending.js';

export interface ReportedTable {
  readonly columns: readonly { readonly key: string }[];
  readonly rows: readonly { readonly cells: readonly ReportedCell[] }[];
  readonly total: { readonly cells: readonly ReportedCell[] };
  readonly notes: readonly { readonly key: string; readonly values: Record<string, number> }[];
}
export interface ReportedCell {
  readonly value?: string | number;
  readonly link?: string;
  readonly standsFor?: string;
  readonly notAvailable?: string;
}

export const DAY = 86_400_000;
export const ago = (days: number): string => new Date(Date.now() - days * DAY).toISOString();
export const day = (days: number): string => ago(days).slice(0, 10);
export const eur = (amount: number) => ({ amount, currency: 'EUR' });

export const deal = (id: string, amount: number, currency = 'EUR') => ({
  ...{ type: 'opportunity', id, at: ago(15), closedAt: ago(0), status: 'won', account: 'Acme', region: 'North' },
  value: { amount, currency },
});

export const visit = (id: string, contact: string, days: number, more: object) => ({
  type: 'visit',
  id,
  contact,
  at: ago(days),
  ...more,
});

/** The last sixty days. */
export const PERIOD = `from=${day(59)}&to=${day(0)}&zone=Etc/UTC`;

/** What a column says, by the first cell of each row. */
export function columnOf({ columns, rows, total }: ReportedTable, column: string) {
  const at = columns.findIndex(({ key: name }) => name === column);
  const valueOf = (cells: readonly ReportedCell[]) => cells[at]?.value ?? cells[at]?.notAvailable;
  return {
    ...Object.fromEntries(rows.map(({ cells }) => [cells[0]?.value, valueOf(cells)])),
    total: valueOf(total.cells),
  };
}

/** The machines' door with a brand that people, visits, two mails, deals and costs are known of. */
export class MoneyWorld {
  private constructor(
    readonly api: RunningApi,
    readonly key: string,
  ) {}

  static async start(): Promise<MoneyWorld> {
    const api = await RunningApi.start();
    const world = new MoneyWorld(api, await api.brand('acme'));
    await setUpSending(api, world.key);
    for (const [name, account] of [
      ['ann', 'Acme'],
      ['bob', 'Acme'],
      ['eve', 'Other'],
    ] as const)
      await world.person(name, account);
    await world.send('ann');
    await world.send('bob');
    const results = await world.report(facts());
    const refused = results.filter(({ result }) => result !== 'kept');
    if (refused.length > 0) throw new Error(JSON.stringify(refused));
    return world;
  }

  async report(events: readonly object[], by = this.key) {
    const answer = await this.api.send('POST', '/v1/events', { key: by, body: { events } });
    return answer.json<{ results: { result: string; version?: number; code?: string }[] }>().results;
  }

  async person(name: string, account: string): Promise<void> {
    const contactPoints = [{ channel: 'email', address: `${name}@people.example` }];
    await this.api.send('PUT', `/v1/contacts/${name}`, { key: this.key, body: { account, contactPoints } });
  }

  /** One mail, which reaches its provider. */
  async send(to: string, more: object = {}): Promise<string> {
    const { api, key } = this;
    const consent = {
      channel: 'email',
      purpose: 'commercial',
      topics: ['newsletter'],
      kind: 'granted',
      wording: 'Yes, please.',
    };
    const evidence = { legalBasis: 'consent', method: 'web_form' };
    await api.send('POST', `/v1/contacts/${to}/consents`, { key, body: { ...consent, ...evidence } });
    const sent = await api.send('POST', '/v1/messages', {
      key,
      headers: { 'idempotency-key': randomUUID() },
      body: { to, template: 'news', topic: 'newsletter', ...more },
    });
    const { id } = sent.json<{ id: string }>();
    const started = await api.app.get(AttemptService, { strict: false }).attempt([id]);
    await api.app.get(HandOverService, { strict: false }).handOver(started);
    return id;
  }

  async asked(query: string, by = this.key, path = 'attribution'): Promise<ReportedTable> {
    const answer = await this.api.send('GET', `/v1/reports/${path}?${query}`, { key: by });
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.json<ReportedTable>();
  }

  stop(): Promise<void> {
    return this.api.stop();
  }
}

/** Made when the mails have left, because deals are closed after them. */
const facts = (): object[] => [
  { type: 'account', id: 'Acme', industry: 'Steel', tier: 'A', region: 'North' },
  visit('v1', 'ann', 40, { utm: { medium: 'CPC', campaign: 'spring' } }),
  visit('v2', 'bob', 20, { channel: 'fair', campaign: 'spring' }),
  visit('v3', 'eve', 30, { channel: 'fair' }),
  visit('v4', 'eve', 29, { channel: 'unattributed' }),
  { type: 'stage', id: 's1', at: ago(35), lead: 'l1', stage: 'mql', contact: 'ann', campaign: 'spring' },
  { type: 'stage', id: 's2', at: ago(50), lead: 'l2', stage: 'contact', contact: 'eve' },
  { type: 'stage', id: 's3', at: ago(40), lead: 'l2', stage: 'mql', contact: 'eve' },
  { type: 'stage', id: 's4', at: ago(75), lead: 'l3', stage: 'contact', account: 'Nobody' },
  { ...deal('d1', 10_001), lead: 'l1' },
  { ...deal('d2', 5_000), account: 'Nobody', campaign: 'spring' },
  // Said of no region, so of that of its account.
  { ...deal('d3', 200, 'USD'), region: undefined },
  { ...deal('d5', 7_000), account: 'Other', lead: 'l2', region: 'East', status: 'open', closedAt: undefined },
  { ...deal('d6', 900), status: 'lost' },
  deal('d4', 100, 'CHF'),
  { type: 'exchange_rate', id: 'r1', from: 'USD', to: 'EUR', day: day(60), rate: '0.9' },
  { type: 'cost', id: 'c1', category: 'ad_spend', from: day(9), to: day(0), value: eur(1000), channel: 'cpc' },
  { type: 'cost', id: 'c2', category: 'salaries', from: day(59), to: day(0), value: eur(6000) },
  { type: 'cost', id: 'c3', category: 'sales', from: day(59), to: day(0), value: eur(3000) },
  // Half of its days are in the period.
  { type: 'target', id: 'g1', measure: 'won', region: 'North', from: day(119), to: day(0), value: eur(20_000) },
  { type: 'target', id: 'g2', measure: 'pipeline', region: 'East', from: day(59), to: day(0), value: eur(14_000) },
  { type: 'target', id: 'g3', measure: 'won', region: 'East', from: day(200), to: day(60), value: eur(1) },
  { type: 'tariff', id: 't1', channel: 'email', from: day(90), perThousand: eur(1500) },
];

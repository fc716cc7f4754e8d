import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Gateway } from '../../../../test/support/gateway.js';
import { MessageService } from './message.service.js';

const RULES = {
  caps: [
    {
      id: 'weekly',
      scope: 'topic',
      limit: 1,
      window: 'P7D',
      action: 'drop',
      classes: { bound: ['commercial'], counted: ['commercial'] },
    },
  ],
};

describe('the explanation of a message', () => {
  let gateway: Gateway;

  beforeAll(async () => {
    gateway = await Gateway.start();
    await gateway.policy(RULES);
  });
  afterAll(async () => gateway.stop());

  const explain = (id: string) => gateway.get(MessageService).explain(gateway.brandId, id as never);

  it('shows every check as it was answered, although of a decision that passes the ledger keeps the facts alone', async () => {
    const contact = randomUUID();
    await gateway.contact(contact);
    const sent = await gateway.send({ to: contact });
    if (sent.kind === 'refused') throw sent.error;
    const { steps, message } = await explain(sent.accepted.id);
    expect(steps[0]?.decision).toEqual(sent.accepted.decision);
    const found = await gateway.ledger.entriesById(gateway.tx, message.entryIds);
    const leaf = JSON.parse(found.get(message.entryIds[0]!)?.leaf.toString() ?? '{}') as { _sd: string[] };
    expect(leaf._sd).toContain(steps[0]?.factsDigest);

    const [entry] = message.entryIds;
    const disclosed = await gateway.ledger.disclosures(gateway.tx, message.entryIds);
    const checks = disclosed.get(entry!)?.['checks'];
    const { decision, facts } = checks as { decision: object; facts: object };
    expect(Object.keys(decision)).toEqual(['outcome', 'at', 'policy', 'rules', 'local']);
    expect(facts).toMatchObject({ message: { class: 'commercial' }, contact: { erased: false } });
  });

  it('tells of each decision what the law asked of the sender besides, of other steps nothing', async () => {
    const contact = randomUUID();
    await gateway.contact(contact, { zone: 'Europe/Berlin' });
    await gateway.policy({ jurisdiction: { packs: 'all' } });
    const { steps } = await explain(await gateway.accept({ to: contact }));
    expect(steps[0]?.obligations).toContainEqual({
      rule: 'de/message-marks',
      force: 'statute',
      sentence: expect.stringContaining('must carry a way out') as unknown,
    });
    await gateway.policy(RULES);
    const other = await explain(await gateway.accept({ to: contact }));
    await gateway.attempt(other.message.id);
    const sent = await explain(other.message.id);
    expect(sent.steps.map(({ type, obligations }) => [type, obligations])).toEqual(
      sent.steps.map(({ type }) => [type, []]),
    );
  });

  it('keeps a check that fails with all its details', async () => {
    const contact = randomUUID();
    await gateway.contact(contact);
    await gateway.attempt(await gateway.accept({ to: contact }));
    const sent = await gateway.send({ to: contact });
    if (sent.kind === 'refused') throw sent.error;
    expect(sent.accepted.decision).toMatchObject({ outcome: 'drop', reason: 'frequency_cap' });
    const { steps, message } = await explain(sent.accepted.id);
    expect(steps[0]?.decision).toEqual(sent.accepted.decision);
    const found = await gateway.ledger.entriesById(gateway.tx, message.entryIds);
    const leaf = JSON.parse(found.get(message.entryIds[0]!)?.leaf.toString() ?? '{}') as { _sd: string[] };
    expect(leaf._sd).toContain(steps[0]?.factsDigest);

    const disclosed = await gateway.ledger.disclosures(gateway.tx, message.entryIds);
    const checks = [...disclosed.values()][0]?.['checks'];
    const { decision } = checks as { decision: { checks: unknown[] } };
    const failed = sent.accepted.decision.checks.find((check) => !check.passes);
    expect(decision.checks).toContainEqual(failed);
  });

  it('asks for the policies of all its decisions at once, each in the version it was made under', async () => {
    const contact = randomUUID();
    await gateway.contact(contact);
    const id = await gateway.accept({ to: contact });
    await gateway.policy({ ...RULES, rates: [{ id: 'slow', scope: 'brand', permits: 9, interval: 'PT1S', burst: 9 }] });
    await gateway.attempt(id);
    const { answer, statements } = await counted(() => explain(id));
    const versions = answer.steps.flatMap(({ decision }) => decision?.policy.version ?? []);
    expect(versions).toEqual([expect.any(Number), (versions[0] ?? 0) + 1]);
    expect(answer.steps.flatMap(({ decision }) => (decision === null ? [] : [decision.checks.length > 0]))).toEqual([
      true,
      true,
    ]);
    expect(statements.filter((text) => text.includes('sending.policy'))).toHaveLength(1);
  });

  /** What a call answers, and the statements it sends one by one. */
  async function counted<T>(call: () => Promise<T>): Promise<{ answer: T; statements: string[] }> {
    const { tx } = gateway;
    const statements: string[] = [];
    const { sql } = tx;
    tx.sql = (strings, ...values) => {
      statements.push(strings.join('$'));
      return sql(strings, ...values);
    };
    try {
      return { answer: await call(), statements };
    } finally {
      tx.sql = sql;
    }
  }
});

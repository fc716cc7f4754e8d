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

    const [entry] = message.entryIds;
    const disclosed = await gateway.ledger.disclosures(gateway.tx, message.entryIds);
    const { decision, facts } = disclosed.get(entry!)?.['checks'] as { decision: object; facts: object };
    expect(Object.keys(decision)).toEqual(['outcome', 'at', 'policy', 'local']);
    expect(facts).toMatchObject({ message: { class: 'commercial' }, contact: { erased: false } });
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

    const disclosed = await gateway.ledger.disclosures(gateway.tx, message.entryIds);
    const { decision } = [...disclosed.values()][0]?.['checks'] as { decision: { checks: unknown[] } };
    const failed = sent.accepted.decision.checks.find((check) => !check.passes);
    expect(decision.checks).toContainEqual(failed);
  });
});

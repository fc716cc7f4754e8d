import { getQueueToken } from '@nestjs/bullmq';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Queue, Worker } from 'bullmq';
import type { Channel, MessageClass, MessageId } from '#lib/kernel';
import { newId, queueName, queueOptions, type WakeUp } from '#lib/platform';
import { Gateway } from '../../../../test/support/gateway.js';
import { describeOnEachQueueBackend } from '../../../../test/support/queue-backends.js';
import { until } from '../../../../test/support/until.js';
import { WakeUps } from './wake-ups.js';

interface Taken {
  readonly ids: readonly string[];
  readonly priority: number;
}

describeOnEachQueueBackend('wake-ups of messages', (backend) => {
  let gateway: Gateway;

  beforeAll(async () => {
    gateway = await Gateway.start({ QUEUE_URL: backend.queueUrl });
  });
  afterAll(async () => gateway.stop());

  const some = (count: number, messageClass: MessageClass, priority = 5, channel: Channel = 'email') =>
    Array.from({ length: count }, () => ({ id: newId<MessageId>(), channel, class: messageClass, priority }));
  const queued = async (channel: Channel, jobs: number): Promise<void> => {
    const queue = gateway.app.get<Queue>(getQueueToken(queueName(channel)), { strict: false });
    await until(`${jobs} wake-ups`, async () => (await queue.count()) === jobs);
  };
  /** What a worker that takes one at a time takes up of a queue, which was filled before. */
  const takenUp = async (channel: Channel, jobs: number): Promise<Taken[]> => {
    const taken: Taken[] = [];
    const work = (job: { data: WakeUp; priority: number }): Promise<void> =>
      Promise.resolve(void taken.push({ ids: job.data.ids, priority: job.priority }));
    const worker = new Worker<WakeUp>(queueName(channel), work, { ...queueOptions(gateway.config), concurrency: 1 });
    worker.on('error', () => undefined);
    await until(`${jobs} wake-ups to be taken up`, () => taken.length === jobs);
    await worker.close();
    return taken;
  };

  it('are taken up before those of a mailing of thousands that came before, where somebody waits for the message', async () => {
    const wakeUps = gateway.get(WakeUps);
    const mailing = some(4_000, 'commercial');
    wakeUps.send(mailing);
    await queued('email', 8);
    const [live] = some(1, 'transactional');
    if (live === undefined) throw new Error('no message');
    wakeUps.send([live]);
    await queued('email', 9);

    const [first, ...rest] = await takenUp('email', 9);
    expect(first?.ids).toEqual([live.id]);
    expect(rest.map(({ ids }) => ids.length)).toEqual(Array.from({ length: 8 }, () => 500));
    expect(rest.flatMap(({ ids }) => ids).sort()).toEqual(mailing.map(({ id }) => id).sort());
  });

  it('are as many as lanes for a mixed batch, and come in the order of what matters most', async () => {
    const [can, usual, must] = [some(2, 'commercial', 0), some(2, 'commercial'), some(2, 'commercial', 9)];
    const [canLive, live, mustLive] = [some(2, 'transactional', 4), some(2, 'transactional'), some(2, 'transactional', 6)]; // prettier-ignore
    gateway.get(WakeUps).send([...can, ...canLive, ...usual, ...live, ...must, ...mustLive, ...some(1, 'commercial', 5, 'sms')]); // prettier-ignore
    await queued('email', 6);
    await queued('sms', 1);
    const idsOf = (messages: readonly { id: MessageId }[]) => messages.map(({ id }) => id);
    expect(await takenUp('email', 6)).toEqual(
      [mustLive, live, canLive, must, usual, can].map((messages, i) => ({ ids: idsOf(messages), priority: i + 1 })),
    );
  });
});

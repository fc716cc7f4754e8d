import { getQueueToken } from '@nestjs/bullmq';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Queue } from 'bullmq';
import { CHANNELS } from '#lib/kernel';
import { Gateway } from '../../../../test/support/gateway.js';
import { until } from '../../../../test/support/until.js';
import { queueName } from './queue.module.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start();
});
afterAll(() => gateway.database.drop());

const connections = async (): Promise<number> => {
  const rows = await gateway.asAdmin(
    `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'consent-gateway-queues'`,
  );
  return rows.length;
};

it('gives the wake-ups of all channels by three connections at most, and closes them at the end', async () => {
  const queues = CHANNELS.map((channel) =>
    gateway.app.get<Queue>(getQueueToken(queueName(channel)), { strict: false }),
  );
  await Promise.all(queues.map((queue) => queue.waitUntilReady()));
  await Promise.all(
    queues.flatMap((queue) =>
      Array.from({ length: 20 }, (_, i) => queue.add('attempt', { ids: [] }, { jobId: `j${i}` })),
    ),
  );
  expect(await Promise.all(queues.map((queue) => queue.count()))).toEqual(CHANNELS.map(() => 20));
  expect(await connections()).toBeGreaterThan(0);
  expect(await connections()).toBeLessThanOrEqual(3);
  await gateway.app.close();
  await until('the connections to end', async () => (await connections()) === 0);
});

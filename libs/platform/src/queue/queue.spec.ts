import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Queue, Worker } from 'bullmq';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { describeOnEachQueueBackend } from '../../../../test/support/queue-backends.js';
import { until } from '../../../../test/support/until.js';
import { newId } from '../random.js';
import { queueName, queueOptions, type WakeUp } from './queue.module.js';

/** What the pipeline relies on, whichever backend the one setting names. */
describeOnEachQueueBackend('wake-ups', (backend) => {
  let database: TestDatabase;
  let queue: Queue<WakeUp>;
  const open: { close(): Promise<void> }[] = [];

  const options = () => queueOptions({ QUEUE_URL: backend.queueUrl, DATABASE_URL: database.urls.app });
  const worker = (work: (ids: readonly string[]) => Promise<void>): Worker<WakeUp> => {
    const made = new Worker<WakeUp>(queueName('email'), (job) => work(job.data.ids), { ...options(), concurrency: 3 });
    made.on('error', () => undefined);
    open.push(made);
    return made;
  };
  const wake = (ids: readonly string[]) => queue.add('attempt', { ids }, { jobId: newId() });

  beforeAll(async () => {
    database = await createTestDatabase();
    queue = new Queue<WakeUp>(queueName('email'), options());
    queue.on('error', () => undefined);
    await queue.waitUntilReady();
  });
  afterAll(async () => {
    await Promise.all(open.map((one) => one.close()));
    await queue.close();
    await database.drop();
  });

  it('arrive with their ids, as an application role without rights to create anything', async () => {
    const seen: string[] = [];
    const one = worker((ids) => Promise.resolve(void seen.push(...ids)));
    await wake(['a', 'b']);
    await wake(['c']);
    await until('three ids', () => seen.length === 3);
    expect([...seen].sort()).toEqual(['a', 'b', 'c']);
    await one.close();
  });

  it('wait for a worker that is not there yet', async () => {
    await wake(['early']);
    const seen: string[] = [];
    const one = worker((ids) => Promise.resolve(void seen.push(...ids)));
    await until('one id', () => seen.length === 1);
    await one.close();
  });

  it('are not repeated by the queue when an attempt fails: that is the sweeper’s', async () => {
    let runs = 0;
    const one = worker(() => {
      runs++;
      return Promise.reject(new Error('no'));
    });
    await wake(['failing']);
    await until('the first run', () => runs === 1);
    await until('the job to end', async () => (await queue.getJobCounts()).active === 0);
    await one.close();
    expect(runs).toBe(1);
    const counts = await queue.getJobCounts();
    expect({ waiting: counts.waiting ?? 0, failed: counts.failed ?? 0 }).toEqual({ waiting: 0, failed: 0 });
  });

  it('are finished by a worker that closes', async () => {
    const done: string[] = [];
    let begun = false;
    const one = worker(async (ids) => {
      begun = true;
      await new Promise((resolve) => setTimeout(resolve, 200));
      done.push(...ids);
    });
    await wake(['last']);
    await until('the job to begin', () => begun);
    await one.close();
    expect(done).toEqual(['last']);
  });
});

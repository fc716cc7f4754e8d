import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Queue, WaitingError, Worker } from 'bullmq';
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
  const worker = (work: (ids: readonly string[]) => Promise<void>, { concurrency = 3 } = {}): Worker<WakeUp> => {
    const made = new Worker<WakeUp>(queueName('email'), (job) => work(job.data.ids), { ...options(), concurrency });
    made.on('error', () => undefined);
    open.push(made);
    return made;
  };
  const wake = (ids: readonly string[], priority?: number) =>
    queue.add('attempt', { ids }, { jobId: newId(), ...(priority === undefined ? {} : { priority }) });

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

  it('are taken up by their priority, then in the order in which they came', async () => {
    for (const [id, priority] of [['a', 5], ['b', 5], ['c', 2], ['d', 6], ['e', 2], ['f', 1]] as const) await wake([id], priority); // prettier-ignore
    expect(await queue.count()).toBe(6);
    const seen: string[] = [];
    const one = worker((ids) => Promise.resolve(void seen.push(...ids)), { concurrency: 1 });
    await until('six ids', () => seen.length === 6);
    expect(seen.join('')).toBe('fceabd');
    await one.close();
  });

  it('can be put back with what is left of them, and are next then, but for what is more urgent', async () => {
    const seen: [ids: string, priority: number, taken: number, at: number][] = [];
    let taken = (): void => undefined;
    const begun = new Promise<void>((resolve) => (taken = resolve));
    let goOn = (): void => undefined;
    const urgentIsThere = new Promise<void>((resolve) => (goOn = resolve));
    const made = new Worker<WakeUp>(
      queueName('email'),
      async (job, token) => {
        seen.push([job.data.ids.join(''), job.priority, job.attemptsStarted, job.timestamp]);
        if (job.data.ids[0] !== 'a') return;
        taken();
        await urgentIsThere;
        await job.updateData({ ids: job.data.ids.slice(1) });
        await job.moveToWait(token);
        throw new WaitingError();
      },
      { ...options(), concurrency: 1 },
    );
    const failed: unknown[] = [];
    made.on('error', () => undefined).on('failed', (_job, error) => failed.push(error));
    open.push(made);
    const { timestamp } = await wake(['a', 'b'], 5);
    await begun;
    await wake(['c'], 5);
    await wake(['d'], 2);
    goOn();
    await until('four turns', () => seen.length === 4);
    expect(seen.map(([ids, priority, turn]) => [ids, priority, turn])).toEqual([
      ['ab', 5, 1],
      ['d', 2, 1],
      ['b', 5, 2],
      ['c', 5, 1],
    ]);
    expect([seen[0]?.[3], seen[2]?.[3]]).toEqual([timestamp, timestamp]);
    expect(failed).toEqual([]);
    await until('an empty queue', async () => (await queue.getJobCounts()).active === 0 && (await queue.count()) === 0);
    await made.close();
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

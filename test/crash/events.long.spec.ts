import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { CrashPoint } from '#lib/platform';
import { type DurablePostgres, startDurablePostgres } from '../support/durable-postgres.js';
import { consent, Installation } from '../support/installation.js';
import { until } from '../support/until.js';

const POINTS: readonly CrashPoint[] = [
  'events.before_commit',
  'events.after_commit',
  'events.before_call',
  'events.after_call',
];
const KILLED = { code: null, signal: 'SIGKILL' };
const PEOPLE = 5;

describe('a worker that is killed while it tells of events', () => {
  let postgres: DurablePostgres;
  let installation: Installation;
  let receiver: Server;
  let environment: Record<string, string>;
  /** Whom each event that arrived was about, by its id: more than once where it came more than once. */
  const arrived = new Map<string, string[]>();
  let round = 0;

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      void text(request).then((body) => {
        const { id, subject } = JSON.parse(body) as { id: string; subject: string };
        arrived.set(id, [...(arrived.get(id) ?? []), subject]);
        response.writeHead(204).end();
      });
    });
    await once(receiver.listen(0, '127.0.0.1'), 'listening');
    const host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    environment = { EVENT_HOSTS: host };
    postgres = await startDurablePostgres();
    installation = new Installation(postgres.urls, 'postgres', environment);
    await installation.startReady('api');
    await installation.setUp(1);
    await installation.ok('PUT', '/v1/event-endpoints/crm', {
      body: { url: `http://${host}/`, types: ['consent.withdrawn'] },
    });
  }, 120_000);
  afterAll(async () => {
    await installation.end();
    await postgres.remove();
    receiver.close();
  });

  it.each(POINTS)(
    'at %s: everything is told all the same, and twice only what was told before',
    async (point) => {
      const people = await installation.contacts(PEOPLE, `r${++round}-`);
      const before = arrived.size;
      for (const person of people)
        await installation.ok('POST', `/v1/contacts/${person}/consents`, { body: consent('withdrawn') });
      const dying = await installation.start('worker', { CRASH_AT: point });
      expect(await dying.exited).toEqual(KILLED);
      const early = new Set(
        [...arrived].filter(([, subjects]) => people.includes(subjects[0] ?? '')).map(([id]) => id),
      );
      if (point !== 'events.after_call') expect(early.size).toBe(0);
      else expect(early.size).toBeGreaterThan(0);

      const next = await installation.startReady('worker');
      // Whoever died has what it took for a minute; nobody has to wait for it here.
      await installation.admin.query(`UPDATE sending.event_delivery SET due_at = now() WHERE status = 'waiting'`);
      await until(
        () => `${PEOPLE} events to arrive; ${arrived.size - before} did\n${next.output().slice(-2000)}`,
        async () => arrived.size - before === PEOPLE,
        60_000,
      );
      await until(
        () => 'every delivery to be settled',
        async () => {
          const { rows } = await installation.admin.query<{ n: number }>(
            `SELECT count(*)::int AS n FROM sending.event_delivery WHERE status <> 'delivered'`,
          );
          return rows[0]?.n === 0;
        },
        60_000,
      );
      await next.kill();
      const told = [...arrived].filter(([, subjects]) => people.includes(subjects[0] ?? ''));
      expect(told.map(([, [subject]]) => subject).sort()).toEqual([...people].sort());
      for (const [id, subjects] of told) expect(subjects.length).toBeLessThanOrEqual(early.has(id) ? 2 : 1);
    },
    120_000,
  );
});

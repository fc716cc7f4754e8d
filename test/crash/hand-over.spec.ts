import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CrashPoint } from '#lib/platform';
import { type DurablePostgres, startDurablePostgres } from '../support/durable-postgres.js';
import { LONG } from '../support/form.js';
import { type Asked, Installation, SHORT_LEASE } from '../support/installation.js';
import { describeOnEachQueueBackend } from '../support/queue-backends.js';
import { type SmtpRecorder, startSmtpRecorder } from '../support/smtp-recorder.js';
import { contradictions, readTruth } from '../support/truth.js';

const MESSAGES = 12;
/** For the mail server to answer while a worker is about to die. A lease lasts that long and some, and is waited for. */
const ANSWER_SECONDS = 5;
/** In which it dies, round by round. */
const DEATH_MS = 60_000;
const KILLED = { code: null, signal: 'SIGKILL' };

/** What a message may end as when the worker dies there, and what must be among the ends. */
interface Demand {
  readonly point: CrashPoint;
  readonly may: readonly string[];
  readonly must: string;
  /** Whether the mail server may have taken a message whose end is then not known. */
  readonly taken: boolean;
}

const WORKER_POINTS: readonly Demand[] = [
  { point: 'attempt.before_commit', may: ['sent'], must: 'sent', taken: false },
  { point: 'attempt.after_commit', may: ['sent', 'unknown'], must: 'unknown', taken: false },
  { point: 'handover.before_call', may: ['sent', 'unknown'], must: 'unknown', taken: false },
  { point: 'handover.after_call', may: ['sent', 'unknown'], must: 'unknown', taken: true },
  { point: 'outcome.before_commit', may: ['sent', 'unknown'], must: 'unknown', taken: true },
  { point: 'outcome.after_commit', may: ['sent', 'unknown'], must: 'sent', taken: true },
];
const API_POINTS: readonly CrashPoint[] = ['accept.before_commit', 'accept.after_commit'];
/** The queue only wakes, so what differs by backend shows where a wake-up is lost with its worker. */
const ON_REDIS = new Set<CrashPoint>(['attempt.before_commit']);
/** In the short form a process dies before its commit and after its call; database-cut.spec.ts has the database die at others. */
const ON_POSTGRES = new Set<CrashPoint>(['accept.before_commit', 'handover.after_call']);

describeOnEachQueueBackend('a process that dies while messages are on their way', (backend) => {
  const isTried = (point: CrashPoint): boolean =>
    LONG || (backend.kind === 'postgres' ? ON_POSTGRES : ON_REDIS).has(point);
  let postgres: DurablePostgres;
  let installation: Installation;
  let recorder: SmtpRecorder;
  let folder: string;
  let contacts: string[];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'hand-over-'));
    [postgres, recorder] = await Promise.all([
      startDurablePostgres(),
      startSmtpRecorder(path.join(folder, 'mail.log')),
    ]);
    installation = new Installation(postgres.urls, backend.queueUrl);
    await Promise.all([installation.startReady('api'), installation.startReady('worker')]);
    await installation.setUp(recorder.port);
    contacts = await installation.contacts(MESSAGES);
  }, 120_000);
  afterAll(async () => {
    await installation.end();
    await Promise.all([postgres.remove(), recorder.stop()]);
    rmSync(folder, { recursive: true });
  });

  const sendAll = () => Promise.all(contacts.map((contact) => installation.send(contact)));
  const idsOf = (asked: readonly Asked[]): string[] => asked.map(({ id }) => id ?? 'never acknowledged');
  /** Waits for these messages, and compares what everybody knows about all there ever were. */
  const settle = async (ids: readonly string[]): Promise<Map<string, string>> => {
    const ends = await installation.ended(ids);
    expect(contradictions(await readTruth(installation), installation.acked, recorder.recorded())).toEqual([]);
    return ends;
  };
  const wasTaken = (id: string): boolean =>
    recorder.recorded().some((mail) => mail.messageId?.startsWith(`<${id}@`) === true);

  /** Sends until a second worker has died there; answers what was sent. */
  const untilDeath = async (point: CrashPoint): Promise<Asked[]> => {
    await installation.provider(recorder.port, ANSWER_SECONDS);
    const dying = await installation.startReady('worker', { ...SHORT_LEASE, CRASH_AT: point });
    const asked: Asked[] = [];
    // Two workers share the wake-ups; the other one may have got all of a round.
    for (const begun = performance.now(); dying.exit() === null && performance.now() - begun < DEATH_MS;) {
      asked.push(...(await sendAll()));
      await Promise.race([dying.exited, sleep(1000)]);
    }
    expect(dying.exit()).toEqual(KILLED);
    await installation.provider(recorder.port);
    return asked;
  };

  it.each(WORKER_POINTS.filter(({ point }) => isTried(point)))(
    'one of two workers at $point: every message ends once, and none is handed over twice',
    async ({ point, may, must, taken }) => {
      const isShown = taken && must === 'unknown';
      let shown: string[] = [];
      // A call that could not begin in its time came to nothing, and its worker dies of that as well; another one then has to.
      for (let deaths = 0; deaths < (isShown ? 4 : 1) && shown.length === 0; deaths++) {
        const ends = await settle(idsOf(await untilDeath(point)));
        for (const end of ends.values()) expect(may).toContain(end);
        expect([...ends.values()]).toContain(must);
        shown = [...ends].flatMap(([id, end]) => (end === 'unknown' && wasTaken(id) ? [id] : []));
      }
      if (!taken) expect(shown).toEqual([]);
      if (isShown) expect(shown).not.toEqual([]);
    },
    400_000,
  );

  if (!API_POINTS.some(isTried)) return;
  it.each(API_POINTS.filter(isTried))(
    'the api at %s: what was not answered is asked again and becomes one message',
    async (point) => {
      const survivor = installation.process('api');
      const dying = await installation.startReady('api', { CRASH_AT: point });
      const asked = await sendAll();
      expect(await dying.exited).toEqual(KILLED);
      expect(idsOf(asked)).toContain('never acknowledged');

      installation.use(survivor);
      const stored = await installation.count();
      const answers = await Promise.all(asked.map((one) => installation.repeat(one)));
      const refused = answers.filter((answer) => answer?.status !== 202).map((answer) => answer?.text);
      expect({ refused, log: refused.length === 0 ? '' : survivor.output() }).toEqual({ refused: [], log: '' });
      const replayed = answers.filter((answer) => answer?.headers.get('idempotency-replayed') === 'true').length;
      if (point === 'accept.before_commit') expect(replayed).toBe(0);
      else expect(replayed).toBeGreaterThan(0);

      const ends = await settle(idsOf(asked));
      expect([...ends.values()]).toEqual(asked.map(() => 'sent'));
      expect(await installation.count()).toBe(stored + MESSAGES - replayed);
    },
    400_000,
  );
});

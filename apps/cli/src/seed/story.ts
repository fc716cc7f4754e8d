import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { EpochMs } from '#lib/kernel';
import { systemClock, tzdb } from '#lib/platform';
import { type ApiClient, UnexpectedAnswer } from './api-client.js';
import { clockIn, zoneByDay, zoneByNight } from './domain/clocks.js';
import { MailboxClient, type ReceivedMail } from './mailbox-client.js';
import { newsletterTo, type Person, person, type Role } from './people.js';

/** How long anything may take that happens by itself: an attempt, a mail, a ledger position. */
const PATIENCE_MS = 20_000;
const POLL_MS = 40;

const Decision = z.object({
  outcome: z.string(),
  reason: z.string().nullable(),
  sentence: z.string(),
  checks: z.array(z.object({ passes: z.boolean(), until: z.iso.datetime().nullish() })),
  notBefore: z.iso.datetime().nullable(),
  zone: z.string(),
});
type Decision = z.infer<typeof Decision>;
const Accepted = z.object({ id: z.string(), status: z.string(), decision: Decision });
const Message = z.object({ id: z.string(), status: z.string() });
const Explanation = z.object({
  status: z.string(),
  reason: z.string().nullable(),
  steps: z.array(z.object({ position: z.number().nullable(), type: z.string(), decision: Decision.nullable() })),
});
type Explanation = z.infer<typeof Explanation>;

/** One scene as it is printed: a title and named lines. */
interface Scene {
  readonly title: string;
  readonly lines: readonly (readonly [string, string])[];
  /** What should have come out and did not; empty when all is well. */
  readonly surprises: readonly string[];
}

/**
 * Plays the main job on real input, through the public API and SMTP, and prints what was answered.
 * @returns whether everything came out as the story says.
 */
export async function tellStory(api: ApiClient, mailboxUrl: string, telling: number): Promise<boolean> {
  const story = new Story(api, new MailboxClient(mailboxUrl), telling);
  // Each scene has a person of its own, so they can play at the same time.
  const scenes = await Promise.all([
    story.delivered(),
    story.noConsent(),
    story.deferred(),
    story.capped(),
    story.left(),
  ]);
  console.log('\nWhat has just happened here, as the api answered it:\n');
  scenes.forEach((scene, i) => console.log(printed(scene, i + 1)));
  return scenes.every(({ surprises }) => surprises.length === 0);
}

class Story {
  private readonly day = zoneByDay(tzdb, systemClock.now());
  private readonly night = zoneByNight(tzdb, systemClock.now());

  constructor(
    private readonly api: ApiClient,
    private readonly mailbox: MailboxClient,
    private readonly telling: number,
  ) {}

  async delivered(): Promise<Scene> {
    const anna = await this.meet('delivered', this.day);
    await this.agree(anna);
    const id = await this.send(anna);
    const mail = await this.receive(id);
    const history = await this.history(id);
    const isOneClick = mail.oneClickUrl !== null;
    return scene(`${anna.name} agreed to the newsletter: delivered`, anna, this.day, history, {
      wanted: { status: 'sent', reason: null },
      extra: [['mail', `${mail.page}${isOneClick ? ', with its one-click header' : ''}`]],
      surprises: isOneClick ? [] : ['the mail has no one-click header'],
    });
  }

  async noConsent(): Promise<Scene> {
    const ben = await this.meet('noConsent', this.day);
    const history = await this.history(await this.send(ben));
    return scene(`${ben.name} was never asked: not sent`, ben, this.day, history, {
      wanted: { status: 'dropped', reason: 'no_consent' },
    });
  }

  async deferred(): Promise<Scene> {
    const carla = await this.meet('deferred', this.night);
    await this.agree(carla);
    const history = await this.history(await this.send(carla));
    return scene(`It is night where ${carla.name} lives: held until the morning`, carla, this.night, history, {
      wanted: { status: 'queued', reason: 'quiet_hours' },
    });
  }

  async capped(): Promise<Scene> {
    const david = await this.meet('capped', this.day);
    await this.agree(david);
    for (let i = 0; i < 2; i++) await this.receive(await this.send(david));
    const history = await this.history(await this.send(david));
    return scene(`${david.name} has had two this week: the third is not sent`, david, this.day, history, {
      wanted: { status: 'dropped', reason: 'frequency_cap' },
    });
  }

  async left(): Promise<Scene> {
    const eva = await this.meet('leaving', this.day);
    await this.agree(eva);
    const { oneClickUrl } = await this.receive(await this.send(eva));
    if (oneClickUrl === null) throw new UnexpectedAnswer(`the mail to ${eva.name} has no List-Unsubscribe header`);
    await leaveByOneClick(oneClickUrl);
    const history = await this.history(await this.send(eva));
    return scene(`${eva.name} left by the one-click link of her mail: the next is not sent`, eva, this.day, history, {
      wanted: { status: 'dropped', reason: 'consent_withdrawn' },
    });
  }

  private async meet(role: Role, zone: string): Promise<Person> {
    const who = person(role, this.telling);
    await this.api.call('PUT', `/v1/contacts/${who.externalId}`, z.unknown(), {
      language: who.language,
      zone,
      contactPoints: [{ channel: 'email', address: who.address }],
      attributes: { firstName: who.name },
    });
    return who;
  }

  /** As a form on a website would record it, with the wording that was shown. */
  private async agree(who: Person): Promise<void> {
    const Notice = z.object({ key: z.string(), version: z.number() });
    const { key, version } = await this.api.call('GET', '/v1/notices/newsletter-form', Notice);
    await this.api.call('POST', `/v1/contacts/${who.externalId}/consents`, z.unknown(), {
      channel: 'email',
      purpose: 'commercial',
      topics: ['newsletter'],
      kind: 'granted',
      legalBasis: 'consent',
      notice: { key, version, language: who.language },
      method: 'web_form',
      source: 'https://www.nordlicht.example/newsletter',
    });
  }

  private async send(who: Person): Promise<string> {
    const key = { 'idempotency-key': randomUUID() };
    return (await this.api.call('POST', '/v1/messages', Accepted, newsletterTo(who), key)).id;
  }

  private async receive(id: string): Promise<ReceivedMail> {
    await this.eventually(`message ${id} is sent`, async () => {
      const { status } = await this.api.call('GET', `/v1/messages/${id}`, Message);
      return status === 'sent' ? true : null;
    });
    return this.eventually(`message ${id} is in the mailbox`, () => this.mailbox.find(id));
  }

  /** Every step of a message, once each has its position in the ledger. */
  private async history(id: string): Promise<Explanation> {
    return this.eventually(`the entries of message ${id} have their positions`, async () => {
      const history = await this.api.call('GET', `/v1/messages/${id}/explain`, Explanation);
      return history.steps.length > 0 && history.steps.every(({ position }) => position !== null) ? history : null;
    });
  }

  private async eventually<T>(what: string, look: () => Promise<T | null>): Promise<T> {
    const deadline = systemClock.monotonic() + PATIENCE_MS;
    while (systemClock.monotonic() < deadline) {
      const found = await look();
      if (found !== null) return found;
      await sleep(POLL_MS);
    }
    throw new UnexpectedAnswer(`after ${PATIENCE_MS / 1_000} s it is still not so that ${what}`);
  }
}

/** RFC 8058: what a mail program sends when its reader presses "unsubscribe". */
async function leaveByOneClick(url: string): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
    redirect: 'manual',
  });
  if (answer.status !== 200) throw new UnexpectedAnswer(`the one-click link answered ${answer.status}`);
}

function scene(
  title: string,
  who: Person,
  zone: string,
  { status, reason, steps }: Explanation,
  {
    wanted,
    extra = [],
    surprises = [],
  }: {
    readonly wanted: { readonly status: string; readonly reason: string | null };
    readonly extra?: Scene['lines'];
    readonly surprises?: readonly string[];
  },
): Scene {
  const decision = steps.findLast((step) => step.decision !== null)?.decision ?? null;
  const seen = reason ?? decision?.reason ?? null;
  const isWanted = status === wanted.status && seen === wanted.reason;
  const told = (end: string, why: string | null): string => (why === null ? end : `${end}, ${why}`);
  return {
    title,
    lines: [
      ['to', `${who.address}, where it is ${clockIn(tzdb, zone, startOfMinute(systemClock.now()))}`],
      ['decision', told(decision?.outcome ?? 'none', decision?.reason ?? null)],
      ['reason', decision?.sentence ?? ''],
      ['earliest', earliest(decision)],
      ['now', told(status, reason)],
      ['ledger', steps.map(({ position, type }) => `${position ?? '?'} ${type}`).join(', ')],
      ...extra,
    ],
    surprises: isWanted
      ? surprises
      : [...surprises, `expected ${told(wanted.status, wanted.reason)}, but it is ${told(status, seen)}`],
  };
}

function startOfMinute(instant: EpochMs): EpochMs {
  return instant - (instant % 60_000);
}

/** On the clock of the recipient. A message that was dropped stays dropped, so there it is the next one's chance. */
function earliest(decision: Decision | null): string {
  if (decision === null) return 'unknown';
  if (decision.notBefore !== null) return clockIn(tzdb, decision.zone, Date.parse(decision.notBefore));
  const chances = decision.checks.filter(({ passes }) => !passes).map(({ until }) => Date.parse(until ?? ''));
  if (chances.some(Number.isNaN)) return 'none, as things are';
  return `${clockIn(tzdb, decision.zone, Math.max(...chances))}, for another message`;
}

function printed({ title, lines, surprises }: Scene, number: number): string {
  const named = [...lines, ...surprises.map((surprise) => ['UNEXPECTED', surprise] as const)];
  return [`${number}  ${title}`, ...named.map(([name, value]) => `   ${name.padEnd(10)}${value}`), ''].join('\n');
}

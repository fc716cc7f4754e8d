import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import {
  ContactService,
  InboundService,
  makeConfirmToken,
  makeManageToken,
  makeOptOutToken,
  makeTrackingToken,
  MANAGE_LINK_MS,
  type TrackingSettings,
} from '#lib/consent';
import type { ContactPointId } from '#lib/kernel';
import {
  Batcher,
  CONFIG,
  type Config,
  crashPoint,
  Database,
  isDatabaseAway,
  KEY_RING,
  type KeyRing,
  type Logger,
  LOGGER,
  systemClock,
} from '#lib/platform';
import { countResult, timeCall } from '../figures/counters.js';
import type { ChannelSender, HandOver, RenderedContent, SenderCapabilities } from '../senders/channel-sender.js';
import { SenderRegistry } from '../senders/sender-registry.js';
import { renderData } from '../templates/domain/render-data.js';
import { RenderingUnavailable } from '../templates/render-queue.js';
import { Renderer } from '../templates/renderer.js';
import { templateContents } from '../templates/template-contents.js';
import { countHtml } from '../tracking/domain/count-html.js';
import { linkId, type LinksOfMessage, trackedLinkStore } from '../tracking/tracked-link.store.js';
import { AccountLoad } from './account-load.js';
import { loadKeyOf } from './domain/load-key.js';
import type { Started } from './attempt.service.js';
import type { HandOverResult } from './domain/settle.js';
import { OutcomeService } from './outcome.service.js';

/** How senders say that the recipient told the provider to stop. */
const OPTED_OUT = 'recipient_opted_out';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Within which outcomes of a part wait for each other, so that they are stored in one transaction and not in as many as
 * there are moments at which one arrives.
 */
const GATHER_MS = 100;

/** How often it is looked whether an account has become slow. */
const SLOW_LOOK_MS = 250;

/** Between two tries to store an outcome while the database is away. */
const REPORT_AGAIN_MS = 500;

/** The messages of one account on their way: when all are called, all outcomes stored, and nobody need wait any more. */
interface Group {
  readonly called: Promise<void>;
  readonly stored: Promise<void>;
  readonly patience: Promise<void>;
}

/**
 * Gives started messages to their providers and reports what became of each. Nothing here decides: that is
 * committed already. Whatever happens, a result is reported, or the lease runs out and the reaper reports it.
 */
@Injectable()
export class HandOverService {
  /** Written together: hand-overs run in many lanes. */
  private readonly trackedLinks: Batcher<LinksOfMessage, void>;
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SenderRegistry) private readonly senders: SenderRegistry,
    @Inject(OutcomeService) private readonly outcomes: OutcomeService,
    @Inject(InboundService) private readonly inbound: InboundService,
    @Inject(ContactService) private readonly contacts: ContactService,
    @Inject(AccountLoad) private readonly load: AccountLoad,
    @Inject(Renderer) private readonly renderer: Renderer,
    @Inject(KEY_RING) private readonly keys: KeyRing,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const keep = (all: readonly LinksOfMessage[]) => trackedLinkStore.add(this.database.tx, all);
    this.trackedLinks = new Batcher(keep, { size: 200, lanes: 2, blames: (error) => !isOurTrouble(error) });
  }

  /**
   * Hands over each message once, as many at a time as their senders allow, and waits until the outcomes are stored; but
   * for none that its account is slow with, so that no account holds up another. Those come to their end all the same.
   * Answers in how many milliseconds all that it waited for had been given to their providers.
   */
  async handOver(started: readonly Started[]): Promise<number> {
    const begun = systemClock.monotonic();
    const recorded: Promise<void>[] = [];
    // Those of a slow host go by themselves: the others of the account are not behind them.
    const lines = new Map<ChannelSender, Map<string, Started[]>>();
    for (const one of started) {
      const sender = await this.senderFor(one);
      if ('kind' in sender) {
        recorded.push(this.report(one, sender, 'account'));
        continue;
      }
      const line = this.load.isSlow(loadOf(one)) ? loadOf(one) : '';
      const ofSender = lines.get(sender) ?? new Map<string, Started[]>();
      lines.set(sender, ofSender);
      if (ofSender.get(line)?.push(one) === undefined) ofSender.set(line, [one]);
    }
    const groups = [...lines].flatMap(([sender, ofSender]) =>
      [...ofSender.values()].map((group) => this.throughLanes(sender, group)),
    );
    await Promise.all(groups.map(({ called, patience }) => Promise.race([called, patience])));
    const calledMs = systemClock.monotonic() - begun;
    await Promise.all([...recorded, ...groups.map(({ stored, patience }) => Promise.race([stored, patience]))]);
    return calledMs;
  }

  /** Resolves when nothing is with a provider any more and every outcome is stored. */
  async drained(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  /** One account's messages. `patience` resolves when it turns out to be slow, or at once when it is known to be. */
  private throughLanes(sender: ChannelSender, group: readonly Started[]): Group {
    const line = group.toSorted((a, b) => a.startAt - b.startAt);
    const recorded: Promise<void>[] = [];
    const answered: (() => Promise<void>)[] = [];
    let gathering: NodeJS.Timeout | undefined;
    const flush = (): void => {
      clearTimeout(gathering);
      gathering = undefined;
      for (const report of answered.splice(0)) recorded.push(report());
    };
    const lane = async (): Promise<void> => {
      for (let one = line.shift(); one !== undefined; one = line.shift()) {
        const started = one;
        const result = await this.call(sender, started);
        this.load.giveBack(loadOf(started));
        answered.push(() => this.report(started, result, sender.capabilities.answeredBy));
        gathering ??= setTimeout(flush, GATHER_MS);
      }
    };
    for (const one of group) this.load.take(loadOf(one));
    const called = Promise.all(
      Array.from({ length: Math.min(sender.capabilities.concurrency, line.length) }, lane),
    ).then(flush);
    const stored = called.then(() => Promise.all(recorded)).then(() => undefined);
    this.underWay.add(stored);
    const ended = new AbortController();
    void stored.finally(() => {
      ended.abort();
      this.underWay.delete(stored);
    });
    return {
      called,
      stored,
      patience: this.untilSlow(new Set(group.map(loadOf)), ended.signal),
    };
  }

  private async untilSlow(keys: ReadonlySet<string>, ended: AbortSignal): Promise<void> {
    while (!ended.aborted && ![...keys].some((key) => this.load.isSlow(key)))
      await sleep(SLOW_LOOK_MS, undefined, { signal: ended, ref: false }).catch(() => undefined);
  }

  /** The sender, or how the hand-over ends without one. */
  private async senderFor({ message, candidate }: Started): Promise<ChannelSender | HandOverResult> {
    try {
      return await this.senders.senderFor(candidate.provider, message.channel, message.test);
    } catch (error) {
      if (isOurTrouble(error)) return { kind: 'not_begun' };
      this.logger.error({ messageId: message.id, err: error }, 'a provider cannot be used as it is set up');
      return { kind: 'misconfigured', code: 'provider' };
    }
  }

  /** Never rejects: what goes wrong with one message ends or repeats that one, and holds up nobody else's. */
  private async call(sender: ChannelSender, one: Started): Promise<HandOverResult> {
    const progress = { isGiven: false };
    try {
      return await this.give(sender, one, progress);
    } catch (error) {
      this.logger.error({ messageId: one.message.id, channel: one.message.channel, err: error }, 'a hand-over failed by itself'); // prettier-ignore
      // Against its contract the sender threw: whether the provider has the message nobody knows.
      if (progress.isGiven) return { kind: 'ambiguous', code: 'sender_fault' };
      return isOurTrouble(error) ? { kind: 'not_begun' } : { kind: 'not_rendered', code: 'fault' };
    }
  }

  private async give(sender: ChannelSender, one: Started, progress: { isGiven: boolean }): Promise<HandOverResult> {
    const handOver = await this.render(one);
    if ('kind' in handOver) return handOver;
    const pause = one.startAt - systemClock.monotonic();
    if (pause > 0) await sleep(Math.ceil(pause));
    if (systemClock.monotonic() > one.startBy) return { kind: 'not_begun' };
    crashPoint('handover.before_call');
    progress.isGiven = true;
    const result = await this.load.time(loadOf(one), () => timeCall(one.message.channel, () => sender.send(handOver)));
    countResult(one.message.channel, result.kind);
    crashPoint('handover.after_call');
    return result;
  }

  private async render({
    message,
    candidate,
    template,
    keepUntil,
    startBy,
    counts,
  }: Started): Promise<HandOver | HandOverResult> {
    const { subject } = candidate;
    const point = subject.recipient.point;
    if (point === null) return { kind: 'not_rendered', code: 'no_contact_point' };
    const { unsubscribeUrl, unsubscribeMailto, preferencesUrl, helpUrl } = this.linksFor(message, point.id);
    const { brand, topic, purpose, campaign } = subject;
    const data = renderData({
      variables: message.variables,
      brand,
      language: message.language,
      attributes: subject.recipient.attributes,
      topic,
      links: { unsubscribeUrl, preferencesUrl, ...this.confirmationLinks(message, point.id) },
    });
    try {
      const contents = await templateContents(this.database.tx, message.templateId);
      const rendered = await this.renderer.render(contents, message.language, data);
      if (!rendered.ok) return { kind: 'not_rendered', code: rendered.code };
      return {
        messageId: message.id,
        idempotencyKey: message.id,
        to: point.address,
        from: { name: subject.sender.name, address: subject.sender.email },
        content: counts === null ? rendered.content : await this.counted(rendered.content, message, point.id, counts),
        unsubscribeUrl,
        unsubscribeMailto,
        helpUrl,
        stream: {
          brand: brand.key,
          campaign: campaign?.key ?? null,
          class: message.class,
          list: topic?.key ?? purpose.key,
        },
        keepUntil,
        startBy,
      };
    } catch (error) {
      this.logger.error(
        { messageId: message.id, templateKey: template.key, err: error },
        'a message could not be rendered',
      );
      const isOurs = isOurTrouble(error) || error instanceof RenderingUnavailable;
      return isOurs ? { kind: 'not_begun' } : { kind: 'not_rendered', code: 'fault' };
    }
  }

  /** The same content with its links and its opening counted; where they lead is kept before it leaves. */
  private async counted(
    content: RenderedContent,
    { id: messageId, brandId }: Started['message'],
    contactPointId: ContactPointId,
    { links, opens }: TrackingSettings,
  ): Promise<RenderedContent> {
    if (content.html === null) return content;
    const center = this.config.CENTER_URL.replace(/\/$/, '');
    const about = { messageId, contactPointId };
    const made = countHtml(content.html, {
      own: center,
      link: links ? (id) => `${center}/l/${makeTrackingToken(this.keys.links, 'click', { ...about, id })}` : null,
      pixel: opens ? `${center}/o/${makeTrackingToken(this.keys.links, 'open', { ...about, id: brandId })}` : null,
      idOf: (url) => linkId(messageId, url),
    });
    if (made.links.length > 0) await this.trackedLinks.add({ messageId, links: made.links });
    return { ...content, html: made.html };
  }

  /**
   * The way out stands in commercial messages alone, and it and the page behind it work for ever; in the others the way to
   * everything works for a day. Made here and kept nowhere.
   */
  private linksFor(
    { id: messageId, class: messageClass, topicId, purposeId }: Started['message'],
    contactPointId: ContactPointId,
  ): Record<'unsubscribeUrl' | 'unsubscribeMailto' | 'preferencesUrl' | 'helpUrl', string | null> {
    const center = this.config.CENTER_URL.replace(/\/$/, '');
    if (messageClass !== 'commercial') {
      const link = { contactPointId, messageId, expiresAt: systemClock.now() + MANAGE_LINK_MS };
      const preferencesUrl = `${center}/p/${makeManageToken(this.keys.links, link)}`;
      return { unsubscribeUrl: null, unsubscribeMailto: null, preferencesUrl, helpUrl: null };
    }
    const token = makeOptOutToken(this.keys.links, { contactPointId, scopeId: topicId ?? purposeId, messageId });
    const mailbox = this.config.UNSUBSCRIBE_MAILBOX;
    // The token goes into the subject: a local part may have 64 octets (RFC 5321 4.5.3.1.1), and the token has 88.
    const unsubscribeMailto = mailbox === undefined ? null : `mailto:${mailbox}?subject=${token}`;
    const helpUrl = `${center}/p/${token}`;
    return { unsubscribeUrl: `${center}/u/${token}`, unsubscribeMailto, preferencesUrl: helpUrl, helpUrl };
  }

  /**
   * The links of a message that asks for a confirmation. Made here and kept nowhere: the row of the request knows their
   * hash alone, so one that nobody asked for confirms nothing.
   */
  private confirmationLinks(
    { class: messageClass, brandId, variables }: Started['message'],
    contactPointId: ContactPointId,
  ): Readonly<Record<string, string>> {
    const optInId = variables['confirmation'];
    if (messageClass !== 'transactional' || typeof optInId !== 'string' || !UUID.test(optInId)) return {};
    const token = makeConfirmToken(this.keys.links, { optInId, contactPointId, brandId });
    const confirmUrl = `${this.config.CENTER_URL.replace(/\/$/, '')}/c/${token}`;
    return { confirmUrl, denyUrl: `${confirmUrl}/not-me` };
  }

  /** Whoever told the provider to stop has told us. Until it is stored, the provider says it again of every message. */
  private async leave({ message: { brandId, channel }, candidate }: Started): Promise<void> {
    const address = candidate.subject.recipient.point?.address;
    if (address === undefined) return;
    const evidence = {
      method: 'provider',
      source: 'answer of the provider',
      wording: 'The provider said that the recipient takes no more.',
    };
    await this.inbound.leaveByAddress(brandId, channel, address, evidence);
  }

  /** So that whoever answers from there is known. */
  private async knownAs({ message: { brandId, channel }, candidate }: Started, alias: string): Promise<void> {
    const address = candidate.subject.recipient.point?.address;
    if (address !== undefined) await this.inbound.knownAs(brandId, channel, address, alias);
  }

  /**
   * Stores a result, and tries again while the database is away: a known answer must not end as `unknown`. Never
   * rejects; past the lease the reaper has settled the message, and it is over.
   */
  private async report(
    one: Started,
    result: HandOverResult,
    answeredBy: SenderCapabilities['answeredBy'],
  ): Promise<void> {
    const outcome = {
      message: { ...one.message, providerId: one.provider.id },
      claim: { attempt: one.attempt, worker: one.worker },
      firstStartedAt: one.firstStartedAt,
      result,
      warmUps: one.warmUps,
      call: { answeredBy, isProbe: one.isProbe, isWatched: (one.candidate.provider?.circuit ?? null) !== null },
    };
    for (;;) {
      try {
        // Asked for only where it matters: most answers are not lost.
        const isKnown = result.kind === 'accepted';
        const repeatWindowMs = isKnown ? null : await this.senders.repeatWindowOf(one.provider.id, one.message);
        if (result.kind === 'accepted' && result.knownAs !== undefined) await this.knownAs(one, result.knownAs);
        await this.outcomes.record({ ...outcome, repeatWindowMs });
        if (result.kind === 'rejected' && result.code === OPTED_OUT) await this.leave(one);
        const pointId = one.candidate.subject.recipient.point?.id;
        if (result.kind === 'rejected' && result.isGone === true && pointId !== undefined)
          await this.contacts.endGone(pointId, 'provider');
        return;
      } catch (error) {
        const isOver = systemClock.monotonic() > one.leaseBy;
        this.logger.error({ messageId: one.message.id, err: error, isOver }, 'an outcome could not be stored');
        if (isOver) return;
        await sleep(REPORT_AGAIN_MS);
      }
    }
  }
}

/** Whether an error says that our own database failed, and nothing about the message or its provider. */
function isOurTrouble(error: unknown): boolean {
  return isDatabaseAway(error) || typeof (error as { severity?: unknown }).severity === 'string';
}

/** Whose answer is waited for. */
const loadOf = ({ provider, message, candidate }: Started): string =>
  loadKeyOf(provider.id, message.channel, candidate.subject.recipient.point?.address ?? null).key;

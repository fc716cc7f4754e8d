import { Inject, Injectable } from '@nestjs/common';
import { NO_OPT_OUT, readTrackingToken, recipientStore, type TrackedThing } from '#lib/consent';
import { consentObstacle } from '#lib/decision';
import type { EpochMs } from '#lib/kernel';
import { Database, KEY_RING, type KeyRing, type Logger, LOGGER, type Tx } from '#lib/platform';
import { FeedbackService } from '../feedback/feedback.service.js';
import { BURST_MS, type MachineSign, machineSign, type Visit } from './domain/machine-visit.js';
import { type CountedMessage, trackingStore } from './tracking.store.js';
import { trackedLinkStore } from './tracked-link.store.js';

/** Who came, as far as they say. */
export interface Visitor extends Pick<Visit, 'userAgent' | 'announcedAs'> {
  /** Whether it is only asked what there is, as HEAD does; that is never counted. */
  readonly onlyAsks: boolean;
}

const MINUTE = 60_000;

/** What people do with mails whose links are counted. Nobody is kept from going where a link leads. */
@Injectable()
export class TrackingService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(FeedbackService) private readonly feedback: FeedbackService,
    @Inject(KEY_RING) private readonly keys: KeyRing,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Where a link leads, and the click is counted; null for a link that is not ours, or leads nowhere any more. */
  async follow(token: string, visitor: Visitor, at: EpochMs): Promise<string | null> {
    const link = readTrackingToken(this.keys.links, 'click', token);
    // What is not ours is looked up as well, so that nobody can tell by the time of an answer what is.
    const { messageId, id } = link ?? { messageId: NO_OPT_OUT.messageId, id: NO_OPT_OUT.scopeId };
    const url = await trackedLinkStore.urlOf(this.database.tx, messageId, id);
    if (link === null || url === null) return null;
    await this.count(link, { type: 'clicked', link: url, event: `link ${id}` }, visitor, at);
    return url;
  }

  /** That a mail was opened. */
  async opened(token: string, visitor: Visitor, at: EpochMs): Promise<void> {
    const image = readTrackingToken(this.keys.links, 'open', token);
    if (image !== null) await this.count(image, { type: 'opened', link: null, event: 'open' }, visitor, at);
  }

  /**
   * A touch with its ledger entry, when the person lets themselves be counted at this moment. Once a minute for each
   * link and each kind of visitor: a link in a mail can be opened by anybody and as often as they like. What cannot be
   * counted is left out; where the link leads is what matters.
   */
  private async count(
    thing: TrackedThing,
    what: { readonly type: 'clicked' | 'opened'; readonly link: string | null; readonly event: string },
    visitor: Visitor,
    at: EpochMs,
  ): Promise<void> {
    if (visitor.onlyAsks) return;
    try {
      const message = await trackingStore.messageOf(this.database.tx, thing);
      if (message === null || !(await this.mayCount(this.database.tx, message, what.type, at))) return;
      const sign = await this.signOf(message, what.event, visitor, at);
      const id = `${what.event} ${Math.floor(at / MINUTE)} ${message.id}${sign === null ? '' : ' machine'}`;
      const { brandId, test } = message;
      const event = { id, type: what.type, messageId: message.id, at, bounce: null, link: what.link };
      await this.feedback.report([{ ...event, automated: sign !== null, ...(sign !== null && { machine: sign }) }], {
        brandId,
        test,
        actor: 'center',
        via: 'link',
      });
    } catch (error) {
      this.logger.error({ messageId: thing.messageId, err: error }, 'a click or an opening was not counted');
    }
  }

  /** Asked anew each time: whoever withdrew since the mail left is not counted any more. */
  private async mayCount(
    tx: Tx,
    { contactPointId, tracking, purpose }: CountedMessage,
    type: 'clicked' | 'opened',
    at: EpochMs,
  ): Promise<boolean> {
    if (purpose === null || (type === 'clicked' ? tracking.links : tracking.opens) !== true) return false;
    const states = (await recipientStore.consents(tx, [contactPointId])).get(contactPointId);
    // An opt-in, whatever may be sent under that purpose without one (directive 2002/58/EC, article 5 (3)).
    return consentObstacle('restrictive', states?.get(purpose.id) ?? null, at) === null;
  }

  private async signOf(
    { id, sentAt }: CountedMessage,
    event: string,
    { userAgent, announcedAs }: Visitor,
    at: EpochMs,
  ): Promise<MachineSign | null> {
    const isLink = event !== 'open';
    return machineSign({
      userAgent,
      announcedAs,
      sinceSentMs: sentAt === null ? null : at - sentAt,
      otherLinksNow: isLink ? await trackingStore.linksClicked(this.database.tx, id, at - BURST_MS, event) : 0,
    });
  }
}

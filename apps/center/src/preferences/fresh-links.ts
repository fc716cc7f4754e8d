import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { LinkService, type PageLink, type PreferenceView } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { type Logger, LOGGER } from '#lib/platform';
import { AcceptService, ASKED_ABOUT, ContactMessages } from '#lib/sending';
import type { Language } from '../texts/texts.js';
import type { PageQuery } from './page-address.js';

/** Sends a fresh link to whoever has an old one, through the same pipeline as every other message. */
@Injectable()
export class FreshLinks {
  constructor(
    @Inject(LinkService) private readonly links: LinkService,
    @Inject(AcceptService) private readonly accepts: AcceptService,
    @Inject(ContactMessages) private readonly messages: ContactMessages,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** What to tell the person. */
  async send(link: PageLink, language: Language): Promise<PageQuery['done']> {
    const wish = await this.links.request(link);
    if (wish === null || wish.kind === 'not_set_up') return 'link_failed';
    if (wish.kind === 'enough') return (await this.isAnySent(wish.brandId, wish.ids)) ? 'link_enough' : 'link_failed';
    const { brandId, to, template, purpose, id } = wish;
    const variables: Record<string, string> = link.scopeId === null ? {} : { [ASKED_ABOUT]: link.scopeId };
    const request = { to, template, purpose, language, variables };
    const answer = await this.accepts.accept({
      sender: { brandId, test: false },
      idempotencyKey: keyOf(id),
      bodyHash: createHash('sha256').update(JSON.stringify(request)).digest(),
      request,
      render: ({ id: messageId, status }) => JSON.stringify({ id: messageId, status }),
    });
    if (answer.kind === 'refused') {
      this.logger.error({ code: answer.error.code, brandId }, 'a fresh link could not be sent');
      return 'link_failed';
    }
    return (JSON.parse(answer.response) as { status: string }).status === 'queued' ? 'link_sent' : 'link_failed';
  }

  /** What an address says, without that a link was sent where none was: anybody may have written it. */
  async claimed(query: PageQuery, { pointId, facts }: PreferenceView): Promise<PageQuery> {
    const { done } = query;
    if (done !== 'link_sent' && done !== 'link_enough') return query;
    const { ids, isEnough } = await this.links.mailed(pointId);
    const isSo = (done === 'link_sent' || isEnough) && (await this.isAnySent(facts.brandId, ids));
    return isSo ? query : { ...query, done: null };
  }

  private isAnySent(brandId: BrandId, ids: readonly string[]): Promise<boolean> {
    return this.messages.isOnItsWay(brandId, ids.map(keyOf));
  }
}

/** Under which a link is sent once. */
function keyOf(linkId: string): string {
  return `preference-link ${linkId}`;
}

import { Body, Controller, HttpCode, HttpStatus, Inject, Param, Post } from '@nestjs/common';
import { LinkService, type Principal } from '#lib/consent';
import { CONFIG, type Config, toIso } from '#lib/platform';
import { brandOf, Caller } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { ContactPath, PreferenceLinkAnswer, PreferenceLinkRequest } from './people.schema.js';

@Controller('v1/contacts')
export class PreferenceLinkController {
  constructor(
    @Inject(LinkService) private readonly links: LinkService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post(':externalId/preference-link')
  @HttpCode(HttpStatus.CREATED)
  @RequireScope('contacts:write')
  @Describe({
    id: 'createPreferenceLink',
    group: 'Contacts',
    summary: 'A link to the contact’s preference page',
    description:
      'For a system that knows who is in front of it. Who has the link sees and changes everything about the contact until it expires, and may say yes for the contact point it was made for.',
    answers: { 201: { description: 'The link, and until when it works.', schema: PreferenceLinkAnswer } },
    errors: ['unknown_contact'],
  })
  async create(
    @Param({ schema: ContactPath }) { externalId }: ContactPath,
    @Body({ schema: PreferenceLinkRequest }) { channel, address, validHours }: PreferenceLinkRequest,
    @Caller() caller: Principal,
  ) {
    const wish = { ...(channel && { channel }), ...(address && { address }), validMs: validHours * 3_600_000 };
    const { token, ...link } = await this.links.issue(brandOf(caller), externalId, wish, caller.keyId);
    const url = `${this.config.CENTER_URL.replace(/\/$/, '')}/p/${token}`;
    return { url, channel: link.channel, expiresAt: toIso(link.expiresAt) };
  }
}

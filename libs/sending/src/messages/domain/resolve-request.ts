import type { PurposeDefinition, TopicDefinition } from '#lib/consent';
import { type BrandId, DomainError, type ErrorCode } from '#lib/kernel';
import type {
  CampaignDefinition,
  Catalog,
  PolicyInForce,
  ProviderDefinition,
  TemplateDefinition,
} from '../../catalog/catalog.js';
import { type MailSender, senderOf, sendingDomain } from '../../templates/domain/mail-sender.js';
import type { SendRequest } from './message.js';

/** What the keys of a request mean. */
export interface Resolution {
  readonly template: TemplateDefinition;
  readonly sender: MailSender;
  readonly purpose: PurposeDefinition;
  readonly topic: TopicDefinition | null;
  readonly campaign: CampaignDefinition | null;
  readonly policy: PolicyInForce;
  readonly provider: ProviderDefinition | null;
}

/** Looks up what a request names, within its brand; answers the error that says what to set up or to correct. */
export function resolveRequest(
  catalog: Catalog,
  brandId: BrandId,
  request: SendRequest,
  test: boolean,
): Resolution | DomainError {
  const template = catalog.template(brandId, request.template, request.templateVersion);
  if (template === undefined)
    return unknown('unknown_template', '/template', 'Publish the template first: POST /v1/templates.');
  if (request.channel !== undefined && request.channel !== template.channel)
    return unknown(
      'unknown_template',
      '/channels',
      `The template ${template.key} is for ${template.channel}; name one for ${request.channel}.`,
      `the template is for ${template.channel}`,
    );

  const missing = request.otherArms?.find((arm) => !catalog.template(brandId, arm.template, arm.templateVersion));
  if (missing !== undefined)
    return unknown(
      'unknown_template',
      '/experiment/arms',
      `Publish the template ${missing.template} first: POST /v1/templates. No contact is sent anything before every arm has its template.`,
    );

  const topic = request.topic === undefined ? null : catalog.topic(brandId, { key: request.topic });
  if (topic === undefined)
    return unknown('unknown_topic', '/topic', 'Name a topic of this brand; GET /v1/topics lists them.');
  const purpose = purposeOf(catalog, brandId, request, topic);
  if (purpose === undefined)
    return unknown(
      'unknown_purpose',
      '/purpose',
      'Name a topic, or a purpose of this brand; GET /v1/purposes lists them.',
    );
  if (topic !== null && topic.purposeId !== purpose.id)
    return unknown(
      'unknown_topic',
      '/topic',
      'The topic belongs to another purpose; leave the purpose out.',
      'is of another purpose',
    );

  const campaign = request.campaign === undefined ? null : catalog.campaign(brandId, { key: request.campaign });
  if (campaign === undefined)
    return unknown('unknown_campaign', '/campaign', 'Create the campaign first: PUT /v1/campaigns/{key}.');
  const policy = catalog.policy(brandId, request.policy ?? campaign?.policyKey ?? 'default');
  if (policy === undefined)
    return unknown(
      'unknown_policy',
      '/policy',
      'Publish the policy first: POST /v1/policies; the one with key "default" is used when none is named.',
    );

  const sender = senderOf(template, catalog.brand(brandId));
  const provider = catalog.provider(brandId, template.channel, sendingDomain(template.channel, sender)) ?? null;
  if (provider === null && !test)
    return unknown(
      'unknown_provider',
      '/template',
      `Set up and enable a provider for ${template.channel}: PUT /v1/providers/{key}.`,
      `no enabled provider for ${template.channel} sends it`,
    );
  return { template, sender, purpose, topic, campaign, policy, provider };
}

function purposeOf(
  catalog: Catalog,
  brandId: BrandId,
  request: SendRequest,
  topic: TopicDefinition | null,
): PurposeDefinition | undefined {
  if (request.purpose !== undefined) return catalog.purpose(brandId, { key: request.purpose });
  return topic === null ? undefined : catalog.purpose(brandId, { id: topic.purposeId });
}

function unknown(code: ErrorCode, pointer: string, detail: string, what = 'not found'): DomainError {
  return new DomainError(code, detail, { violations: [{ pointer, detail: what }] });
}

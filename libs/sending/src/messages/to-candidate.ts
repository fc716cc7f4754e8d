import type { recipientStore } from '#lib/consent';
import type { Catalog, TemplateDefinition } from '../catalog/catalog.js';
import { senderOf, sendingDomain } from '../templates/domain/mail-sender.js';
import type { Candidate } from './candidate.js';
import { standsInLine } from './domain/in-line.js';
import type { Message } from './domain/message.js';

/** What is decided about a message; null when it names something that is not there. */
export function toCandidate(
  catalog: Catalog,
  message: Message,
  recipient: NonNullable<Awaited<ReturnType<typeof recipientStore.load>>[number]>,
): { candidate: Candidate; template: TemplateDefinition } | null {
  const { brandId } = message;
  const purpose = catalog.purpose(brandId, { id: message.purposeId });
  const topic = message.topicId === null ? null : catalog.topic(brandId, { id: message.topicId });
  const campaign = message.campaignId === null ? null : catalog.campaign(brandId, { id: message.campaignId });
  const policy = catalog.policy(brandId, message.policyKey);
  const template = catalog.templateById(brandId, message.templateId);
  if (
    purpose === undefined ||
    topic === undefined ||
    campaign === undefined ||
    policy === undefined ||
    template === undefined
  )
    return null;
  const brand = catalog.brand(brandId);
  const sender = senderOf(template, brand);
  const subject = {
    class: message.class,
    channel: message.channel,
    sendAt: message.sendAt,
    expiresAt: message.expiresAt,
    acceptedAt: message.acceptedAt,
    priority: message.priority,
    override: message.override,
    brand,
    sender,
    purpose,
    topic,
    campaign,
    recipient,
  };
  const provider = catalog.provider(brandId, message.channel, sendingDomain(message.channel, sender)) ?? null;
  const hasWaited = message.reason !== null;
  const inLine = message.inLine === true || standsInLine(message.reason);
  return {
    candidate: { messageId: message.id, subject, policy, provider, test: message.test, hasWaited, inLine },
    template,
  };
}

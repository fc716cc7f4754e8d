import { canonicalHash, type Principal } from '#lib/consent';
import { DomainError } from '#lib/kernel';
import {
  type AcceptItem,
  assignVariant,
  type BestTime,
  DEFAULT_HOURS,
  type Sender,
  type SendRequest,
} from '#lib/sending';
import { brandOf } from '../http/principal.js';
import { acceptedText } from './accepted-text.js';
import type { MessageRequest } from './message-request.schema.js';

/**
 * A request as the pipeline takes it. Two bodies are the same when they say the same, whatever their white space and order.
 *
 * @throws DomainError forbidden when it lifts caps and the caller's key may not
 */
export function toAcceptItem(caller: Principal, idempotencyKey: string, request: MessageRequest): AcceptItem {
  return {
    sender: senderOf(caller),
    idempotencyKey,
    bodyHash: canonicalHash(request),
    request: toSendRequest(caller, request),
    render: acceptedText,
  };
}

export function senderOf(caller: Principal): Sender {
  return { brandId: brandOf(caller), test: caller.test };
}

/** Who lifts the caps is the key that asked; nobody can name another. @throws DomainError forbidden */
export function toSendRequest(caller: Principal, request: MessageRequest): SendRequest {
  const { override, template, templateVersion, channels, fallbackAfterMinutes, experiment, bestTime, ...said } =
    request;
  const [first, ...otherwise] = channels ?? [];
  const rest: SendRequest = {
    ...said,
    ...(experiment === undefined ? (first ?? { template: template ?? '' }) : variantFor(experiment, request.to)),
    ...(templateVersion !== undefined && { templateVersion }),
    ...(otherwise.length > 0 && { otherwise }),
    ...(fallbackAfterMinutes !== undefined && { fallbackMs: fallbackAfterMinutes * 60_000 }),
    ...(bestTime !== undefined && { bestTime: withinMsOf(bestTime) }),
  };
  if (override === undefined) return rest;
  if (!caller.scopes.includes('messages:override')) {
    throw new DomainError('forbidden', 'Leave override out, or use a key with the scope messages:override.');
  }
  return { ...rest, override: { caps: true, actor: caller.keyId, reason: override.reason } };
}

function withinMsOf({ withinHours = DEFAULT_HOURS, ...rest }: NonNullable<MessageRequest['bestTime']>): BestTime {
  return { ...rest, withinMs: withinHours * 3_600_000 };
}

type WhichTemplate = Pick<
  SendRequest,
  'template' | 'templateVersion' | 'experiment' | 'otherArms' | 'variant' | 'holdout'
>;

/** The variant that the contact is in. Those who are left alone are decided about with the first. */
function variantFor(
  { key, holdoutPercent = 0, arms }: NonNullable<MessageRequest['experiment']>,
  contact: string,
): WhichTemplate {
  const weighted = arms.map(({ weight = 1, ...arm }) => ({ ...arm, weight }));
  const assigned = assignVariant({ key, holdout: holdoutPercent / 100, arms: weighted }, contact);
  const isHoldout = assigned === 'holdout';
  const arm = isHoldout ? weighted[0] : assigned;
  const { template = '', templateVersion, variant = '' } = arm ?? {};
  return {
    template,
    ...(templateVersion !== undefined && { templateVersion }),
    experiment: key,
    otherArms: arms.filter((one) => one.variant !== arm?.variant),
    variant: isHoldout ? 'holdout' : variant,
    ...(isHoldout && { holdout: true }),
  };
}

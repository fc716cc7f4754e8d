import { domainOf } from '../../messages/domain/domain-of.js';

/** Who a mail is from. */
export type MailSender = { readonly name: string; readonly email: string };

/** The sender that a template names, or else that of its brand. */
export function senderOf(
  { sender }: { readonly sender: MailSender | null },
  brand: { readonly senderName: string; readonly senderEmail: string },
): MailSender {
  return sender ?? { name: brand.senderName, email: brand.senderEmail };
}

/** The domain in the From line, in lower case; null on a channel without one. */
export function sendingDomain(channel: string, sender: MailSender): string | null {
  return channel === 'email' ? domainOf(sender.email) : null;
}

import type { Channel, MessageClass } from '#lib/kernel';
import { type Finding, finding } from './finding.js';
import { organizationalDomain } from './organizational-domain.js';

/** What of the set-up a message depends on. */
export interface LintSetup {
  readonly centerUrl: string;
  readonly hasMailbox: boolean;
  readonly postalAddress: string;
  readonly senderEmail: string;
  /** The enabled provider that comes first; null when there is none. */
  readonly provider: {
    readonly key: string;
    readonly isSmtp: boolean;
    readonly dkimDomain: string | null;
    readonly hasReturnPath: boolean;
  } | null;
  /** The purpose that the brand counts under, where it does, and whether it is there. */
  readonly tracking: { readonly purpose: string; readonly isThere: boolean } | null;
}

/** What a message would lack whatever it says. */
export function setupFindings(channel: Channel, messageClass: MessageClass, setup: LintSetup): Finding[] {
  const { provider, tracking } = setup;
  return [
    ...(provider === null ? [finding('no_provider', '', `no enabled provider of the channel ${channel}`)] : []),
    ...(channel === 'email' ? mailFindings(messageClass, setup) : []),
    ...(channel === 'email' && tracking !== null && !tracking.isThere
      ? [finding('tracking_without_purpose', '', `there is no purpose "${tracking.purpose}"`)]
      : []),
  ];
}

function mailFindings(
  messageClass: MessageClass,
  { centerUrl, hasMailbox, postalAddress, senderEmail, provider }: LintSetup,
): Finding[] {
  const findings: Finding[] = [];
  if (messageClass === 'commercial') {
    if (!centerUrl.startsWith('https://'))
      findings.push(finding('one_click_not_https', '', `the way out of a mail would be ${centerUrl}/u/…`));
    if (!/[\p{L}\p{N}]/u.test(postalAddress))
      findings.push(finding('blank_postal_address', '', 'the postal address of the brand has no letter and no digit'));
    if (!hasMailbox)
      findings.push(finding('no_unsubscribe_mailbox', '', 'List-Unsubscribe would have a web address alone'));
  }
  if (provider?.isSmtp !== true) return findings;
  const domain = senderEmail.slice(senderEmail.lastIndexOf('@') + 1).toLowerCase();
  if (provider.dkimDomain === null) findings.push(finding('no_dkim', '', `the provider ${provider.key} signs nothing`));
  else if (!isAligned(domain, provider.dkimDomain))
    findings.push(finding('dkim_not_aligned', '', `mails from ${domain} would be signed for ${provider.dkimDomain}`));
  if (!provider.hasReturnPath) findings.push(finding('no_return_path', '', `the provider ${provider.key} has none`));
  return findings;
}

/** Relaxed (RFC 7489, 3.1.1): both lie at or below a domain that one organization has. */
function isAligned(from: string, signed: string): boolean {
  const organization = organizationalDomain(signed);
  return organization !== null && organization === organizationalDomain(from);
}

import { domainToASCII } from 'node:url';

/** Why an address is not handed to a mail server. Used in result codes: add values, never rename one. */
export type MailboxProblem =
  | 'too_long'
  | 'control_character'
  | 'not_one_mailbox'
  | 'quoted'
  | 'non_ascii_local_part'
  | 'invalid_local_part'
  | 'invalid_domain';

export type MailboxCheck =
  | { readonly kind: 'mailbox'; readonly address: string; readonly domain: string }
  | { readonly kind: 'refused'; readonly problem: MailboxProblem };

/** RFC 5321 4.5.3.1: a path is at most 256 octets with its angle brackets, a local part at most 64. */
const MAX_ADDRESS_OCTETS = 254;
const MAX_LOCAL_PART_OCTETS = 64;

/** RFC 5322 3.2.3: dot-atom. */
const DOT_ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const ALL_DIGITS = /^[0-9]+$/;

/**
 * Reads an address as exactly one mailbox, in the form in which it goes into RCPT TO: the local part
 * as it is, the domain in lower case and as A-labels (IDNA, UTS 46).
 *
 * Stricter than RFC 5321 on purpose. Consent was checked for one address, and everything by which
 * parsers have been made to read another one or several (lists, groups, comments, quoted local parts,
 * address literals, control characters) is refused. A local part outside ASCII would need SMTPUTF8,
 * which the next hop may lack, so it is refused rather than changed.
 */
export function checkMailbox(text: string): MailboxCheck {
  const problem = (value: MailboxProblem): MailboxCheck => ({ kind: 'refused', problem: value });
  if (text.length > MAX_ADDRESS_OCTETS) return problem('too_long');
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) return problem('control_character');
  if (/["\\]/.test(text)) return problem('quoted');
  if (/[\s,;:<>()[\]]/u.test(text)) return problem('not_one_mailbox');

  const [localPart, domain, ...more] = text.split('@');
  if (localPart === undefined || domain === undefined || more.length > 0) return problem('not_one_mailbox');
  if (/[^\u0020-\u007e]/u.test(localPart)) return problem('non_ascii_local_part');
  if (localPart.length > MAX_LOCAL_PART_OCTETS) return problem('too_long');
  if (!DOT_ATOM.test(localPart)) return problem('invalid_local_part');

  const asciiDomain = toAsciiDomain(domain);
  if (asciiDomain === null) return problem('invalid_domain');
  const address = `${localPart}@${asciiDomain}`;
  return address.length > MAX_ADDRESS_OCTETS ? problem('too_long') : { kind: 'mailbox', address, domain: asciiDomain };
}

/** The domain as lower-case A-labels, or null when it is no host name of at least two labels. */
function toAsciiDomain(domain: string): string | null {
  // The URL rules behind domainToASCII would decode escapes and cut at these before looking at the labels.
  if (/[%/?#|^]/.test(domain)) return null;
  const labels = domainToASCII(domain).split('.');
  const isHostName = labels.length >= 2 && labels.every((label) => LABEL.test(label));
  return isHostName && !ALL_DIGITS.test(labels.at(-1) ?? '') ? labels.join('.') : null;
}

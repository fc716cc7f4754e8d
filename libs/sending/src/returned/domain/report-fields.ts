import { mailboxBy, saysNoSuchUser } from '../../senders/domain/no-such-mailbox.js';

/** One group of fields of a report, by name in lower case (RFC 3464, 2.1; RFC 5965, 3). */
export type Fields = ReadonlyMap<string, string>;

/** Groups of fields, with a blank line between them; a line that begins with a blank goes on with the one before. */
export function fieldGroups(text: string): Fields[] {
  const unfolded = text.replace(/\r\n?/g, '\n').replace(/\n[ \t]+/g, ' ');
  return unfolded
    .split(/\n{2,}/)
    .map((group) => {
      const fields = new Map<string, string>();
      for (const line of group.split('\n')) {
        const colon = line.indexOf(':');
        const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
        // The first counts: what is added below it was not written by the server that reports.
        if (name !== '' && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
      }
      return fields;
    })
    .filter(({ size }) => size > 0);
}

export interface DeliveryReport {
  readonly kind: 'delivered' | 'bounced';
  readonly bounce: 'hard' | 'soft' | null;
  /** Enhanced status (RFC 3463); null where it is none. */
  readonly status: string | null;
  readonly at: string | null;
}

/**
 * What a delivery status notification says of its one recipient (RFC 3464, 2.3); null for what is no end: delayed,
 * relayed, expanded. That an address does not exist, or is out of use for good, is said by few codes; whatever else
 * fails is about this message or this moment.
 */
export function readDelivery(groups: readonly Fields[]): DeliveryReport | null {
  const recipient = groups.find((fields) => fields.has('action') || fields.has('status'));
  if (recipient === undefined) return null;
  const status = statusOf(recipient);
  const at = recipient.get('last-attempt-date') ?? groups[0]?.get('arrival-date') ?? null;
  switch (wordOf(recipient, 'action')) {
    case 'delivered':
      return { kind: 'delivered', bounce: null, status, at };
    case 'failed':
      return bouncedWith(status, at);
    default:
      return null;
  }
}

/** What a server says in words alone of a mail that it gave up. */
export function readFailure(diagnostic: string): DeliveryReport {
  return bouncedWith(statusOf(new Map([['diagnostic-code', diagnostic]])), null);
}

function bouncedWith(status: string | null, at: string | null): DeliveryReport {
  const isGone = status !== null && mailboxBy(status) === 'gone';
  return { kind: 'bounced', bounce: isGone ? 'hard' : 'soft', status, at };
}

/**
 * The enhanced status that says most. A server that says `5.0.0` (RFC 3463: it knows no more) quotes in its diagnostic
 * what the other server said, with a status of its own or in words: Exim does so of everything. So does one that says
 * `5.1.0`, which may be about either address.
 */
function statusOf(recipient: Fields): string | null {
  const stated = ENHANCED.exec(`;${(recipient.get('status') ?? '').slice(0, 50)}`)?.[1] ?? null;
  if (stated !== null && mailboxBy(stated) !== 'unsaid') return stated;
  const diagnostic = (recipient.get('diagnostic-code') ?? '').slice(0, 1000);
  const quoted = ENHANCED.exec(diagnostic)?.[1] ?? null;
  const isOfSameKind = stated === null || quoted?.[0] === stated[0];
  const known = quoted !== null && isOfSameKind && !/^[245]\.0\.0$/.test(quoted) ? quoted : stated;
  if (known !== null && mailboxBy(known) !== 'unsaid') return known;
  const isRefused = known === null || known.startsWith('5');
  return isRefused && saysNoSuchUser(diagnostic) ? '5.1.1' : known;
}

/** The word that a field is, in lower case: comments may stand around it (RFC 3464, 2.1.1; RFC 5965, 3). */
function wordOf(fields: Fields, name: string): string | undefined {
  return /[\w-]+/.exec((fields.get(name) ?? '').replace(/\([^()]*\)/g, ' '))?.[0].toLowerCase();
}

/** Where one stands: at the beginning, behind the reply code, or in the brackets of qmail (`#5.1.1`). */
const ENHANCED = /(?:[;:(]|^|\b[245]\d\d[ -])\s*#?([245]\.\d{1,3}\.\d{1,3})(?![\d.])/;

/**
 * Whether a feedback report is a complaint (RFC 5965, 3.1 and 7.3); null where it says that all is well. Somebody who
 * leaves by their provider's button (`opt-out`) is not to be written to either, so it counts as one.
 */
export function readComplaint(groups: readonly Fields[]): { readonly at: string | null } | null {
  const fields = groups.find((group) => group.has('feedback-type'));
  if (fields === undefined) return null;
  const at = fields.get('arrival-date') ?? fields.get('received-date') ?? null;
  switch (wordOf(fields, 'feedback-type')) {
    case 'not-spam':
    case 'dkim':
    case 'auth-failure':
      return null;
    default:
      return { at };
  }
}

/** What a failed delivery says: about the address for good, about it for now, or about the message or the way alone. */
export type BounceClass = 'hard' | 'soft' | 'message';

/**
 * Subject and detail of an enhanced status code (RFC 3463, and the IANA registry of those codes) that say that the
 * address is no mailbox, or none that takes mail any more. 1.0 and 1.4 may be about the address of whoever sends as well.
 */
const NO_MAILBOX = new Set(['1.1', '1.2', '1.3', '1.6', '1.10', '2.1']);
/** Too long, refused for its content, its format, its sender or somebody's policy: another message may arrive. */
const MESSAGE_DETAILS = new Set(['2.3', '1.7', '1.8', '1.9']);
/**
 * The mail system of a whole domain (3), network and routing (4), protocol (5), content and media (6), security and policy
 * (7): none is about a mailbox.
 */
const OTHER_SUBJECTS = new Set(['3', '4', '5', '6', '7']);
/** What Microsoft 365 answers for a recipient that its directory does not know, whatever the registry says it means. */
const UNKNOWN_TO_DIRECTORY = '5.4.1';

/** RFC 5321, 3.8: the server closes its connections, whoever the message is for. */
const NOT_NOW = /^(?:smtp_[a-z]+_)?421(?!\d)/;
const ENHANCED = /(?:^|[^0-9.])([245])\.([0-9]{1,3})\.([0-9]{1,3})(?![0-9.])/;

/**
 * How a bounce counts, by the enhanced status code in what the server said. Without one nothing is known about the
 * address for good, so it counts as soft, unless a 421 says that the server takes nothing at all now. What is about the
 * message, or about the servers and networks on its way, never counts against the person.
 */
export function bounceClassOf(code: string | null): BounceClass {
  const match = ENHANCED.exec(code ?? '');
  if (match === null) return NOT_NOW.test(code ?? '') ? 'message' : 'soft';
  const [, status, subject = '', detail = ''] = match;
  const what = `${Number(subject)}.${Number(detail)}`;
  if (`${status}.${what}` === UNKNOWN_TO_DIRECTORY) return 'soft';
  if (MESSAGE_DETAILS.has(what) || OTHER_SUBJECTS.has(String(Number(subject)))) return 'message';
  return status === '5' && NO_MAILBOX.has(what) ? 'hard' : 'soft';
}

import { createHash, createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** Who vouches for a mail, and with which key (RFC 6376). */
export interface DkimSigner {
  readonly domain: string;
  readonly selector: string;
  readonly privateKey: KeyObject;
}

/**
 * Fields that are signed, each named once more than it occurs ("oversigned", RFC 6376 5.4.2): a field
 * added on the way, a second Subject or somebody else's List-Unsubscribe, breaks the signature.
 * RFC 8058 section 4 demands the two List-Unsubscribe fields.
 */
const SIGNED_FIELDS = [
  'from',
  'to',
  'cc',
  'reply-to',
  'subject',
  'date',
  'message-id',
  'list-unsubscribe',
  'list-unsubscribe-post',
];
/** The same, but only when the mail has them: a relay may add what is missing here. */
const SIGNED_WHEN_PRESENT = ['mime-version', 'content-type', 'content-transfer-encoding', 'list-id', 'list-help'];
/** As often as the mail has them and no more: relays add a Feedback-ID of their own, and Auto-Submitted is theirs to set. */
const SIGNED_AS_THEY_ARE = ['feedback-id', 'auto-submitted'];

const signAsync = promisify(sign);

/**
 * Reads a private key for `rsa-sha256`.
 * @throws Error when it is no RSA key in PEM or shorter than 1024 bits (RFC 8301 section 3.2); names no part of it.
 */
export function readDkimKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new Error('the DKIM private key is not a private key in PEM');
  }
  if (key.asymmetricKeyType !== 'rsa') throw new Error('the DKIM private key must be an RSA key');
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < 1024)
    throw new Error('the DKIM private key is shorter than 1024 bits');
  return key;
}

/**
 * The mail with a DKIM-Signature field in front: `rsa-sha256`, `relaxed/relaxed`.
 * @param mail header fields, empty line and body, every line ended by CRLF
 * @param signedAt seconds since 1970, the `t=` tag
 */
export async function signMail(mail: Buffer, signer: DkimSigner, signedAt: number): Promise<Buffer> {
  const { fields, body } = splitMail(mail.toString('latin1'));
  const bodyHash = createHash('sha256').update(relaxedBody(body), 'latin1').digest('base64');
  const names = signedNames(fields);
  const tags = [
    'v=1',
    'a=rsa-sha256',
    'c=relaxed/relaxed',
    `d=${signer.domain}`,
    `s=${signer.selector}`,
    `t=${signedAt}`,
  ];
  const unsigned = `DKIM-Signature: ${[...tags, `h=${folded(names)}`, `bh=${bodyHash}`, 'b='].join(';\r\n ')}`;
  const input = [
    ...chosenFields(fields, names).map((field) => `${relaxedField(field)}\r\n`),
    relaxedField(unsigned),
  ].join('');
  const signature = await signAsync('sha256', Buffer.from(input, 'latin1'), signer.privateKey);
  const lines = signature.toString('base64').match(/.{1,72}/g) ?? [];
  return Buffer.concat([Buffer.from(`${unsigned}${lines.join('\r\n ')}\r\n`, 'latin1'), mail]);
}

function splitMail(mail: string): { fields: string[]; body: string } {
  const end = mail.indexOf('\r\n\r\n');
  const head = end === -1 ? mail : mail.slice(0, end);
  return { fields: head.split(/\r\n(?![ \t])/), body: end === -1 ? '' : mail.slice(end + 4) };
}

function nameOf(field: string): string {
  return field.slice(0, field.indexOf(':')).trim().toLowerCase();
}

function signedNames(fields: readonly string[]): string[] {
  const present = fields.map(nameOf);
  const names = [...SIGNED_FIELDS, ...SIGNED_WHEN_PRESENT.filter((name) => present.includes(name))];
  return [
    ...names.flatMap((name) => [...present.filter((one) => one === name), name]),
    ...present.filter((name) => SIGNED_AS_THEY_ARE.includes(name)),
  ];
}

/** The field each name stands for: the last one first, and none for the name too many (RFC 6376 5.4.2). */
function chosenFields(fields: readonly string[], names: readonly string[]): string[] {
  const left = [...fields];
  return names.flatMap((name) => {
    const at = left.findLastIndex((field) => nameOf(field) === name);
    return at === -1 ? [] : left.splice(at, 1);
  });
}

/** RFC 6376 3.4.2. */
function relaxedField(field: string): string {
  const value = field.slice(field.indexOf(':') + 1);
  return `${nameOf(field)}:${value
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim()}`;
}

/** RFC 6376 3.4.4. */
function relaxedBody(body: string): string {
  const lines = body.split('\r\n').map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''));
  while (lines.at(-1) === '') lines.pop();
  return lines.length === 0 ? '' : `${lines.join('\r\n')}\r\n`;
}

/** Names joined by colons, four on a line. */
function folded(names: readonly string[]): string {
  const lines: string[] = [];
  for (let i = 0; i < names.length; i += 4) lines.push(names.slice(i, i + 4).join(':'));
  return lines.join(':\r\n ');
}

import { type Channel, isP256Point } from '#lib/kernel';
import { comparedNumber } from './number-forms.js';

export type AddressCheck =
  | {
      readonly ok: true;
      /** As it is written to. */ readonly address: string;
      /** As it is compared and hashed. */ readonly normalized: string;
    }
  | { readonly ok: false; readonly detail: string };

// RFC 5322 dot-atom in ASCII: no quoted strings, comments, groups or lists, so that one address is one recipient.
const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN =
  /^(?=.{1,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])$/;
const E164 = /^\+[1-9][0-9]{6,14}$/; // ITU-T E.164: at most 15 digits
const MAX_OTHER = 2048;

/**
 * Whether this is one address of that channel, and its comparable form.
 * An e-mail address is compared without regard to case; a phone number has the E.164 form, and is compared without regard
 * to which of its forms that is.
 */
export function checkAddress(channel: Channel, raw: string): AddressCheck {
  switch (channel) {
    case 'email':
      return checkEmail(raw);
    case 'sms':
    case 'whatsapp':
    case 'phone':
      return E164.test(raw)
        ? { ok: true, address: raw, normalized: comparedNumber(raw) }
        : { ok: false, detail: 'Give the number in the E.164 form, such as +4930123456.' };
    case 'push':
      return raw.trimStart().startsWith('{') && !isSubscription(raw)
        ? { ok: false, detail: NO_SUBSCRIPTION }
        : checkOther(raw);
    case 'teams':
    case 'webhook':
      return checkOther(raw);
  }
}

const NO_SUBSCRIPTION =
  'Give the push subscription as the browser does: JSON with an endpoint of https:// and in keys p256dh, a point of P-256 in 65 bytes, and auth, 16 bytes, both in base64url.';

/** What a browser gives for `pushManager.subscribe()` (Push API, 8): where to write, and what to encrypt for. */
function isSubscription(raw: string): boolean {
  let given: unknown;
  try {
    given = JSON.parse(raw);
  } catch {
    return false;
  }
  const { endpoint, keys } = given as { endpoint?: unknown; keys?: { p256dh?: unknown; auth?: unknown } | null };
  const point = bytesOf(keys?.p256dh);
  return (
    typeof endpoint === 'string' &&
    URL.canParse(endpoint) &&
    /^https?:$/.test(new URL(endpoint).protocol) &&
    point !== null &&
    isP256Point(point) &&
    bytesOf(keys?.auth)?.length === 16
  );
}

/** Bytes in base64url without padding (RFC 4648, 5); null when it is none. */
function bytesOf(text: unknown): Uint8Array | null {
  if (typeof text !== 'string' || !/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null;
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (byte) => byte.charCodeAt(0));
}

function checkOther(raw: string): AddressCheck {
  return raw.length > 0 && raw.length <= MAX_OTHER && !hasControlCharacters(raw)
    ? { ok: true, address: raw, normalized: raw }
    : { ok: false, detail: `Give an address of at most ${MAX_OTHER} printable characters.` };
}

function checkEmail(raw: string): AddressCheck {
  const at = raw.lastIndexOf('@');
  const local = raw.slice(0, at);
  const domain = asciiDomain(raw.slice(at + 1));
  const isOne = at > 0 && local.length <= 64 && LOCAL_PART.test(local) && domain !== null && DOMAIN.test(domain);
  if (!isOne || local.length + 1 + domain.length > 254) {
    return { ok: false, detail: 'Give one e-mail address, such as ada@example.org, without a name, comma or quotes.' };
  }
  const address = `${local}@${domain}`;
  return { ok: true, address, normalized: address.toLowerCase() };
}

/** An internationalised domain in its ASCII form (UTS 46, as browsers do it), or null. */
function asciiDomain(domain: string): string | null {
  if (/^[\x21-\x7e]+$/.test(domain)) return domain;
  if (hasControlCharacters(domain) || /[\s/?#@:\\]/.test(domain) || !URL.canParse(`http://${domain}`)) return null;
  return new URL(`http://${domain}`).hostname;
}

function hasControlCharacters(text: string): boolean {
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);
}

import { STYLE_HASH } from '../pages/page.js';

/** @param more hashes of style sheets beside the common one, such as a brand's colours */
export function contentSecurityPolicy(more: readonly string[] = []): string {
  return [
    "default-src 'none'",
    `style-src ${[STYLE_HASH, ...more].join(' ')}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/**
 * What keeps a link private and a page ours, on every answer: nothing is loaded, framed, sniffed or stored,
 * and the address of the page, which is the link, goes to nobody as a referrer.
 * @param overHttps whether contacts reach this door by https
 */
export function securityHeaders(overHttps: boolean): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    ...(overHttps ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
  };
}

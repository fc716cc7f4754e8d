import { z } from 'zod';
import type { Clock } from '#lib/kernel';
import type { HttpClient } from './http-client.js';
import { type Authority, NotAuthorized } from './http.sender.js';
import { askedWait, jsonObject } from './http-outcome.js';

/** OAuth 2.0 client credentials (RFC 6749, 4.4), as Microsoft Entra and most customer systems ask for. */
export interface ClientCredentials {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
}

/** A token is asked for again before it runs out under a request. */
const RENEW_BEFORE_MS = 60_000;
const Granted = z.object({
  // RFC 6749, A.12: whatever else it may be, it goes into a header.
  access_token: z.string().regex(/^[\x20-\x7e]+$/),
  expires_in: z.coerce.number().positive().optional(),
});

/** A token, kept for as long as it is good or until it is refused (RFC 6750, 3.1); many calls at once ask for one. */
export function clientCredentials(credentials: ClientCredentials, client: HttpClient, clock: Clock): Authority {
  let kept: { readonly until: number; readonly headers: Promise<Readonly<Record<string, string>>> } | null = null;
  /** The headers of the token that is kept now; those of an older one may be refused after it. */
  let latest: Readonly<Record<string, string>> | null = null;
  const ask = async (): Promise<Readonly<Record<string, string>>> => {
    const { tokenUrl, clientId, clientSecret, scope } = credentials;
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope }); // prettier-ignore
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const end = await client.call(
      { method: 'POST', url: new URL(tokenUrl), headers, body: body.toString() },
      () => true,
    );
    const granted = Granted.safeParse(end.kind === 'answered' && end.status === 200 ? jsonObject(end.body) : null);
    if (!granted.success) throw new NotAuthorized(end.kind === 'answered' ? askedWait(end, clock.now()) : null);
    const { access_token, expires_in = 300 } = granted.data;
    latest = { authorization: `Bearer ${access_token}` };
    kept = { until: clock.monotonic() + expires_in * 1000 - RENEW_BEFORE_MS, headers: Promise.resolve(latest) };
    return latest;
  };
  return {
    credentials() {
      if (kept === null || clock.monotonic() >= kept.until) {
        const headers = ask();
        kept = { until: Infinity, headers };
        headers.catch(() => (kept = null));
      }
      return kept.headers;
    },
    refused(credentials) {
      if (credentials !== latest) return;
      latest = null;
      kept = null;
    },
  };
}

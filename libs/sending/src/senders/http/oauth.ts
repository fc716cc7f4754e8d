import { z } from 'zod';
import type { Clock } from '#lib/kernel';
import type { HttpClient } from './http-client.js';
import { type Authorize, NotAuthorized } from './http.sender.js';
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

/** A token, kept for as long as it is good; many calls at once ask for one. */
export function clientCredentials(credentials: ClientCredentials, client: HttpClient, clock: Clock): Authorize {
  let kept: { readonly until: number; readonly token: Promise<string> } | null = null;
  const ask = async (): Promise<string> => {
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
    kept = { until: clock.monotonic() + expires_in * 1000 - RENEW_BEFORE_MS, token: Promise.resolve(access_token) };
    return access_token;
  };
  return async () => {
    if (kept === null || clock.monotonic() >= kept.until) {
      const token = ask();
      kept = { until: Infinity, token };
      token.catch(() => (kept = null));
    }
    return { authorization: `Bearer ${await kept.token}` };
  };
}

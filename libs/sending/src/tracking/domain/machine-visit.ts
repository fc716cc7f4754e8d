/** What is known of somebody who opens a mail or a link in it. */
export interface Visit {
  readonly userAgent: string | null;
  /** What a browser says of why it loads something before anybody asked: `Sec-Purpose`, `Purpose`, `X-Moz`. */
  readonly announcedAs: string | null;
  /** Since the provider took the message; null when that is not known yet. */
  readonly sinceSentMs: number | null;
  /** Other links of the same message that were opened within the last seconds. */
  readonly otherLinksNow: number;
}

/** By what a visit is taken for a machine's. Written to the ledger: add values, never rename one. */
export type MachineSign = 'prefetch' | 'no_user_agent' | 'privacy_proxy' | 'scanner' | 'too_soon' | 'all_links';

/** Nobody has read a mail this soon after it left for their server. */
const TOO_SOON_MS = 7_000;
/** Links within `BURST_MS` that no person follows. */
const BURST_LINKS = 2;
export const BURST_MS = 10_000;

/**
 * What loads images of mails for its readers, whether they read or not. Apple's proxy names nothing but the beginning
 * that every browser has; Gmail's and Yahoo's name themselves.
 */
const PROXIES = [/^Mozilla\/5\.0$/, /GoogleImageProxy/i, /YahooMailProxy/i, /DuckDuckGo.*Email/i];

/**
 * What looks at mails before people, and programs that are no browser. Programs for messages load a preview under a name of
 * their own; under another one they are the browser in which their people read.
 */
const SCANNERS =
  /(?<!\bcu)bot\b|crawl|spider|slurp|preview(?:er|bot)?(?![a-z])|scan(?:ner|ning|bot)?(?![a-z])|barracuda|mimecast|proofpoint|safelinks|trendmicro|symantec|fireeye|cloudmark|headless|phantom|selenium|playwright|puppeteer|curl\/|wget\/|python|aiohttp|java\/|okhttp|go-http|node-fetch|undici|axios|libwww|httpclient|winhttp|facebookexternalhit|^whatsapp\/|telegrambot|slackbot|slack-imgproxy|discordbot|skypeuripreview|google-read-aloud|office existence discovery|zgrab/i;

/**
 * Programs of Office ask for what a document or a mail links to under the name of the suite. Outlook adds its own, and asks
 * for images of a mail when somebody has it open.
 */
const OFFICE = /\bms-?office\b/i;
const OUTLOOK = /\b(?:Microsoft|MS) Outlook\b/i;

/**
 * Why a visit was not a person's; null when nothing speaks against one. It is kept either way, with the sign: a machine
 * that is taken for a person makes a campaign look better than it is, and a person that is taken for a machine can still
 * be found in the log.
 */
export function machineSign(visit: Visit): MachineSign | null {
  const { userAgent, announcedAs, sinceSentMs, otherLinksNow } = visit;
  if (announcedAs !== null && /prefetch|preview|prerender/i.test(announcedAs)) return 'prefetch';
  if (userAgent === null || userAgent.trim() === '') return 'no_user_agent';
  if (PROXIES.some((pattern) => pattern.test(userAgent.trim()))) return 'privacy_proxy';
  if (SCANNERS.test(userAgent) || (OFFICE.test(userAgent) && !OUTLOOK.test(userAgent))) return 'scanner';
  if (sinceSentMs === null || sinceSentMs < TOO_SOON_MS) return 'too_soon';
  return otherLinksNow >= BURST_LINKS ? 'all_links' : null;
}

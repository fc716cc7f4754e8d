import { describe, expect, it } from '@jest/globals';
import { machineSign, type Visit } from './machine-visit.js';

const BROWSER =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15';
const visit = (change: Partial<Visit> = {}): Visit => ({
  userAgent: BROWSER,
  announcedAs: null,
  sinceSentMs: 3_600_000,
  otherLinksNow: 0,
  ...change,
});

describe('a visit', () => {
  it.each<[string, Partial<Visit>, string | null]>([
    ['of somebody with a browser is a person’s', {}, null],
    [
      'by a telephone',
      {
        userAgent:
          'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
      },
      null,
    ],
    [
      'by Outlook',
      { userAgent: 'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Microsoft Outlook 16.0.17328)' },
      null,
    ],
    // Apple's Mail Privacy Protection says this much and no more.
    ['by Apple’s proxy', { userAgent: 'Mozilla/5.0' }, 'privacy_proxy'],
    [
      'by Gmail’s proxy',
      { userAgent: 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)' },
      'privacy_proxy',
    ],
    [
      'by Yahoo’s proxy',
      { userAgent: 'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html' },
      'privacy_proxy',
    ],
    [
      'by a telephone named CUBOT',
      { userAgent: 'Mozilla/5.0 (Linux; Android 11; CUBOT X30) AppleWebKit/537.36' },
      null,
    ],
    ['inside Teams', { userAgent: `${BROWSER} TeamsMobile-Android` }, null],
    ['inside Slack', { userAgent: `${BROWSER} Slack_SSB/4.1` }, null],
    ['inside Telegram', { userAgent: `${BROWSER} Telegram-Android/10` }, null],
    [
      'by Teams’ preview',
      { userAgent: 'Mozilla/5.0 SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com' },
      'scanner',
    ],
    ['by Slack’s preview', { userAgent: 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)' }, 'scanner'],
    ['by WhatsApp’s preview', { userAgent: 'WhatsApp/2.23.20.0 A' }, 'scanner'],
    ['by Telegram’s preview', { userAgent: 'TelegramBot (like TwitterBot)' }, 'scanner'],
    ['by Office, looking whether it is there', { userAgent: 'Microsoft Office Existence Discovery' }, 'scanner'],
    ['by a scan of the net', { userAgent: 'Mozilla/5.0 zgrab/0.x' }, 'scanner'],
    ['by a filter', { userAgent: 'BarracudaCentral/1.0' }, 'scanner'],
    [
      'by a preview',
      { userAgent: 'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)' },
      'scanner',
    ],
    ['by a browser without a window', { userAgent: `${BROWSER} HeadlessChrome/120.0` }, 'scanner'],
    ['by a program', { userAgent: 'python-requests/2.31.0' }, 'scanner'],
    ['by who says nothing', { userAgent: null }, 'no_user_agent'],
    ['by who says a space', { userAgent: ' ' }, 'no_user_agent'],
    ['that was fetched ahead', { announcedAs: 'prefetch;anonymous-client-ip' }, 'prefetch'],
    ['as soon as nobody reads', { sinceSentMs: 6_999 }, 'too_soon'],
    ['before it is known to have been taken', { sinceSentMs: null }, 'too_soon'],
    ['seven seconds later', { sinceSentMs: 7_000 }, null],
    ['to the second link within seconds', { otherLinksNow: 1 }, null],
    ['to the third link within seconds', { otherLinksNow: 2 }, 'all_links'],
  ])('%s', (_name, change, sign) => {
    expect(machineSign(visit(change))).toBe(sign);
  });
});

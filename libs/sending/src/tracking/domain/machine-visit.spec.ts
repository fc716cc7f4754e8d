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
    [
      'by Outlook 2010',
      {
        userAgent:
          'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1; WOW64; Trident/7.0; SLCC2; .NET CLR 2.0.50727; Microsoft Outlook 14.0.7113; ms-office; MSOffice 14)',
      },
      null,
    ],
    [
      'by Outlook 2013',
      { userAgent: 'Mozilla/4.0 (compatible; ms-office; MSOffice 15; Microsoft Outlook 15.0.4771)' },
      null,
    ],
    [
      'by Outlook 2016',
      {
        userAgent:
          'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; WOW64; Trident/7.0; Microsoft Outlook 16.0.5257; ms-office; MSOffice 16)',
      },
      null,
    ],
    [
      'by Outlook of Microsoft 365',
      { userAgent: 'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)' },
      null,
    ],
    [
      'by Outlook on a Mac',
      {
        userAgent:
          'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) MacOutlook/16.78.3',
      },
      null,
    ],
    ['by Word, looking at a link', { userAgent: 'Mozilla/4.0 (compatible; ms-office; MSOffice 16)' }, 'scanner'],
    [
      'by Word of 2010',
      { userAgent: 'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1; Trident/7.0; MSOffice 14)' },
      'scanner',
    ],
    [
      'by a program that names a preview',
      { userAgent: 'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 PreviewApp/2.0' },
      null,
    ],
    ['by a camera that scans codes', { userAgent: 'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 QRScanPro/3.1' }, null],
    ['by a scanner of links', { userAgent: 'Mozilla/5.0 (compatible; LinkScanner/1.0)' }, 'scanner'],
    ['by a scan', { userAgent: 'Mail-Scan/2.0' }, 'scanner'],
    ['by a preview of links', { userAgent: 'Mozilla/5.0 (compatible; LinkPreview/1.0)' }, 'scanner'],
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

import { describe, expect, it } from '@jest/globals';
import { readArrival } from './read-arrival.js';
import { writtenInHtml } from './written-in-html.js';

describe('what is written in a mail that has only HTML', () => {
  it.each([
    [
      'lines of divs, as Gmail makes them',
      '<div dir="ltr">One<div>two</div><div><br></div><div>three</div></div>',
      'One\ntwo\n\nthree',
    ],
    ['paragraphs', '<p>One\n goes on</p><p>two<br>three</p>', 'One goes on\n\ntwo\nthree'],
    [
      'without styles and scripts',
      '<head><title>x</title><style>p{}</style></head><p>One<script>two</script></p>',
      'One',
    ],
    [
      'without what Gmail quotes',
      'Yes<div class="gmail_quote gmail_quote_container"><div class="gmail_attr">On Monday</div>stop</div>',
      'Yes',
    ],
    [
      'without what Thunderbird quotes',
      '<p>Yes</p><div class="moz-cite-prefix">Am 1.1. schrieb A:</div><blockquote>stop</blockquote>',
      'Yes',
    ],
    [
      'without what follows Outlook’s line',
      '<div>Yes</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">From: x</div><div>stop</div>',
      'Yes',
    ],
    ['of nothing', '', ''],
    ['however deep', `${'<div>'.repeat(3_000)}x`, ''],
  ])('is %s', (_name, html, text) => {
    expect(writtenInHtml(html)).toBe(text);
  });

  it('is read where a mail has no text, and only there', async () => {
    const mail = (body: string): Uint8Array =>
      Buffer.from(`From: a@people.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n${body}`);
    const html = 'Content-Type: text/html; charset=utf-8\r\n\r\n<p>Please unsubscribe me</p>';
    expect((await readArrival(mail(html))).mail.text).toBe('Please unsubscribe me');
    const both = `Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\n${html}\r\n--b--`;
    expect((await readArrival(mail(both))).mail.text.trim()).toBe('Hello');
  });
});

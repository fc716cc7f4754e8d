import { expect, it } from '@jest/globals';
import { isTooNested } from './mail-nesting.js';

const mail = (more: string) => Buffer.from(`From: Ada <ada@people.example>\r\nSubject: Hello\r\n${more}\r\nWords`);

it('what a mail quotes is none of its parts', () => {
  const written =
    'Please unsubscribe me\n> https://shop.example/message/1\n> Content-Type: multipart/mixed\nmessage/x\n';
  expect(isTooNested(mail(`\r\n${written.repeat(101)}`))).toBe(false);
  expect(isTooNested(mail('Content-Type: text/plain; name="message/x"\r\n'.repeat(101)))).toBe(false);
});

it.each([
  'content-type:multipart/mixed',
  'Content-Type :\r\n\tmultipart/mixed',
  'Content-Type: (a) multipart/mixed',
  'Content-Type: "multi\\part/mixed"',
  'Content-Type: multi(a)part/mixed',
  ' Content-Type: message/rfc822',
])('a part of parts is one however it is written: %j', (field) => {
  expect(isTooNested(mail(`${field}\r\n`.repeat(101)))).toBe(true);
});

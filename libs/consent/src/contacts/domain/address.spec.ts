import { describe, expect, it } from '@jest/globals';
import { checkAddress } from './address.js';

describe('an address of a channel', () => {
  it.each([
    ['ada@example.org', 'ada@example.org'],
    ['Ada.Lovelace+news@Example.ORG', 'ada.lovelace+news@example.org'],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
  ])('accepts %s and compares it as %s', (raw, normalized) => {
    expect(checkAddress('email', raw)).toMatchObject({ ok: true, normalized });
  });

  it.each([
    ['two addresses', 'ada@example.org, eve@example.net'],
    ['a semicolon list', 'ada@example.org;eve@example.net'],
    ['a group', 'friends:ada@example.org,eve@example.net;'],
    ['a display name', 'Ada <ada@example.org>'],
    ['a quoted local part', '"ada, eve"@example.org'],
    ['a comment', 'ada(comment)@example.org'],
    ['a line break', 'ada@example.org\r\nBcc: eve@example.net'],
    ['a bare line feed', 'ada@example.org\neve@example.net'],
    ['a NUL', 'ada\0@example.org'],
    ['a leading space', ' ada@example.org'],
    ['no domain', 'ada@'],
    ['no local part', '@example.org'],
    ['two at signs', 'ada@eve@example.org'],
    ['two dots in a row', 'ada..l@example.org'],
    ['a domain literal', 'ada@[127.0.0.1]'],
    ['a single label', 'ada@localhost'],
    ['a local part of 65 octets', `${'a'.repeat(65)}@example.org`],
    ['ten thousand octets', `${'a'.repeat(10_000)}@example.org`],
    ['a path after the domain', 'ada@example.org/x'],
    ['a full-width at sign', 'ada＠example.org'],
  ])('refuses %s', (_what, raw) => {
    expect(checkAddress('email', raw).ok).toBe(false);
  });

  it.each([
    ['+4930123456', true],
    ['030123456', false],
    ['+49 30 123456', false],
    ['+0123456789', false],
    ['+1234567890123456', false],
  ])('judges the phone number %s: %s', (raw, ok) => {
    expect(checkAddress('sms', raw).ok).toBe(ok);
  });

  // The public key of RFC 8291, 5, and the same with its last bit turned.
  const RECEIVER = 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4';
  const subscription = (p256dh: string, auth = 'BTBZMqHH6r4Tts7J_aSIgg', endpoint = 'https://push.example/1') =>
    JSON.stringify({ endpoint, keys: { p256dh, auth } });

  it.each([
    ['a subscription as a browser gives it', subscription(RECEIVER), true],
    ['the token of another service', 'fcm-token:APA91b', true],
    ['a key that is no point of the curve', subscription(RECEIVER.replace(/4$/, '8')), false],
    ['a compressed point', subscription('AiVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcx'), false],
    ['zeros', subscription('A'.repeat(87)), false],
    ['a key that is no base64url', subscription(`${RECEIVER.slice(0, -1)}=`), false],
    ['a secret of 15 bytes', subscription(RECEIVER, 'BTBZMqHH6r4Tts7J_aSI'), false],
    ['an endpoint that is no URL of the web', subscription(RECEIVER, undefined, 'ftp://push.example/1'), false],
    ['no keys', '{"endpoint":"https://push.example/1"}', false],
    ['keys of null', '{"endpoint":"https://push.example/1","keys":null}', false],
    ['broken JSON', '{"endpoint":', false],
  ])('judges %s for push', (_what, raw, ok) => {
    expect(checkAddress('push', raw).ok).toBe(ok);
  });
});

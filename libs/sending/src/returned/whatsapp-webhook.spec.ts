import { expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { readWhatsApp } from './whatsapp-webhook.js';

/** What is read of one message that a person sent, with these parts. */
function read(parts: object): unknown {
  const messages = [{ id: 'wamid.1', from: '4915112345678', timestamp: '1790000000', ...parts }];
  const body = Buffer.from(
    JSON.stringify({ entry: [{ id: '1', changes: [{ field: 'messages', value: { messages } }] }] }),
  );
  const signature = `sha256=${createHmac('sha256', 'secret').update(body).digest('hex')}`;
  const request = { body, search: '', headers: { 'x-hub-signature-256': signature } };
  const answer = readWhatsApp(request, { appSecret: 'secret', phoneNumberId: '1' });
  return answer.kind === 'read' ? answer.returned : answer;
}

it.each([
  ['image', { image: { id: 'x', mime_type: 'image/jpeg', caption: 'STOP' } }, 'STOP'],
  ['video', { video: { id: 'x', caption: 'Bitte keine Werbung mehr' } }, 'Bitte keine Werbung mehr'],
  ['document', { document: { id: 'x', filename: 'a.pdf', caption: 'Unsubscribe' } }, 'Unsubscribe'],
  ['reaction', { reaction: { message_id: 'wamid.0', emoji: '🛑' } }, '🛑'],
])('what somebody writes with a message of type %s is read', (type, parts, text) => {
  expect(read({ type, ...parts })).toMatchObject([{ kind: 'text', id: 'whatsapp wamid.1', text }]);
});

it('a picture without words is an answer, whatever else stands with it', () => {
  expect(read({ type: 'image', image: { id: 'x' } })).toMatchObject([{ kind: 'text', text: '' }]);
  expect(read({ type: 'image', image: 'odd' })).toMatchObject([{ kind: 'text', text: '' }]);
});

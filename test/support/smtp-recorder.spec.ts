import { afterEach, beforeEach, expect, it } from '@jest/globals';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import { startSmtpRecorder, type SmtpRecorder } from './smtp-recorder.js';

let folder: string;
let recorder: SmtpRecorder;

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'recorder-'));
  recorder = await startSmtpRecorder(path.join(folder, 'mail.log'));
});
afterEach(async () => {
  await recorder.stop();
  fs.rmSync(folder, { recursive: true });
});

const send = (id: string): Promise<unknown> =>
  createTransport({ host: '127.0.0.1', port: recorder.port, ignoreTLS: true }).sendMail({
    from: 'a@a.example',
    to: 'b@b.example',
    messageId: `<${id}@a.example>`,
    text: 'x',
  });

it('writes down what it takes, before it answers', async () => {
  await send('1');
  expect(recorder.recorded()).toMatchObject([{ messageId: '<1@a.example>', rcpt: ['b@b.example'] }]);
});

it('a message whose answer it cuts off was taken; one it refuses or cuts in the middle was not', async () => {
  await recorder.setFault({ at: 'end', do: 'cut', count: 1 });
  await expect(send('taken')).rejects.toThrow();
  await send('between');
  await recorder.setFault({ at: 'end', do: 'refuse', reply: 554 });
  await expect(send('refused')).rejects.toThrow('554');
  await recorder.setFault({ at: 'content', do: 'cut' });
  await expect(send('half')).rejects.toThrow();
  await recorder.setFault(null);
  await send('last');
  expect(recorder.recorded().map((mail) => mail.messageId)).toEqual([
    '<taken@a.example>',
    '<between@a.example>',
    '<last@a.example>',
  ]);
});

it('ends when the process that started it does', async () => {
  await recorder.stop();
  await expect(send('late')).rejects.toThrow();
});

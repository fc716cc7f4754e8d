import { afterAll, expect, it } from '@jest/globals';
import { isTooNested } from './domain/mail-nesting.js';
import { MailReader } from './mail-reader.js';

const reader = new MailReader();
const opened = [reader];
afterAll(async () => Promise.all(opened.map((one) => one.close())));

const mail = (more = '') => Buffer.from(`From: Ada <ada@people.example>\r\nSubject: Hello\r\n${more}\r\nWords`);

it('reads a mail as it is, and several one after the other', async () => {
  const readings = await Promise.all([reader.read(mail()), reader.read(mail('In-Reply-To: <01938f5e-7c1a-7000-8000-00000000c0d1@n.example>\r\n'))]); // prettier-ignore
  expect(readings).toMatchObject([
    {
      kind: 'read',
      arrival: {
        report: null,
        mail: { from: 'ada@people.example', subject: 'Hello', text: 'Words\n' },
        answers: null,
      },
    },
    { kind: 'read', arrival: { answers: { message: '01938f5e-7c1a-7000-8000-00000000c0d1' } } },
  ]);
});

it('one that takes too long is ended, and the next is read', async () => {
  const impatient = new MailReader(1);
  opened.push(impatient);
  expect(await impatient.read(mail('X: y\r\n'.repeat(20_000)))).toEqual({ kind: 'unreadable', why: 'too_slow' });
  expect(await reader.read(mail())).toMatchObject({ kind: 'read' });
});

it('the process goes on meanwhile', async () => {
  let turns = 0;
  const turning = setInterval(() => turns++, 1);
  await reader.read(mail('X: y\r\n'.repeat(50_000)));
  clearInterval(turning);
  expect(turns).toBeGreaterThan(5);
});

it.each([
  ['text', 'x\r\n'.repeat(130_000)],
  ['a file', '\r\n--b\r\n\r\nWords\r\n--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment\r\n\r\n' + '1\r\n'.repeat(130_000)], // prettier-ignore
  ['a file in quoted-printable', '\r\n--b\r\n\r\nWords\r\n--b\r\nContent-Type: text/csv\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n' + '=31\r\n'.repeat(130_000)], // prettier-ignore
])('a mail with %s of more than a hundred thousand lines is read as well', async (_what, lines) => {
  const parts = lines.startsWith('\r\n--b') ? 'Content-Type: multipart/mixed; boundary=b\r\n' : '';
  expect(await reader.read(mail(`${parts}\r\n${lines}`))).toMatchObject({
    kind: 'read',
    arrival: { mail: { text: expect.stringMatching(/^(x|Words)\n/) } },
  });
});

it('a mail of many parts is read, one of parts in parts without end is not', () => {
  expect(isTooNested(mail('Content-Type: multipart/mixed; boundary=b\r\n'.repeat(100)))).toBe(false);
  expect(isTooNested(mail('Content-Type: multipart/mixed; boundary=b\r\n'.repeat(101)))).toBe(true);
  expect(isTooNested(mail('Content-Type: MESSAGE / rfc822\r\n'.repeat(101)))).toBe(true);
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import PostalMime from 'postal-mime';
import { type Exim, eximProgram, startExim } from '../../../../test/support/exim.js';
import { describeWithout } from '../../../../test/support/optional-program.js';
import { until } from '../../../../test/support/until.js';
import { systemClock } from '#lib/platform';
import type { ChannelSender } from './channel-sender.js';
import { SENDER_KINDS } from './sender-kinds.js';
import { someHandOver, VOUCHED } from './testing/sender-contract.js';

const NAME = 'mail that another mail server takes';

if (eximProgram === undefined) describeWithout('exim4 (Debian: exim4-daemon-light), run by root', NAME);
else runWith(eximProgram);

function runWith(program: string): void {
  describe(NAME, () => {
    let exim: Exim;
    let sender: ChannelSender;
    beforeAll(async () => {
      exim = await startExim(program);
      const settings = { host: '127.0.0.1', port: exim.port, secure: 'none', returnPath: 'bounces@mail.spec.example' };
      sender = SENDER_KINDS.smtp.make(settings, null, systemClock, VOUCHED);
    });
    afterAll(async () => {
      await sender.close();
      await exim.stop();
    });

    const delivered = async (to: string): Promise<string[]> => {
      const mine = (): string[] => exim.delivered().filter((mail) => mail.includes(`Envelope-to: ${to}\n`));
      await until(`a mail to ${to}`, () => mine().length > 0);
      return mine();
    };

    it('lies in the mailbox as it was written: for one recipient, every dot and every letter', async () => {
      const to = 'ada@people.example';
      const text = `Grüße\n.\n..zwei Punkte\n${'lang '.repeat(300)}\n`;
      const content = { ...someHandOver().content, text };
      expect(await sender.send(someHandOver({ to, content }))).toMatchObject({ kind: 'accepted' });
      const [mail = '', ...more] = await delivered(to);
      expect(more).toEqual([]);
      const { text: read, subject, to: recipients } = await PostalMime.parse(mail.slice(mail.indexOf('\n') + 1));
      expect([read?.trimEnd(), subject]).toEqual([text.trimEnd(), content.subject]);
      expect(recipients?.map(({ address }) => address)).toEqual([to]);
      expect(mail).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
      expect(mail).toMatch(/^Return-path: <bounces[^>]*@mail\.spec\.example>/m);
    });

    it.each([
      ['nobody-here@people.example', { kind: 'rejected', code: 'smtp_rcpt_550_5.1.1', hardBounce: true }],
      ['later@people.example', { kind: 'transient', code: 'smtp_rcpt_451_4.2.0' }],
      ['ada@elsewhere.example', { kind: 'rejected', code: 'smtp_rcpt_550_policy' }],
    ])('to %s ends as it says', async (to, result) => {
      expect(await sender.send(someHandOver({ to }))).toMatchObject(result);
    });

    it('comes once each to those it is for, many at a time, and again after a restart', async () => {
      const people = Array.from({ length: 30 }, (_, i) => `reader-${i}@people.example`);
      const send = async (some: readonly string[]) =>
        Promise.all(some.map(async (to) => (await sender.send(someHandOver({ to }))).kind));
      expect(new Set(await send(people.slice(0, 20)))).toEqual(new Set(['accepted']));
      await exim.restart();
      for (const to of people.slice(20)) {
        // A connection that died with the server is noticed when it is used, and nothing was handed over by it.
        while ((await sender.send(someHandOver({ to }))).kind !== 'accepted');
      }
      for (const to of people) expect(await delivered(to)).toHaveLength(1);
    });
  });
}

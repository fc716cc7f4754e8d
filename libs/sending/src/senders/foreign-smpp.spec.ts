import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWithout } from '../../../../test/support/optional-program.js';
import { type PerlCenter, smppPerl, startPerlCenter } from '../../../../test/support/smpp-perl.js';
import { until } from '../../../../test/support/until.js';
import { systemClock } from '#lib/platform';
import type { Returned } from '../returned/returned.js';
import type { ChannelSender } from './channel-sender.js';
import { SENDER_KINDS } from './sender-kinds.js';
import { someHandOver, VOUCHED } from './testing/sender-contract.js';

const NAME = 'texts that another implementation of SMPP 3.4 takes and brings';

if (smppPerl === undefined) describeWithout('Net::SMPP for Perl (Debian: libnet-smpp-perl)', NAME);
else runWith(smppPerl);

function runWith(program: string): void {
  describe(NAME, () => {
    let center: PerlCenter;
    let sender: ChannelSender;
    const taken: Returned[] = [];
    let texts = 0;
    beforeAll(async () => {
      center = await startPerlCenter(program);
      sender = account('secret');
      sender.listen?.((returned) => {
        taken.push(...returned);
        return Promise.resolve();
      });
    });
    afterAll(async () => {
      await sender.close();
      await center.stop();
    });

    const account = (password: string): ChannelSender => {
      const settings = { host: '127.0.0.1', port: center.port, secure: 'none', systemId: 'nordlicht', from: 'Nordlicht', enquireLinkSeconds: 1 }; // prettier-ignore
      return SENDER_KINDS.smpp.make(settings, { password }, systemClock, VOUCHED);
    };
    const submit = (text: string, to = '+4915123456789') =>
      sender.send(someHandOver({ to, content: { ...someHandOver().content, text } }));

    it.each([
      [
        'every letter of the default alphabet',
        '@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0189:;<=>?¡AZÄÖÑÜ§¿azäöñüà',
        0,
        1,
      ],
      ['what follows an escape', '^{}\\[~]|€', 0, 1],
      ['German in parts, an escape at the seam', `${'ß'.repeat(152)}€${'ü'.repeat(60)}`, 0, 2],
      ['Russian in parts', 'Здравствуйте! '.repeat(12).trimEnd(), 8, 3],
      ['a pair of surrogates at the seam', `${'я'.repeat(66)}🎈${'я'.repeat(20)}`, 8, 2],
      ['Hebrew', 'שלום, יש לנו חדשות', 8, 1],
    ])('%s is read as it was written', async (_name, text, coding, parts) => {
      expect(await submit(text)).toEqual({ kind: 'accepted', providerRef: expect.stringMatching(/^perl-\d+$/), parts });
      expect(await center.next('text', ++texts)).toEqual({
        event: 'text',
        text,
        parts,
        data_coding: coding,
        ...{ source_addr_ton: 5, source_addr_npi: 0, source_addr: 'Nordlicht' },
        ...{ dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: '4915123456789' },
      });
    });

    it('binds as version 3.4, once, and asks whether the center is there', async () => {
      expect(await center.next('bound')).toMatchObject({ system_id: 'nordlicht', interface_version: 0x34 });
      await center.next('asked whether there');
      expect(center.told.filter(({ event }) => event === 'bound' || event === 'not expected')).toHaveLength(1);
    });

    it('a receipt names the message that it is of', async () => {
      const before = taken.length;
      const sent = await submit('Hallo');
      texts++;
      const ref = sent.kind === 'accepted' ? sent.providerRef : null;
      await until('a receipt', () => taken.length > before);
      expect(taken.slice(before)).toEqual([
        expect.objectContaining({
          ...{ kind: 'event', id: `smpp ${ref} DELIVRD`, type: 'delivered', at: null, bounce: null },
          message: expect.objectContaining({ ref }) as object,
        }),
      ]);
    });

    it.each([
      ['STOP', false],
      ['Schluß mit € und Grüßen', false],
      ['Отписаться', true],
    ])('what somebody writes, "%s", comes in as it was written', async (text, ucs2) => {
      const before = taken.length;
      center.bring({ from: '4915123456789', text, ucs2 });
      await until('the text', () => taken.length > before);
      expect(taken.slice(before)).toEqual([{ kind: 'text', from: '+4915123456789', text }]);
    });

    it('nobody has the number; the center wants to be asked less; the password is wrong', async () => {
      expect(await submit('x', '+4915123456000')).toEqual({
        kind: 'rejected',
        code: 'smpp_0000000b',
        hardBounce: true,
      });
      expect(await submit('faster')).toEqual({
        kind: 'transient',
        code: 'smpp_00000058',
        retryAfterMs: 1000,
        throttled: true,
      });
      expect(await submit('faster')).toMatchObject({ kind: 'accepted' });
      const other = account('wrong');
      expect(await other.send(someHandOver({ to: '+4915123456789' }))).toMatchObject({ code: 'smpp_bind_0000000e' });
      await other.close();
    });

    it('many at a time are each answered once', async () => {
      const results = await Promise.all(Array.from({ length: 40 }, (_, i) => submit(`Nummer ${i}`)));
      const refs = results.map((result) => (result.kind === 'accepted' ? result.providerRef : result.kind));
      expect(new Set(refs).size).toBe(40);
      expect(refs.every((ref) => /^perl-\d+$/.test(ref ?? ''))).toBe(true);
    });

    it('says goodbye', async () => {
      await sender.close();
      await center.next('left');
    });
  });
}

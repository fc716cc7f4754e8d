import { afterEach, describe, expect, it } from '@jest/globals';
import { type SmppCenter, type SmppReaction, startSmppCenter } from '../../../../../test/support/smpp-center.js';
import { until } from '../../../../../test/support/until.js';
import type { Returned } from '../../returned/returned.js';
import { describeSenderContract, type ProviderBehaviour, someHandOver, VOUCHED } from '../testing/sender-contract.js';
import { SmppSender } from './smpp.sender.js';
import { SmppSettings } from './smpp-settings.js';

const clock = { now: () => Date.UTC(2026, 10, 21), monotonic: () => 0 };
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

function sender({ port }: SmppCenter, change: Partial<SmppSettings> = {}, time = clock): SmppSender {
  const settings = {
    host: '127.0.0.1',
    port,
    secure: 'none',
    systemId: 'nordlicht',
    from: 'Nordlicht',
    timeoutSeconds: 1,
  };
  const made = new SmppSender(SmppSettings.parse({ ...settings, ...change }), { password: 'secret' }, time, VOUCHED);
  opened.push(made);
  return made;
}
async function center(): Promise<SmppCenter> {
  const started = await startSmppCenter();
  opened.push(started);
  return started;
}
const text = (content: string) =>
  someHandOver({ to: '+4915123456789', content: { ...someHandOver().content, text: content } });

const REACTIONS: Record<Exclude<ProviderBehaviour, 'is_unreachable' | 'asks_for_a_break'>, SmppReaction> = {
  accepts: 'take',
  is_slow: { delayMs: 200 },
  refuses_for_now: { status: 0x14 },
  refuses_address: { status: 0x0b },
  refuses_message: { status: 0x01 },
  loses_the_answer: 'cut',
};

describeSenderContract('SMPP', async () => {
  const smsc = await startSmppCenter();
  return {
    sender: sender(smsc),
    to: '+4915123456789',
    provider: {
      async behave(behaviour) {
        if (behaviour === 'is_unreachable') return smsc.close();
        if (behaviour === 'asks_for_a_break') return;
        smsc.react = () => REACTIONS[behaviour];
      },
      received: () => smsc.submitted.length,
      contentComesFirst: true,
      canAskForBreaks: false,
    },
    close: () => smsc.close(),
  };
});

describe('SMS over SMPP 3.4', () => {
  it('binds once as a transceiver, and submits to one number in the plan of E.164', async () => {
    const smsc = await center();
    const sms = sender(smsc);
    const results = await Promise.all([text('Grüße'), text('Hallo')].map((one) => sms.send(one)));

    expect(results.map((result) => result.kind === 'accepted' && result.providerRef)).toEqual(['id-1', 'id-2']);
    expect(smsc.binds).toEqual([{ systemId: 'nordlicht', password: 'secret', version: 0x34 }]);
    expect(smsc.submitted[0]).toEqual({
      source: { ton: 5, npi: 0, address: 'Nordlicht' },
      destination: { ton: 1, npi: 1, address: '4915123456789' },
      esmClass: 0,
      registeredDelivery: 1,
      dataCoding: 0,
      validity: '',
      shortMessage: Buffer.from([0x47, 0x72, 0x7e, 0x1e, 0x65]),
    });
  });

  it.each([
    ['+491701234567', { ton: 1, npi: 1, address: '491701234567' }],
    ['72345', { ton: 3, npi: 0, address: '72345' }],
    ['Nord Licht', { ton: 5, npi: 0, address: 'Nord Licht' }],
  ])('is from %s', async (from, source) => {
    const smsc = await center();
    await sender(smsc, { from }).send(text('x'));
    expect(smsc.submitted[0]?.source).toEqual(source);
  });

  it('a long text goes in parts with one reference, and the last asks for the receipt', async () => {
    const smsc = await center();
    const sms = sender(smsc);
    expect(await sms.send(text('я'.repeat(140)))).toEqual({ kind: 'accepted', providerRef: 'id-3', parts: 3 });
    await sms.send(text('я'.repeat(71)));

    const parts = smsc.submitted.map(({ esmClass, dataCoding, registeredDelivery, shortMessage }) => ({
      esmClass,
      dataCoding,
      registeredDelivery,
      header: [...shortMessage.subarray(0, 6)],
      text: shortMessage.subarray(6).swap16().toString('utf16le'),
    }));
    const part = (reference: number, of: number, nth: number, length: number) => ({
      esmClass: 0x40,
      dataCoding: 8,
      registeredDelivery: nth === of ? 1 : 0,
      header: [5, 0, 3, reference, of, nth],
      text: 'я'.repeat(length),
    });
    expect(parts).toEqual([
      part(1, 3, 1, 67),
      part(1, 3, 2, 67),
      part(1, 3, 3, 6),
      part(2, 2, 1, 67),
      part(2, 2, 2, 4),
    ]);
  });

  it.each<[string, number, SmppReaction, string]>([
    ['the first part is refused', 1, { status: 0x0b }, 'rejected'],
    ['the first part is refused for now', 1, { status: 0x58 }, 'transient'],
    ['the second part is refused', 2, { status: 0x0b }, 'ambiguous'],
    ['the connection breaks at the second part', 2, 'cut', 'ambiguous'],
    ['the first part is not answered', 1, 'stall', 'ambiguous'],
  ])('of a long text where %s is known what is known', async (_name, at, reaction, kind) => {
    const smsc = await center();
    smsc.react = (_one, nth) => (nth === at ? reaction : 'take');
    expect((await sender(smsc).send(text('a'.repeat(200)))).kind).toBe(kind);
    expect(smsc.submitted).toHaveLength(at);
  });

  it('a center that is asked too fast is left alone for a moment', async () => {
    const smsc = await center();
    smsc.react = () => ({ status: 0x58 });
    const sms = sender(smsc);
    expect(await sms.send(text('x'))).toEqual({
      kind: 'transient',
      code: 'smpp_00000058',
      retryAfterMs: 1000,
      throttled: true,
    });
    const begun = Date.now();
    smsc.react = () => 'take';
    expect(await sms.send(text('x'))).toMatchObject({ kind: 'accepted' });
    expect(Date.now() - begun).toBeGreaterThan(900);
  });

  it.each([0x58, 0x14])('of a long text a later part that is not taken with %d goes once more', async (status) => {
    const smsc = await center();
    const sms = sender(smsc);
    smsc.react = (_one, nth) => (nth === 2 ? { status } : 'take');
    expect(await sms.send(text('a'.repeat(320)))).toEqual({ kind: 'accepted', providerRef: 'id-4', parts: 3 });
    expect(smsc.submitted.map(({ shortMessage }) => [...shortMessage.subarray(3, 6)])).toEqual([
      [1, 3, 1],
      [1, 3, 2],
      [1, 3, 2],
      [1, 3, 3],
    ]);
  });

  it('a center that goes on asking for less leaves open what becomes of the rest, and is left alone', async () => {
    const smsc = await center();
    smsc.react = (_one, nth) => (nth === 1 ? 'take' : { status: 0x58 });
    // Each look at the clock is a second later than the last.
    let now = 0;
    const sms = sender(smsc, {}, { ...clock, monotonic: () => (now += 1000) });
    expect(await sms.send(text('a'.repeat(200)))).toEqual({
      kind: 'ambiguous',
      code: 'smpp_00000058',
      retryAfterMs: 1000,
      throttled: true,
    });
  });

  it('what is wrong with the number that it is from waits for somebody to mend it', async () => {
    const smsc = await center();
    smsc.react = () => ({ status: 0x0a });
    expect(await sender(smsc).send(text('x'))).toEqual({
      kind: 'transient',
      code: 'smpp_0000000a',
      retryAfterMs: null,
    });
  });

  it('is kept by the center for no longer than the message lives, each part of it', async () => {
    const smsc = await center();
    await sender(smsc).send({ ...text('я'.repeat(71)), keepUntil: clock.now() + 60_500 });
    expect(smsc.submitted.map(({ validity }) => validity)).toEqual(['000000000100000R', '000000000100000R']);
  });

  it('a wrong password ends no message: somebody will correct it', async () => {
    const smsc = await center();
    smsc.bindStatus = 0x0e;
    expect(await sender(smsc).send(text('x'))).toEqual({
      kind: 'transient',
      code: 'smpp_bind_0000000e',
      retryAfterMs: null,
    });
    expect(smsc.submitted).toEqual([]);
  });

  it('asks whether the center is still there, and says goodbye', async () => {
    const smsc = await center();
    const sms = sender(smsc, { enquireLinkSeconds: 1 });
    await sms.send(text('x'));
    await until('an enquire_link', () => smsc.commands.includes(0x15));
    await sms.close();
    expect(smsc.commands.at(-1)).toBe(0x06);
  });

  describe('what the center brings', () => {
    /** A deliver_sm by the fields of SMPP 3.4, 4.6.1. */
    const deliverSm = (esmClass: number, text: string, parameters = Buffer.alloc(0), coding = 0): Buffer =>
      Buffer.concat([
        Buffer.from('\0\x01\x014915123456789\0\x05\0Nordlicht\0', 'latin1'),
        Buffer.from([esmClass, 0, 0, 0, 0, 0, 0, coding, 0, text.length]),
        Buffer.from(text, 'latin1'),
        parameters,
      ]);
    const receipt = (id: string, state: string) => deliverSm(4, `id:${id} sub:001 dlvrd:001 submit date:2611211200 done date:2611211201 stat:${state} err:000 text:`); // prettier-ignore

    it('is given on, and confirmed once somebody has it safe', async () => {
      const smsc = await center();
      const sms = sender(smsc);
      const taken: unknown[] = [];
      let trouble = true;
      sms.listen((returned) => {
        if (trouble) return Promise.reject(new Error('the database is away'));
        taken.push(...returned);
        return Promise.resolve();
      });
      await until('a bind', () => smsc.binds.length === 1);
      expect(await smsc.deliver(receipt('id-1', 'DELIVRD'))).toEqual([0x64]);
      trouble = false;
      const parameters = Buffer.concat([Buffer.from([0x00, 0x1e, 0, 5]), Buffer.from('id-2\0'), Buffer.from([0x04, 0x27, 0, 1, 5])]); // prettier-ignore
      for (const body of [
        receipt('id-1', 'DELIVRD'),
        deliverSm(4, '', parameters),
        receipt('id-3', 'ACCEPTD'),
        deliverSm(0, 'Stop'),
        deliverSm(0, 'Stop', Buffer.alloc(0), 4),
      ]) {
        // prettier-ignore
        expect(await smsc.deliver(body)).toEqual([0]);
      }
      const event = (ref: string, state: string, type: string) => ({ kind: 'event', id: `smpp ${ref} ${state}`, said: `smpp ${state}`, type, message: { ref }, at: null, bounce: type === 'bounced' ? { kind: 'soft', status: null } : null }); // prettier-ignore
      expect(taken).toEqual([
        { ...event('id-1', 'DELIVRD', 'delivered'), afterMs: 60_000 },
        event('id-2', 'UNDELIV', 'bounced'),
        { kind: 'text', from: '+4915123456789', text: 'Stop' },
        { kind: 'text', from: '+4915123456789', text: 'Stop' },
      ]);
    });

    it.each<[number | undefined, string | undefined]>([
      [0x1e, 'smpp text 1618Z-0102G'],
      [0x1502, 'smpp text 6d6f2d31'],
      [0x1503, undefined],
      [undefined, undefined],
    ])('by the parameter %s a text of a person is named %s', async (textIdTag, id) => {
      const smsc = await center();
      const taken: Returned[] = [];
      sender(smsc, { textIdTag }).listen((returned) => Promise.resolve(void taken.push(...returned)));
      await until('a bind', () => smsc.binds.length === 1);
      const named = Buffer.concat([Buffer.of(0x00, 0x1e, 0, 12), Buffer.from('1618Z-0102G\0'), Buffer.of(0x15, 2, 0, 4), Buffer.from('mo-1'), Buffer.of(0x15, 3, 0, 0)]); // prettier-ignore
      expect(await smsc.deliver(deliverSm(0, 'Stop', named))).toEqual([0]);
      expect(taken).toEqual([{ kind: 'text', from: '+4915123456789', text: 'Stop', ...(id !== undefined && { id }) }]);
    });

    it('is heard from the first: what waited comes right behind the answer to the bind', async () => {
      const smsc = await center();
      smsc.waiting = [deliverSm(0, 'STOP'), receipt('id-1', 'DELIVRD')];
      const taken: Returned[] = [];
      sender(smsc).listen((returned) => Promise.resolve(void taken.push(...returned)));
      await until('answers to both', () => smsc.confirmed.length === 2);
      expect(smsc.confirmed).toEqual([0, 0]);
      expect(taken).toMatchObject([
        { kind: 'text', text: 'STOP' },
        { kind: 'event', type: 'delivered' },
      ]);
    });

    it('may come by data_sm as well, and whatever else it asks is answered', async () => {
      const smsc = await center();
      const sms = sender(smsc);
      const taken: unknown[] = [];
      sms.listen((returned) => Promise.resolve(void taken.push(...returned)));
      await until('a bind', () => smsc.binds.length === 1);
      // SMPP 3.4, 4.7.1: no short_message; the words are in message_payload.
      const head = Buffer.from('\0\x01\x014915123456789\0\x05\0Nordlicht\0\0\0\0', 'latin1');
      const payload = Buffer.concat([Buffer.from([0x04, 0x24, 0, 4]), Buffer.from('Stop')]);
      expect(await smsc.deliver(Buffer.concat([head, payload]), 0x103)).toEqual([0]);
      expect(taken).toEqual([{ kind: 'text', from: '+4915123456789', text: 'Stop' }]);
      // Of no known kind, and of one that only we ask: ESME_RINVCMDID.
      for (const command of [0x112, 0x03]) expect(await smsc.deliver(Buffer.alloc(0), command)).toEqual([0x03]);
      expect(await sms.send(text('x'))).toMatchObject({ kind: 'accepted' });
    });

    it('is listened to again after the connection was lost', async () => {
      const smsc = await center();
      smsc.react = () => 'cut';
      const sms = sender(smsc);
      sms.listen(() => Promise.resolve());
      await until('a bind', () => smsc.binds.length === 1);
      expect(await sms.send(text('x'))).toMatchObject({ kind: 'ambiguous' });
      await until('another bind', () => smsc.binds.length === 2);
    });

    it('is refused where nobody listens, so that it is brought elsewhere', async () => {
      const smsc = await center();
      const sms = sender(smsc);
      await sms.send(text('x'));
      expect(await smsc.deliver(receipt('id-1', 'DELIVRD'))).toEqual([0x64]);
    });
  });

  it.each(['49151', '+0151', '+49 151 2345678', 'ada@example.org'])('"%s" is no number', async (to) => {
    const smsc = await center();
    expect(await sender(smsc).send(someHandOver({ to }))).toMatchObject({
      kind: 'rejected',
      code: 'invalid_address.no_number',
    });
    expect(smsc.binds).toEqual([]);
  });
});

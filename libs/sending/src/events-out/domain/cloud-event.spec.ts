import { describe, expect, it } from '@jest/globals';
import type { EntryId } from '#lib/kernel';
import { cloudEvent, idsOf } from './cloud-event.js';

const entry = (type: string) => ({
  id: '019aa4d6-0c00-7000-8000-000000000001' as EntryId,
  idx: 7,
  leaf: Buffer.from(JSON.stringify({ t: type, at: '2026-11-27T08:00:00.000Z', ch: 'email', mc: 'commercial' })),
});

describe('an event of a touch', () => {
  it('says when it happened and whether a machine did it', () => {
    const event = { id: 'x', at: '2026-11-26T08:00:00.000Z', automated: true, status: null, link: null };
    const { touch, messageId } = idsOf({ message: { id: 'm' }, event });
    const made = cloudEvent('acme', entry('touch.opened'), {
      messageId,
      contact: 'ada',
      scope: null,
      consent: null,
      touch,
    });
    expect(made).toMatchObject({
      time: '2026-11-27T08:00:00.000Z',
      data: { position: 7, messageId: 'm', at: '2026-11-26T08:00:00.000Z', automated: true },
    });
  });

  it('says neither of somebody who was erased, nor of a consent', () => {
    expect(idsOf(undefined).touch).toBeNull();
    const { touch } = idsOf({ event: { id: 'x', at: '2026-11-26T08:00:00.000Z', method: 'web_form' } });
    const made = cloudEvent('acme', entry('consent.granted'), {
      messageId: null,
      contact: null,
      scope: null,
      consent: null,
      touch,
    });
    expect(made.data).toEqual({ position: 7, channel: 'email', class: 'commercial' });
  });
});

describe('an event of a consent', () => {
  const made = (disclosed: object) => {
    const { consent, touch } = idsOf({ contact: { id: 'c' }, ...disclosed });
    const about = { messageId: null, contact: 'ada', scope: { purpose: 'marketing', topic: 'news' }, consent, touch };
    return cloudEvent('acme', entry('consent.invalidated'), about).data;
  };
  const event = { id: 'e2', occurredAt: '2026-11-26T08:00:00.000Z', validUntil: null, effective: true };

  it('names it, and the one that it takes back', () => {
    expect(made({ event: { ...event, retracts: 'e1' } })).toMatchObject({ event: 'e2', retracts: 'e1' });
  });

  it('names none where a consent merely ends', () => {
    expect(made({ event })).toMatchObject({ event: 'e2' });
    expect(made({ event })).not.toHaveProperty('retracts');
  });

  it('names none of somebody who was erased', () => expect(made({})).not.toHaveProperty('event'));
});

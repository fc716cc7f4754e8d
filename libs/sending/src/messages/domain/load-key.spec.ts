import { describe, expect, it } from '@jest/globals';
import type { Channel } from '#lib/kernel';
import { loadKeyOf } from './load-key.js';

describe('whose answers are waited for', () => {
  it.each<[Channel, string | null, string]>([
    ['webhook', 'https://a.example:8443/hook?x=1', 'p a.example:8443'],
    ['teams', 'https://b.example/workflow', 'p b.example'],
    ['push', '{"endpoint":"https://push.example/1","keys":{}}', 'p push.example'],
    ['email', 'https://a.example/', 'p'],
    ['sms', '+491', 'p'],
    ['webhook', 'no address', 'p'],
    ['push', '{"endpoint":', 'p'],
    ['push', '{"endpoint":7}', 'p'],
    ['webhook', null, 'p'],
  ])('on %s to %s', (channel, address, key) => {
    expect(loadKeyOf('p', channel, address)).toEqual({ key, isHost: key !== 'p' });
  });
});

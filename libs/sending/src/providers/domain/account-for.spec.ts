import { describe, expect, it } from '@jest/globals';
import { accountFor } from './account-for.js';

const account = (key: string, ...sendingDomains: string[]) => ({ key, sendingDomains, enabled: true });
const resting = (key: string, ...sendingDomains: string[]) => ({ key, sendingDomains, enabled: false });

describe('the account by which a mail leaves', () => {
  it.each<[string, ReturnType<typeof account>[], string | null, string | undefined]>([
    ['is the first where none names a domain', [account('a'), account('b')], 'news.example', 'a'],
    [
      'is the one that names its domain, wherever it stands',
      [account('a'), account('b', 'news.example')],
      'news.example',
      'b',
    ],
    [
      'is the first of those that name it',
      [account('a', 'x.example', 'y.example'), account('b', 'y.example')],
      'y.example',
      'a',
    ],
    ['is none that names other domains', [account('a', 'x.example'), account('b')], 'y.example', 'b'],
    ['is none that names a domain around it', [account('a', 'example.com'), account('b')], 'news.example.com', 'b'],
    ['is there no more where all name others', [account('a', 'x.example')], 'y.example', undefined],
    ['is none while that of its domain is disabled', [resting('a', 'x.example'), account('b')], 'x.example', undefined],
    ['is another of its domain', [resting('a', 'x.example'), account('b', 'x.example')], 'x.example', 'b'],
    ['is no general one that is disabled', [resting('a'), account('b')], 'y.example', 'b'],
    ['is one without domains where the channel has none', [account('a', 'x.example'), account('b')], null, 'b'],
  ])('%s', (_name, accounts, domain, key) => {
    expect(accountFor(accounts, domain)?.key).toBe(key);
  });
});

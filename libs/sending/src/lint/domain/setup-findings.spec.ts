import { describe, expect, it } from '@jest/globals';
import { type LintSetup, setupFindings } from './setup-findings.js';

const PROVIDER = { key: 'mail', isSmtp: true, dkimDomain: 'acme.example', hasReturnPath: true };
const GOOD: LintSetup = {
  centerUrl: 'https://center.acme.example',
  hasMailbox: true,
  postalAddress: 'Teeweg 1, 10115 Berlin',
  senderEmail: 'news@mail.acme.example',
  provider: PROVIDER,
  tracking: { purpose: 'tracking', isThere: true },
};

describe('the set-up behind a commercial mail', () => {
  it.each<[string, Partial<LintSetup>, string[]]>([
    ['that has everything', {}, []],
    ['reached without TLS', { centerUrl: 'http://127.0.0.1' }, ['one_click_not_https']],
    ['without a mailbox for leaving', { hasMailbox: false }, ['no_unsubscribe_mailbox']],
    ['from nowhere', { postalAddress: ' -\n' }, ['blank_postal_address']],
    ['without a provider', { provider: null }, ['no_provider']],
    ['without a signature', { provider: { ...PROVIDER, dkimDomain: null } }, ['no_dkim']],
    ['signed for another', { provider: { ...PROVIDER, dkimDomain: 'esp.example' } }, ['dkim_not_aligned']],
    ['signed for one below the sender', { senderEmail: 'a@acme.example', provider: { ...PROVIDER, dkimDomain: 'mail.acme.example' } }, []], // prettier-ignore
    ['signed for one beside the sender', { provider: { ...PROVIDER, dkimDomain: 'SEND.acme.example' } }, []],
    ['signed for all of a country', { senderEmail: 'a@acme.co.uk', provider: { ...PROVIDER, dkimDomain: 'co.uk' } }, ['dkim_not_aligned']], // prettier-ignore
    ['signed for another of a country', { senderEmail: 'a@acme.co.uk', provider: { ...PROVIDER, dkimDomain: 'other.co.uk' } }, ['dkim_not_aligned']], // prettier-ignore
    ['signed under a country', { senderEmail: 'a@m.acme.co.uk', provider: { ...PROVIDER, dkimDomain: 's.acme.co.uk' } }, []], // prettier-ignore
    ['signed for a whole top', { senderEmail: 'a@acme.example', provider: { ...PROVIDER, dkimDomain: 'example' } }, ['dkim_not_aligned']], // prettier-ignore
    ['signed for one that ends the same', { senderEmail: 'a@evilacme.example' }, ['dkim_not_aligned']],
    ['without a return path', { provider: { ...PROVIDER, hasReturnPath: false } }, ['no_return_path']],
    ['counted under no purpose', { tracking: { purpose: 'x', isThere: false } }, ['tracking_without_purpose']],
  ])('%s', (_name, change, codes) => {
    expect(setupFindings('email', 'commercial', { ...GOOD, ...change }).map(({ code }) => code)).toEqual(codes);
  });

  it('of a transactional one needs no way out', () => {
    const bare = { ...GOOD, centerUrl: 'http://127.0.0.1', hasMailbox: false };
    expect(setupFindings('email', 'transactional', bare)).toEqual([]);
    expect(setupFindings('sms', 'commercial', { ...bare, provider: { ...PROVIDER, dkimDomain: null } })).toEqual([]);
  });
});

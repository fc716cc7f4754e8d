import { expect, it } from '@jest/globals';
import type { Channel } from '#lib/kernel';
import { waysTold } from '../ways-told.js';
import { textFindings } from './text-findings.js';

it.each<[string, string, string[]]>([
  ['a short push', 'Hallo {{name}}', []],
  ['one that fits whatever its variables say', 'a'.repeat(3_900), []],
  ['one that no push service takes', 'a'.repeat(4_000), ['too_large']],
  ['one whose letters are two bytes each', 'ü'.repeat(2_000), ['too_large']],
])('%s', (_name, text, codes) => {
  const found = textFindings('push', 'commercial', 'de', { subject: 'T', html: null, text }, waysTold(text));
  expect(found.map(({ code }) => code)).toEqual(codes);
});

const card = (text: string) => ({ type: 'AdaptiveCard', version: '1.4', body: [{ type: 'TextBlock', text }] });
it.each<[string, Channel, string, unknown, string[]]>([
  ['a card', 'teams', 'Hallo', undefined, []],
  ['a card that Teams takes', 'teams', 'a'.repeat(28_000), undefined, []],
  ['one that it does not', 'teams', 'a'.repeat(28_700), undefined, ['too_large text']],
  ['one made large by what Markdown needs', 'teams', '*'.repeat(10_000), undefined, ['too_large text']],
  ['a card of one’s own that it takes', 'teams', '', card('ü'.repeat(14_000)), []],
  ['and one that it does not', 'teams', '', card('ü'.repeat(14_400)), ['too_large data']],
  ['a push of one’s own', 'push', '', { title: 'T', more: ['{{x}}'.repeat(1_000)] }, []],
  ['one that no push service takes', 'push', '', { title: 'T', more: ['a'.repeat(4_000)] }, ['too_large data']],
  ['a text by WhatsApp', 'whatsapp', 'Sale!', undefined, ['no_stop_word text', 'only_as_answer text']],
  ['one that says how to leave', 'whatsapp', 'Sale! Reply STOP to end', undefined, ['only_as_answer text']],
  ['one that has a link out', 'whatsapp', 'Sale! {{unsubscribeUrl}}', undefined, ['only_as_answer text']],
  ['one that stops nothing', 'whatsapp', 'A non-stop, one-stop sale', undefined, ['no_stop_word text', 'only_as_answer text']], // prettier-ignore
  ['an SMS that stops nothing', 'sms', 'A non-stop, one\u2011stop sale', undefined, ['no_stop_word text']],
  ['an SMS that says how to leave', 'sms', 'Sale! To end: STOP', undefined, []],
  ['an SMS that says so in German', 'sms', 'Sale! Ende mit "Stopp"', undefined, []],
  ['an approved template', 'whatsapp', '', { template: 'a', language: 'de' }, []],
  ['an SMS with a link out alone', 'sms', 'Sale! {{unsubscribeUrl}}', undefined, ['no_stop_word text']],
])('%s', (_name, channel, text, data, codes) => {
  const found = textFindings(channel, 'commercial', 'de', { subject: 'T', html: null, text, ...(data !== undefined && { data }) }, waysTold(text)); // prettier-ignore
  expect(found.map(({ code, pointer }) => `${code} ${pointer.replace('/contents/de/', '')}`)).toEqual(codes);
});

it.each<[Channel, string, string | null]>([
  ['sms', 'Stop by our store this weekend, 20% off', 'it does not say how to leave'],
  ['sms', '20% off. We never stop improving.', 'it does not say how to leave'],
  ['sms', '20% off {{!-- Reply STOP to end --}}', 'it does not say how to leave'],
  ['sms', '20% off {{#if vip}}Reply STOP to end{{/if}}', 'it does not say how to leave'],
  ['sms', '20% off {{#each goods}}Reply STOP to end{{/each}}', 'it does not say how to leave'],
  ['sms', '20% off {{#if vip}}{{unsubscribeUrl}}{{/if}}', 'it does not say how to leave'],
  ['whatsapp', '20% off {{#if vip}}{{unsubscribeUrl}}{{/if}}', 'it does not say how to leave'],
  ['whatsapp', '20% off {{!-- {{unsubscribeUrl}} --}}', 'it does not say how to leave'],
  ['whatsapp', '20% off {{#if vip}}{{unsubscribeUrl}}{{else}}Reply STOP{{/if}}', 'it does not say how to leave'],
  ['whatsapp', '20% off {{#if vip}}{{unsubscribeUrl}}{{else}}{{unsubscribeUrl}}{{/if}}', null],
  ['sms', '20% off {{#if vip}}Reply STOP{{else}}Antworten Sie mit »STOPP«{{/if}}', null],
  ['sms', '20% off {{#if vip}}for you{{/if}}. Reply STOP to end', null],
  ['sms', '20% off. Reply UNSUBSCRIBE to leave', null],
  ['sms', '20% off. Reply END to leave', null],
  ['sms', '20% off. Antwort ABMELDEN', null],
  ['sms', '20% off. STOP TO {{number}}', null],
  ['sms', '20% off {{#if', null],
])('everybody who gets it is told how to leave, or not: %s %s', (channel, text, detail) => {
  const found = textFindings(channel, 'commercial', 'en', { subject: '', html: null, text }, waysTold(text));
  expect(found.find(({ code }) => code === 'no_stop_word')?.detail ?? null).toBe(detail);
});

it.each([
  ['Sale!', 'it does not say how to leave'],
  ['Sale! {{ unsubscribeUrl }}', 'it has a link out, and no word to answer with'],
])('an SMS without a word to answer with is told what it has: %s', (text, detail) => {
  const found = textFindings('sms', 'commercial', 'de', { subject: '', html: null, text }, waysTold(text));
  expect(found).toMatchObject([{ code: 'no_stop_word', severity: 'warning', detail }]);
  expect(found[0]?.advice).toContain('Reply STOP');
});

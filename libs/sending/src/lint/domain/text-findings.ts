import type { Channel, MessageClass } from '#lib/kernel';
import { smsText } from '../../senders/domain/sms-text.js';
import { MOST_PUSH_BYTES } from '../../senders/domain/push-size.js';
import { cardMessage, MOST_CARD_BYTES } from '../../senders/domain/teams-card.js';
import { type Finding, finding } from './finding.js';

/** One language of a template, as it was written. */
export interface WrittenContent {
  readonly subject: string;
  readonly html: string | null;
  readonly text: string;
  /** What leaves in place of texts. */
  readonly data?: unknown;
}

const MOST_HTML_BYTES = 102 * 1024;
const MOST_SUBJECT = 78;

/** By what everybody who gets a text is told to leave, whichever way its conditions go. */
export interface WaysTold {
  readonly word: boolean;
  readonly link: boolean;
}

/**
 * What can be seen in the words themselves, before any variable is in them.
 *
 * @param told null where the text cannot be read
 */
export function textFindings(
  channel: Channel,
  messageClass: MessageClass,
  language: string,
  { subject, html, text, data }: WrittenContent,
  told: WaysTold | null,
): Finding[] {
  const at = `/contents/${language}`;
  if (channel === 'sms') return smsFindings(messageClass, at, text, told);
  if (channel === 'push')
    return sizeFindings(at, MOST_PUSH_BYTES, data, data ?? { title: subject, body: text.trimEnd() });
  if (channel === 'teams')
    return sizeFindings(at, MOST_CARD_BYTES, data, cardMessage({ language, subject, text, data: data ?? null }, null));
  if (channel === 'whatsapp') return data == null ? whatsAppFindings(messageClass, at, told) : [];
  if (channel !== 'email') return [];
  return [
    ...(messageClass === 'commercial' && /^\s*(?:re|fwd?|aw|wg|antw|sv|tr)\s*:/i.test(subject)
      ? [finding('deceptive_subject', `${at}/subject`, `it begins like an answer: ${subject.slice(0, 40)}`)]
      : []),
    ...(withoutExpressions(subject).length > MOST_SUBJECT
      ? [finding('long_subject', `${at}/subject`, `it has ${withoutExpressions(subject).length} characters`)]
      : []),
    ...(html === null ? [] : htmlFindings(`${at}/html`, html)),
  ];
}

function htmlFindings(pointer: string, html: string): Finding[] {
  const bytes = new TextEncoder().encode(html).length;
  const images = [...html.matchAll(/<img\b(?:[^>"']|"[^"]*"|'[^']*')*>/gi)].map(([tag]) => tag);
  const mute = images.filter((tag) => !/\salt\s*=/i.test(tag)).length;
  const insecure = [...html.matchAll(/\s(?:href|src)\s*=\s*["']?(http:\/\/[^"'\s>]{1,60})/gi)].map(
    ([, url = '']) => url,
  );
  return [
    ...(bytes > MOST_HTML_BYTES
      ? [finding('clipped', pointer, `it has ${bytes} bytes before variables are in it`)]
      : []),
    ...(mute > 0 ? [finding('image_without_alt', pointer, `${mute} of ${images.length} images say nothing`)] : []),
    ...(insecure[0] === undefined ? [] : [finding('insecure_link', pointer, `such as ${insecure[0]}`)]),
  ];
}

function smsFindings(messageClass: MessageClass, at: string, text: string, told: WaysTold | null): Finding[] {
  const parts = smsText(withoutExpressions(text))?.parts.length ?? 255;
  return [
    ...stopFindings(messageClass, at, told),
    ...(parts > 1
      ? [finding('several_parts', `${at}/text`, `it needs ${parts} parts before variables are in it`)]
      : []),
  ];
}

function stopFindings(messageClass: MessageClass, at: string, told: WaysTold | null): Finding[] {
  if (messageClass !== 'commercial' || told === null || told.word) return [];
  const has = told.link ? 'it has a link out, and no word to answer with' : 'it does not say how to leave';
  return [finding('no_stop_word', `${at}/text`, has)];
}

/** A text without an approved template. */
function whatsAppFindings(messageClass: MessageClass, at: string, told: WaysTold | null): Finding[] {
  return [
    ...(told?.link === true ? [] : stopFindings(messageClass, at, told)),
    ...(messageClass === 'commercial'
      ? [finding('only_as_answer', `${at}/text`, 'it is a text, and names no approved template')]
      : []),
  ];
}

/** @param leaves what is sent at least, whatever is in it besides */
function sizeFindings(at: string, most: number, data: unknown, leaves: object): Finding[] {
  const bytes = new TextEncoder().encode(withoutExpressions(JSON.stringify(leaves))).length;
  return bytes > most
    ? [finding('too_large', `${at}/${data == null ? 'text' : 'data'}`, `it has ${bytes} bytes before variables are in it, of ${most}`)] // prettier-ignore
    : [];
}

/** What is there whatever the variables say. */
function withoutExpressions(source: string): string {
  return source.replace(/\{\{[^}]*\}\}/g, '');
}

import type { Channel, MessageClass } from '#lib/kernel';
import { smsText } from '../../senders/domain/sms-text.js';
import { type Finding, finding } from './finding.js';

/** One language of a template, as it was written. */
export interface WrittenContent {
  readonly subject: string;
  readonly html: string | null;
  readonly text: string;
}

const MOST_HTML_BYTES = 102 * 1024;
const MOST_SUBJECT = 78;

/** What can be seen in the words themselves, before any variable is in them. */
export function textFindings(
  channel: Channel,
  messageClass: MessageClass,
  language: string,
  { subject, html, text }: WrittenContent,
): Finding[] {
  const at = `/contents/${language}`;
  if (channel === 'sms') return smsFindings(messageClass, at, text);
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

function smsFindings(messageClass: MessageClass, at: string, text: string): Finding[] {
  const parts = smsText(withoutExpressions(text))?.parts.length ?? 255;
  return [
    ...(messageClass === 'commercial' && !/\bSTOP\b|\bSTOPP\b/i.test(text)
      ? [finding('no_stop_word', `${at}/text`, 'it does not say how to leave')]
      : []),
    ...(parts > 1
      ? [finding('several_parts', `${at}/text`, `it needs ${parts} parts before variables are in it`)]
      : []),
  ];
}

/** What is there whatever the variables say. */
function withoutExpressions(source: string): string {
  return source.replace(/\{\{[^}]*\}\}/g, '');
}

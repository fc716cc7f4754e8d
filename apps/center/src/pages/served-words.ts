import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Language, LANGUAGE_TAGS } from '../texts/texts.js';

/** The words of a control, as they stood on a page of ours, and their language. */
export interface WordsRead {
  readonly language: Language;
  readonly text: string;
}

const CODE_BYTES = 16;
const SEALED = new RegExp(`^([A-Za-z0-9_-]{${Math.ceil((CODE_BYTES * 4) / 3)}}) ([a-z]{2}) (.+)$`, 's');

/**
 * The words of the controls behind one link, each with a code that this deployment alone can make. They travel with their
 * form and come back with it, so what is recorded is what was served, whatever the page would say by then; and looking at
 * a page writes nothing.
 */
export class ServedWords {
  /**
   * @param key   the key ring's `links`
   * @param token of the link; words that were served behind another count for nothing
   */
  constructor(
    private readonly key: Buffer,
    private readonly token: string,
  ) {}

  /** @param act what the control does: its words count for nothing else */
  seal(act: string, language: Language, words: string): string {
    const text = asFormsSendIt(words);
    return `${this.codeOf(act, language, text).toString('base64url')} ${language} ${text}`;
  }

  /** Null for whatever this deployment has not served behind this link. */
  read(act: string, sealed: string | null): WordsRead | null {
    const [, code = '', tag, text = ''] = SEALED.exec(sealed ?? '') ?? [];
    const language = LANGUAGE_TAGS.find((one) => one === tag);
    if (language === undefined) return null;
    const expected = this.codeOf(act, language, text);
    const given = Buffer.from(code, 'base64url');
    return given.length === expected.length && timingSafeEqual(given, expected) ? { language, text } : null;
  }

  private codeOf(act: string, language: Language, text: string): Buffer {
    const said = JSON.stringify(['words of a control', this.token, act, language, text]);
    return createHmac('sha256', this.key).update(said).digest().subarray(0, CODE_BYTES);
  }
}

/** Browsers show runs of white space as one space, and send line breaks otherwise than they were written. */
export function asFormsSendIt(words: string): string {
  return words.replace(/\s+/g, ' ').trim();
}

import type { EpochMs } from '#lib/kernel';
import type { Less } from '../../preferences/domain/less.js';

/** What can be wished while nothing can be looked up, because it lets less through. */
export const KEPT_ACTS = ['one_click', 'leave', 'stop_all', 'save', 'erase', 'not_me'] as const;

/** A wish to receive less that could not be recorded when it was expressed. */
export interface KeptWish {
  /** The token of its link: whoever made it, made it with this. */
  readonly token: string;
  readonly act: (typeof KEPT_ACTS)[number];
  /** What is left, where the link names nothing; missing in lines of a release before. */
  readonly scope?: string | null;
  /** The button stood on a page with nothing but the way out; missing in lines of a release before, where it did. */
  readonly alone?: boolean;
  /** By the clock of the center that took it. */
  readonly at: EpochMs;
  readonly ip: string;
  readonly userAgent: string | null;
  /** In which the button was read. */
  readonly language: string;
  /** The words of the button, where they are proven to be those that were served. */
  readonly words?: string | null;
  /** Of a form that was saved: the part of it that lets less through. */
  readonly less?: Less;
}

export function writeWish(wish: KeptWish): string {
  return JSON.stringify(wish);
}

/** Null for what is no whole wish, such as a line that was being written when the machine died. */
export function readWish(text: string): KeptWish | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isWish(value) ? value : null;
}

function isWish(value: unknown): value is KeptWish {
  const wish = Object(value) as Partial<Record<keyof KeptWish, unknown>>;
  return (
    typeof wish.token === 'string' &&
    KEPT_ACTS.some((act) => act === wish.act) &&
    (wish.act === 'save') === (wish.less !== undefined) &&
    (wish.less === undefined || isLess(wish.less)) &&
    (wish.words === undefined || wish.words === null || typeof wish.words === 'string') &&
    (wish.scope === undefined || wish.scope === null || typeof wish.scope === 'string') &&
    (wish.alone === undefined || typeof wish.alone === 'boolean') &&
    typeof wish.at === 'number' &&
    typeof wish.ip === 'string' &&
    (wish.userAgent === null || typeof wish.userAgent === 'string') &&
    typeof wish.language === 'string'
  );
}

function isLess(value: unknown): value is Less {
  const { off, frequency, pause, zone } = Object(value) as Partial<Record<keyof Less, unknown>>;
  return (
    Array.isArray(off) &&
    off.every((name) => typeof name === 'string') &&
    (frequency === null || frequency === 'weekly' || frequency === 'monthly') &&
    (pause === null || typeof pause === 'string') &&
    (zone === undefined || zone === null || typeof zone === 'string')
  );
}

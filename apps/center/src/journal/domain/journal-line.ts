import type { EpochMs } from '#lib/kernel';

/** A wish to leave that could not be recorded when it was expressed. */
export interface KeptWish {
  /** The token of its link: whoever made it, made it with this. */
  readonly token: string;
  readonly act: 'one_click' | 'leave' | 'stop_all';
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
    (wish.act === 'one_click' || wish.act === 'leave' || wish.act === 'stop_all') &&
    (wish.scope === undefined || wish.scope === null || typeof wish.scope === 'string') &&
    (wish.alone === undefined || typeof wish.alone === 'boolean') &&
    typeof wish.at === 'number' &&
    typeof wish.ip === 'string' &&
    (wish.userAgent === null || typeof wish.userAgent === 'string') &&
    typeof wish.language === 'string'
  );
}

import { DAY } from '../local-time.js';
import type { Pack, PackRule } from './pack.js';
import { parseDate } from './term.js';

/** What is different on a local date from the day before. */
export type PackChange =
  | { readonly change: 'starts'; readonly pack: Pack; readonly before: null; readonly after: PackRule }
  | { readonly change: 'ends'; readonly pack: Pack; readonly before: PackRule; readonly after: null }
  | { readonly change: 'changes'; readonly pack: Pack; readonly before: PackRule; readonly after: PackRule };

/**
 * Rules that start, end or give way to another on that date, in the order of the packs and of their rules.
 * @param date `2027-01-31`
 */
export function packChanges(packs: readonly Pack[], date: string): PackChange[] {
  return packs.flatMap((pack) => {
    const ended = pack.rules.filter((rule) => rule.to !== null && dayAfter(rule.to) === date);
    const started = pack.rules.filter((rule) => rule.from === date);
    const replaced = new Set(started.map((rule) => rule.replaces));
    return [
      ...started.map((after): PackChange => {
        const before = ended.find(({ id }) => id === after.replaces);
        if (before === undefined) return { change: 'starts', pack, before: null, after };
        return { change: 'changes', pack, before, after };
      }),
      ...ended
        .filter(({ id }) => !replaced.has(id))
        .map((before): PackChange => ({ change: 'ends', pack, before, after: null })),
    ];
  });
}

function dayAfter(date: string): string {
  return new Date((parseDate(date) ?? NaN) + DAY).toISOString().slice(0, 10);
}

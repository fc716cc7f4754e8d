import type { DomainError } from '#lib/kernel';
import { parameterWord, type ReportLanguage } from '#lib/reporting';
import { sayIn } from './texts.js';

/** Why filters cannot be used, and what the machines' door says of it beside that, where the page speaks another language. */
export interface Reason {
  readonly words: string;
  readonly inEnglish: string | null;
}

/** Which filter it is, with what was asked of it; each in the language of the page. */
export function reasonsOf(
  { code, detail, extra }: Pick<DomainError, 'code' | 'detail' | 'extra'>,
  query: Readonly<Record<string, unknown>>,
  language: ReportLanguage,
): Reason[] {
  const say = sayIn(language);
  const said = (name: string | null, why: string): Reason => {
    const asked = name === null ? undefined : query[name];
    const [open, close] = language === 'de' ? ['„', '“'] : ['“', '”'];
    const value = typeof asked === 'string' && asked !== '' ? ` ${open}${asked.slice(0, 100)}${close}` : '';
    if (language === 'en')
      return { words: name === null ? why : `${labelOf(name, language)}${value}: ${why}`, inEnglish: null };
    const subject = name === null ? say('thisAddress') : `${labelOf(name, language)}${value}`;
    return { words: `${subject}: ${say('notUsable')}`, inEnglish: why };
  };
  if (code === 'invalid_zone') return [said('zone', detail)];
  const { violations = [] } = extra;
  if (violations.length === 0) {
    const [, name = null, why = detail] = /^([a-zA-Z]+): (.*)$/s.exec(detail) ?? [];
    return [said(name !== null && name in query ? name : null, name !== null && name in query ? why : detail)];
  }
  return violations.map((one) => {
    const [, name = null, why = one.detail] = /^query parameter ([^:]*): (.*)$/s.exec(one.detail) ?? [];
    return said(name === '' ? null : name, why);
  });
}

const OF_PAGES = new Set(['from', 'to', 'zone', 'asOf']);

function labelOf(name: string, language: ReportLanguage): string {
  return OF_PAGES.has(name) ? sayIn(language)(name as 'from') : parameterWord(name, language);
}

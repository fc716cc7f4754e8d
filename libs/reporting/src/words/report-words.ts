import { NO_NAME } from '../money/domain/no-name.js';
import type { Channel } from '#lib/kernel';
import { CHANNELS } from '#lib/kernel';
import type { NotAvailable, ReportNote } from '../domain/report.js';
import { STANDINGS, type Standing } from '../exits/domain/exit-figures.js';
import { channelWord, reasonWord, standingWord } from './exit-words.js';
import type { ByLanguage, ReportLanguage } from './languages.js';
import { COLUMNS, NOTES, PARAMETERS, REPORTS, VALUES, WHY_NOT } from './texts.js';

/** What a report is called, and the question that it answers. One without words yet is called by its key. */
export function reportWords(
  key: string,
  language: ReportLanguage,
): { readonly title: string; readonly question: string } {
  const words = REPORTS[key];
  return { title: words?.title[language] ?? spelt(key), question: words?.question[language] ?? '' };
}

export function columnWord(key: string, language: ReportLanguage): string {
  const known = COLUMNS[key];
  if (known !== undefined) return known[language];
  const [standing = '', reason] = key.split('.');
  if (isStanding(standing)) return standingWord({ standing, reason: reason ?? null }, language);
  return spelt(key);
}

export function parameterWord(key: string, language: ReportLanguage): string {
  return PARAMETERS[key]?.[language] ?? columnWord(key, language);
}

/** A value of a list as people say it; what is no such value is what it is. */
export function valueWord(key: string, value: string, language: ReportLanguage): string {
  if (value === NO_NAME) return { en: 'None', de: 'Ohne' }[language];
  if (key === 'channel' && (CHANNELS as readonly string[]).includes(value))
    return channelWord(value as Channel, language);
  if (key === 'standing' && isStanding(value)) return standingWord({ standing: value, reason: null }, language);
  if (key === 'reason') return reasonWord(value, language);
  return VALUES[`${key}.${value}`]?.[language] ?? value;
}

/** `days` in words; a currency is its code. */
export function unitWord(unit: string, language: ReportLanguage): string {
  return unit === 'days' ? { en: 'days', de: 'Tage' }[language] : unit;
}

export function whyNotWord(reason: NotAvailable, language: ReportLanguage): string {
  return WHY_NOT[reason][language];
}

/** A sentence beneath the figures. */
export function noteWord({ key, values }: ReportNote, language: ReportLanguage): string {
  const [kind = '', reason] = key.split('.');
  const { channel } = values;
  const text = NOTES[reason === undefined ? key : kind]?.[language] ?? spelt(key);
  const named: Readonly<Record<string, string | number>> = {
    ...values,
    ...(reason === undefined ? {} : { reason: reasonWord(reason, language) }),
    ...(isChannel(channel) ? { channel: channelWord(channel, language) } : {}),
  };
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = named[name];
    if (typeof value === 'number') return value.toLocaleString(language);
    return value !== undefined && DAY.test(value) ? dayWord(value, language) : (value ?? whole);
  });
}

function isChannel(value: string | number | undefined): value is Channel {
  return (CHANNELS as readonly (string | number | undefined)[]).includes(value);
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day of a calendar, and so in no zone. */
export function dayWord(day: string, language: ReportLanguage): string {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString(language, { dateStyle: 'medium', timeZone: 'UTC' });
}

function isStanding(text: string): text is Standing {
  return (STANDINGS as readonly string[]).includes(text);
}

/** `costPerLead` and `cost_per_lead` as words. */
function spelt(key: string): string {
  const words = key
    .replaceAll(/[_.-]+/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

export type { ByLanguage };

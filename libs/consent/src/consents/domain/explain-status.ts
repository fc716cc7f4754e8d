import type { DateTime } from 'luxon';
import type { SuppressionPeriod, SuppressionReason } from '../../suppressions/domain/suppressions-of.js';
import { type ConsentState, type ConsentStatus, isRefusal, UNDONE_BY } from './consent-fold.js';

/** What a sentence about a status is made of. */
export interface Standing {
  readonly state: ConsentState | null;
  readonly renewed: boolean;
  /** How it was expressed: `web_form`, `one_click`, `merge`, … */
  readonly method: string | null;
  readonly notice: { readonly key: string; readonly version: number } | null;
  /** When a confirmed consent had been asked for. */
  readonly requestedAt: number | null;
  /** It was said by another contact with the same address. */
  readonly elsewhere: boolean;
  /** What keeps messages from the address then, whatever was agreed to. */
  readonly suppressions: readonly SuppressionPeriod[];
}

/** Languages in which a status is explained. */
export const EXPLAINED_IN = ['de', 'en'] as const;
export type ExplanationLanguage = (typeof EXPLAINED_IN)[number];

type Day = (instant: number) => string;

/**
 * Where a scope stands, as one or two sentences that a person without our words understands.
 * @param local the instant on the clock by which dates are told
 */
export function explainStatus(
  standing: Standing,
  language: ExplanationLanguage,
  local: (instant: number) => DateTime,
): string {
  const words = WORDS[language];
  const { state, elsewhere } = standing;
  if (state === null) return words.nothing;
  const day: Day = (instant) => words.day(local(instant));
  const sentences = [words.status[statusOf(standing, state)](standing, state, day)];
  const isGiven = state.status === 'granted' || state.status === 'confirmed';
  if (isGiven && state.validUntil !== null) sentences.push(words.ends(day(state.validUntil)));
  if (elsewhere) sentences.push(words.elsewhere);
  if (!isRefusal(state.status) && state.status !== 'expired' && state.status !== 'invalidated')
    sentences.push(...standing.suppressions.map((one) => words.suppressed[one.reason](one, day)));
  return sentences.join(' ');
}

function statusOf({ renewed, method }: Standing, { status, imported }: ConsentState): keyof Words['status'] {
  if (status === 'invalidated' && method === UNDONE_BY) return 'undone';
  if (imported && status === 'granted') return 'imported';
  return status === 'granted' && renewed ? 'renewed' : status;
}

type Sentence = (standing: Standing, state: ConsentState, day: Day) => string;

interface Words {
  readonly nothing: string;
  readonly status: Readonly<Record<ConsentStatus | 'imported' | 'renewed' | 'undone', Sentence>>;
  readonly ends: (day: string) => string;
  readonly elsewhere: string;
  readonly suppressed: Readonly<Record<SuppressionReason, (period: SuppressionPeriod, day: Day) => string>>;
  readonly day: (instant: DateTime) => string;
}

const MONTHS = {
  de: 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember'.split(' '),
  en: 'January February March April May June July August September October November December'.split(' '),
};

/** How it was said, where a word of ours would say little. Any other method is left out of the sentence. */
const MEANS: Readonly<Record<ExplanationLanguage, Readonly<Record<string, string>>>> = {
  de: {
    web_form: 'in einem Formular',
    page: 'auf der Abo-Seite',
    preference_page: 'auf der Abo-Seite',
    one_click: 'mit dem Abmelde-Link einer Nachricht',
    double_opt_in: 'über eine Bestätigungsnachricht',
    phone: 'am Telefon',
    paper: 'auf Papier',
    import: 'durch eine Übernahme von Daten',
    keyword: 'mit einer Antwort auf eine Nachricht',
    mailto: 'mit einer Mail',
    erasure: 'mit der Bitte um Löschung',
    api: 'über ein angeschlossenes System',
  },
  en: {
    web_form: 'in a form',
    page: 'on the preference page',
    preference_page: 'on the preference page',
    one_click: 'with the unsubscribe link of a message',
    double_opt_in: 'by a confirmation message',
    phone: 'on the phone',
    paper: 'on paper',
    import: 'by an import of data',
    keyword: 'with a reply to a message',
    mailto: 'by mail',
    erasure: 'with a request for erasure',
    api: 'through a connected system',
  },
};

/** Why a consent is no longer valid. */
const CAUSES: Readonly<Record<ExplanationLanguage, Readonly<Record<string, string>>>> = {
  de: {
    address_changed: 'die Adresse gehört nicht mehr zu diesem Kontakt',
    address_gone: 'die Adresse gibt es nicht mehr',
    number_reassigned: 'die Nummer gehört jetzt jemand anderem',
    import_undo: 'die Liste, von der es kam, wurde zurückgenommen',
    merge: 'zwei Kontakte wurden zusammengeführt, und einer hatte nicht zugestimmt',
  },
  en: {
    address_changed: 'the address no longer belongs to this contact',
    address_gone: 'the address no longer exists',
    number_reassigned: 'the number belongs to somebody else now',
    import_undo: 'the list that it came from was taken back',
    merge: 'two contacts were merged, and one of them had not agreed',
  },
};

const means = (language: ExplanationLanguage, { method }: Standing): string => {
  const known = method === null ? undefined : MEANS[language][method];
  return known === undefined ? '' : ` ${known}`;
};
const text = (language: ExplanationLanguage, { notice }: Standing): string => {
  if (notice === null) return '';
  return language === 'de'
    ? `, zum Text „${notice.key}“ in Fassung ${notice.version}`
    : `, on the text “${notice.key}”, version ${notice.version}`;
};
const cause = (language: ExplanationLanguage, { method }: Standing): string => {
  const known = method === null ? undefined : CAUSES[language][method];
  return known === undefined ? '' : `: ${known}`;
};

const WORDS: Readonly<Record<ExplanationLanguage, Words>> = {
  de: {
    nothing: 'Dazu wurde nie etwas erklärt.',
    status: {
      requested: (s, { since, validUntil }, day) =>
        `Am ${day(since)}${means('de', s)} angefragt und noch nicht bestätigt${validUntil === null ? '' : `; das geht bis zum ${day(validUntil)}`}.`,
      granted: (s, { since }, day) => `Am ${day(since)}${means('de', s)} zugestimmt${text('de', s)}.`,
      renewed: (s, { since }, day) => `Am ${day(since)}${means('de', s)} erneut zugestimmt${text('de', s)}.`,
      confirmed: (s, { since }, day) =>
        `Am ${day(since)}${means('de', s)} bestätigt${s.requestedAt === null ? '' : `, angefragt am ${day(s.requestedAt)}`}${text('de', s)}.`,
      imported: (s, { since }, day) => `Am ${day(since)} nach Angabe eines anderen Systems zugestimmt${text('de', s)}.`,
      refused: (s, { since }, day) => `Am ${day(since)}${means('de', s)} abgelehnt.`,
      withdrawn: (s, { since }, day) => `Am ${day(since)}${means('de', s)} widerrufen.`,
      revoked: (_, { since }, day) => `Am ${day(since)} vom Absender beendet.`,
      expired: (_, { since }, day) => `Am ${day(since)} abgelaufen.`,
      invalidated: (s, { since }, day) => `Seit dem ${day(since)} nicht mehr gültig${cause('de', s)}.`,
      undone: (_, { since }, day) =>
        `Am ${day(since)} wurde zurückgenommen, was auf der Abo-Seite erklärt worden war; sonst wurde dazu nichts erklärt.`,
      objected: (s, { since }, day) => `Am ${day(since)}${means('de', s)} der Nutzung widersprochen.`,
    },
    ends: (day) => `Die Zustimmung endet am ${day}.`,
    elsewhere: 'Das wurde für dieselbe Adresse unter einem anderen Kontakt erklärt und gilt für die Adresse.',
    suppressed: {
      objection: ({ since }, day) =>
        `Am ${day(since)} wurde Nachrichten an diese Adresse widersprochen: Es geht keine hinaus, bis das zurückgenommen ist.`,
      complaint: ({ since }, day) =>
        `Am ${day(since)} wurde eine Nachricht als unerwünscht gemeldet: Es geht keine mehr hinaus.`,
      manual: ({ since }, day) => `Der Absender sendet seit dem ${day(since)} nichts an diese Adresse.`,
      bounce: ({ since, until }, day) =>
        `Die Adresse nahm am ${day(since)} nichts an und ruht${until === null ? '' : ` bis zum ${day(until)}`}.`,
    },
    day: (d) => `${d.day}. ${MONTHS.de[d.month - 1]} ${d.year}`,
  },
  en: {
    nothing: 'Nothing was ever said about this.',
    status: {
      requested: (s, { since, validUntil }, day) =>
        `Asked for on ${day(since)}${means('en', s)} and not confirmed yet${validUntil === null ? '' : `; that is possible until ${day(validUntil)}`}.`,
      granted: (s, { since }, day) => `Agreed to on ${day(since)}${means('en', s)}${text('en', s)}.`,
      renewed: (s, { since }, day) => `Agreed to again on ${day(since)}${means('en', s)}${text('en', s)}.`,
      confirmed: (s, { since }, day) =>
        `Confirmed on ${day(since)}${means('en', s)}${s.requestedAt === null ? '' : `, asked for on ${day(s.requestedAt)}`}${text('en', s)}.`,
      imported: (s, { since }, day) => `Agreed to on ${day(since)}, as another system reports${text('en', s)}.`,
      refused: (s, { since }, day) => `Refused on ${day(since)}${means('en', s)}.`,
      withdrawn: (s, { since }, day) => `Withdrawn on ${day(since)}${means('en', s)}.`,
      revoked: (_, { since }, day) => `Ended by the sender on ${day(since)}.`,
      expired: (_, { since }, day) => `Expired on ${day(since)}.`,
      invalidated: (s, { since }, day) => `No longer valid since ${day(since)}${cause('en', s)}.`,
      undone: (_, { since }, day) =>
        `What was said on the preference page was taken back on ${day(since)}; nothing else was said about this.`,
      objected: (s, { since }, day) => `Objected to on ${day(since)}${means('en', s)}.`,
    },
    ends: (day) => `The consent ends on ${day}.`,
    elsewhere: 'This was said for the same address under another contact, and it holds for the address.',
    suppressed: {
      objection: ({ since }, day) =>
        `Messages to this address were objected to on ${day(since)}: none is sent until that is taken back.`,
      complaint: ({ since }, day) => `A message was reported as unwanted on ${day(since)}: none is sent any more.`,
      manual: ({ since }, day) => `The sender has sent nothing to this address since ${day(since)}.`,
      bounce: ({ since, until }, day) =>
        `The address took nothing on ${day(since)} and rests${until === null ? '' : ` until ${day(until)}`}.`,
    },
    day: (d) => `${d.day} ${MONTHS.en[d.month - 1]} ${d.year}`,
  },
};

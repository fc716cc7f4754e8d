import type { Channel } from '#lib/kernel';
import type { Stood } from '../exits/domain/exit-figures.js';
import type { ByLanguage, ReportLanguage } from './languages.js';

/** Why a message was not sent, or what it waits for, in the words of whoever reads reports. */
export const REASON_WORDS: Readonly<Record<string, ByLanguage>> = {
  no_consent: { en: 'No consent', de: 'Keine Einwilligung' },
  consent_denied: { en: 'Consent refused', de: 'Einwilligung verweigert' },
  consent_withdrawn: { en: 'Consent withdrawn', de: 'Einwilligung widerrufen' },
  consent_expired: { en: 'Consent expired', de: 'Einwilligung abgelaufen' },
  confirmation_pending: { en: 'Confirmation pending', de: 'Bestätigung steht aus' },
  objection: { en: 'Objection', de: 'Widerspruch' },
  paused: { en: 'Paused by the contact', de: 'Vom Kontakt pausiert' },
  suppressed_bounce: { en: 'Suppressed after a bounce', de: 'Gesperrt nach Unzustellbarkeit' },
  suppressed_complaint: { en: 'Suppressed after a complaint', de: 'Gesperrt nach Beschwerde' },
  suppressed_manual: { en: 'Suppressed by hand', de: 'Von Hand gesperrt' },
  frequency_cap: { en: 'Frequency cap', de: 'Kontaktgrenze' },
  quiet_hours: { en: 'Quiet hours', de: 'Ruhezeit' },
  duplicate: { en: 'Duplicate', de: 'Doppelt' },
  no_contact_point: { en: 'No contact point', de: 'Kein Kontaktpunkt' },
  invalid_address: { en: 'Invalid address', de: 'Ungültige Adresse' },
  holdout: { en: 'Holdout', de: 'Kontrollgruppe' },
  expired: { en: 'Too late', de: 'Zu spät' },
  cancelled: { en: 'Cancelled', de: 'Zurückgezogen' },
  campaign_stopped: { en: 'Campaign stopped', de: 'Kampagne gestoppt' },
  reached_on_other_channel: { en: 'Reached on another channel', de: 'Auf anderem Kanal erreicht' },
  jurisdiction: { en: 'Law of the place', de: 'Recht am Ort' },
  erased: { en: 'Contact erased', de: 'Kontakt gelöscht' },
  provider_rejected: { en: 'Refused by the provider', de: 'Vom Anbieter abgelehnt' },
  provider_unavailable: { en: 'Provider not available', de: 'Anbieter nicht erreichbar' },
  throttle_error: { en: 'Throttled by the provider', de: 'Vom Anbieter gedrosselt' },
  render_error: { en: 'Could not be rendered', de: 'Nicht darstellbar' },
  configuration_error: { en: 'Set-up is wrong', de: 'Einrichtung fehlerhaft' },
  rate_limit: { en: 'Rate limit', de: 'Sendetempo' },
  warm_up: { en: 'Warm-up', de: 'Aufwärmphase' },
  provider_backoff: { en: 'Provider not ready', de: 'Anbieter nicht bereit' },
  provider_slow: { en: 'Provider answers slowly', de: 'Anbieter antwortet langsam' },
  send_time: { en: 'Send time', de: 'Sendezeitpunkt' },
  other_channel: { en: 'Another channel first', de: 'Anderer Kanal zuerst' },
};

const STANDING_WORDS: Readonly<Record<Stood['standing'], ByLanguage>> = {
  processing: { en: 'In processing', de: 'In Bearbeitung' },
  sent: { en: 'Sent', de: 'Gesendet' },
  dropped: { en: 'Dropped', de: 'Nicht gesendet' },
  failed: { en: 'Failed', de: 'Fehlgeschlagen' },
  unknown: { en: 'Outcome unknown', de: 'Ausgang unbekannt' },
};

const CHANNEL_WORDS: Readonly<Record<Channel, ByLanguage>> = {
  email: { en: 'E-mail', de: 'E-Mail' },
  sms: { en: 'SMS', de: 'SMS' },
  push: { en: 'Push', de: 'Push' },
  whatsapp: { en: 'WhatsApp', de: 'WhatsApp' },
  teams: { en: 'Teams', de: 'Teams' },
  phone: { en: 'Phone', de: 'Telefon' },
  webhook: { en: 'Webhook', de: 'Webhook' },
};

export function channelWord(channel: Channel, language: ReportLanguage): string {
  return CHANNEL_WORDS[channel][language];
}

/** A reason that this version has no words for is called by its code. */
export function reasonWord(reason: string, language: ReportLanguage): string {
  return REASON_WORDS[reason]?.[language] ?? reason;
}

/** Where messages stand: by the reason where there is one. */
export function standingWord(
  { standing, reason }: Pick<Stood, 'standing' | 'reason'>,
  language: ReportLanguage,
): string {
  const how = STANDING_WORDS[standing][language];
  if (reason === null) return how;
  // A failure is not to be taken for a decision.
  return standing === 'failed' ? `${how}: ${reasonWord(reason, language)}` : reasonWord(reason, language);
}

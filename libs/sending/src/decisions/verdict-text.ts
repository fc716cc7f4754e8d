import type { CheckDetail, CheckResult, Decision } from '#lib/decision';
import { isInstantName, type VerdictExtras } from './decision-verdict.js';

/**
 * The verdict as one line of JSON: the text that `JSON.stringify` makes of `toVerdict`, without the objects between.
 * At the batch door writing cost more than deciding.
 */
export function verdictText(id: string, decision: Decision, extras: VerdictExtras): string {
  const { outcome, reason, at, notBefore, until, policy, rules, packs, local, primary, checks } = decision;
  let text = `{"id":${quoted(id)},"outcome":"${outcome}","reason":${reason === null ? 'null' : `"${reason}"`}`;
  text += `,"at":${iso(at)},"notBefore":${isoOrNull(notBefore)},"until":${isoOrNull(until)}`;
  if (decision.outcome === 'drop') text += `,"strikesAt":${iso(decision.strikesAt)}`;
  text += `,"policy":${JSON.stringify(policy)}`;
  if (rules !== undefined) text += `,"rules":${rules}`;
  if (packs !== undefined) text += `,"packs":${JSON.stringify(packs)}`;
  text += `,"local":${JSON.stringify(local)},"primary":${primary === null ? 'null' : checkText(primary)},"checks":[`;
  for (let i = 0; i < checks.length; i++) {
    const check = checks[i];
    if (check !== undefined) text += (i === 0 ? '' : ',') + checkText(check);
  }
  text += ']';
  if (extras.uncountedRates !== undefined) text += `,"uncountedRates":${JSON.stringify(extras.uncountedRates)}`;
  if (extras.sentence !== undefined) text += `,"sentence":${quoted(extras.sentence)}`;
  if (extras.obligations !== undefined) text += `,"obligations":${JSON.stringify(extras.obligations)}`;
  return `${text}}`;
}

function checkText(result: CheckResult): string {
  if (result.passes) return `{"check":"${result.check}","passes":true,"detail":${detailText(result.detail)}}`;
  const { check, kind, reason, until, detail } = result;
  return `{"check":"${check}","passes":false,"kind":"${kind}","reason":"${reason}","until":${isoOrNull(until)},"detail":${detailText(detail)}}`;
}

/** Of a check that looked at nothing worth telling, and of what many contacts share, the text is made once. */
const shared = new WeakMap<CheckDetail, string>();

function detailText(detail: CheckDetail): string {
  const known = shared.get(detail);
  if (known !== undefined) return known;
  let text = '';
  for (const name in detail) {
    const value = detail[name];
    if (value === undefined) continue;
    const written =
      typeof value === 'string'
        ? quoted(value)
        : typeof value === 'number' && isInstantName(name)
          ? iso(value)
          : JSON.stringify(value);
    text += `${text === '' ? '' : ','}"${name}":${written}`;
  }
  const whole = `{${text}}`;
  if (Object.isFrozen(detail)) shared.set(detail, whole);
  return whole;
}

function isoOrNull(instant: number | null): string {
  return instant === null ? 'null' : iso(instant);
}

/** An instant in UTC, quoted. Most of those of a case lie on few days. */
function iso(instant: number): string {
  const day = Math.floor(instant / DAY);
  let date = dates.get(day);
  if (date === undefined) {
    if (dates.size >= MOST_DATES) dates.clear();
    dates.set(day, (date = new Date(day * DAY).toISOString().slice(0, 11)));
  }
  const ms = instant - day * DAY;
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `"${date}${TWO[hours]}:${TWO[minutes]}:${TWO[seconds % 60]}.${String(ms % 1000).padStart(3, '0')}Z"`;
}

const DAY = 86_400_000;
const MOST_DATES = 4096;
const dates = new Map<number, string>();
const TWO = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));

/** Nearly every text is plain ASCII without anything to escape. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

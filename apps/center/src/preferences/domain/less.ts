/** What a form shows before anybody touches it. */
export interface Was {
  readonly frequency: string;
  readonly pause: string;
  /** Names of the boxes that are ticked. */
  readonly ticked: readonly string[];
}

/** What was chosen in a form. */
export interface Chosen {
  readonly ticked: ReadonlySet<string>;
  readonly frequency: string | null;
  readonly pause: string | null;
  readonly pauseDay: string | null;
  /** By which a break ends; null: the one that is known of the person. Missing: the form chose none. */
  readonly zone?: string | null;
}

/** The part of a form that lets less through than before. */
export interface Less {
  /** Names of the boxes that were ticked and are not any more. */
  readonly off: readonly string[];
  readonly frequency: 'weekly' | 'monthly' | null;
  /** `30` or `90` days, or YYYY-MM-DD, the last day of a break. */
  readonly pause: string | null;
  /** As `Chosen.zone`, beside a break; missing also in lines of a release before. */
  readonly zone?: string | null;
}

/** From what comes most often to what comes least often. */
const FREQUENCIES = ['any', 'weekly', 'monthly'];

/**
 * What of a form lets less through, told from the form alone: of what it showed and what was chosen. It needs no database,
 * so it can be kept while there is none. Null when there is nothing of the kind.
 */
export function lessOf(was: Was, { ticked, frequency, pause, pauseDay, zone }: Chosen): Less | null {
  const off = was.ticked.filter((name) => !ticked.has(name));
  const isRarer =
    was.frequency !== 'other' && FREQUENCIES.indexOf(frequency ?? '') > FREQUENCIES.indexOf(was.frequency);
  const newBreak = pause === was.pause ? null : breakOf(pause, pauseDay);
  const less: Less = {
    off,
    frequency: isRarer && (frequency === 'weekly' || frequency === 'monthly') ? frequency : null,
    pause: newBreak,
    ...(newBreak !== null && zone !== undefined && { zone }),
  };
  return off.length > 0 || less.frequency !== null || less.pause !== null ? less : null;
}

/** As `Less.pause` of what was chosen; null for no break, for the same as before, and for a day that is none. */
function breakOf(pause: string | null, day: string | null): string | null {
  if (pause === '30' || pause === '90') return pause;
  return pause === 'until' && day !== null && isDay(day) ? day : null;
}

export function isDay(day: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day));
}

const MOST = 2_000;
const NAME_CHARS = 10;

/** As it stands in a hidden field. */
export function writeWas({ frequency, pause, ticked }: Was): string {
  return [frequency, pause, ticked.join('')].join('.');
}

/** Null for what is none, such as that of a page of a release before. */
export function readWas(text: string | null): Was | null {
  const [, frequency, pause, names] = /^([a-z]+)\.([a-z]+)\.([A-Za-z0-9_-]*)$/.exec(text ?? '') ?? [];
  if (frequency === undefined || pause === undefined || names === undefined) return null;
  if (names.length % NAME_CHARS !== 0 || names.length > MOST * NAME_CHARS) return null;
  return { frequency, pause, ticked: names.match(/.{10}/g) ?? [] };
}

import { FixedOffsetZone, Zone, type ZoneOffsetFormat } from 'luxon';
import { spanUnderRule, type LocalType, type PosixRule, type Span } from './posix-rule.js';

/** Everything the database knows about the clocks of one place. */
export interface ZoneHistory {
  /** What holds before the first transition. */
  readonly initial: LocalType;
  /** Instants of change, in seconds since 1970, ascending. */
  readonly times: readonly number[];
  /** What holds from `times[i]` on; as long as `times`. */
  readonly types: readonly LocalType[];
  /** What holds from the last transition on; from the beginning when there is none. */
  readonly rule: PosixRule;
}

/** The longest time a JavaScript date can be away from 1970, in milliseconds. */
const MAX_DATE_MS = 8.64e15;

/**
 * A luxon zone that answers from the project's own database and never from the runtime's.
 *
 * Its answers depend on its arguments only. The span of the last answer is kept, because callers ask
 * about neighbouring instants; that changes the speed and nothing else.
 */
export class TzdbZone extends Zone<true> {
  readonly #name: string;
  readonly #history: ZoneHistory;
  #last: Span = { from: NaN, until: NaN, type: { seconds: NaN, isDst: false, abbreviation: '' } };
  #lastFromMs = NaN;
  #lastUntilMs = NaN;
  #lastMinutes = NaN;

  constructor(name: string, history: ZoneHistory) {
    super();
    this.#name = name;
    this.#history = history;
  }

  override get type(): string {
    return 'tzdb';
  }

  /** The name the zone was asked for: a link keeps its own. */
  override get name(): string {
    return this.#name;
  }

  /** True when the place has never changed and will never change its clocks, as with `Etc/UTC`. */
  override get isUniversal(): boolean {
    return this.#history.times.length === 0 && this.#history.rule.daylight === null;
  }

  override get isValid(): true {
    return true;
  }

  /**
   * Minutes east of UTC at `ts` (milliseconds since 1970); NaN when `ts` is not a date.
   * Exact to the second, so that it has a fraction in the years of local mean time.
   */
  override offset(ts: number): number {
    if (ts >= this.#lastFromMs && ts < this.#lastUntilMs) return this.#lastMinutes;
    return this.#lookUp(ts) === null ? NaN : this.#lastMinutes;
  }

  /** The abbreviation of the database, whatever format and locale are asked for; '' when `ts` is not a date. */
  override offsetName(ts: number): string {
    if (ts >= this.#lastFromMs && ts < this.#lastUntilMs) return this.#last.type.abbreviation;
    return this.#lookUp(ts)?.type.abbreviation ?? '';
  }

  override formatOffset(ts: number, format: ZoneOffsetFormat): string {
    return FixedOffsetZone.instance(this.offset(ts)).formatOffset(ts, format);
  }

  /** Same name in the same database. Two names of one place are not equal, as with luxon's own zones. */
  override equals(other: Zone): boolean {
    return other instanceof TzdbZone && other.#name === this.#name && other.#history === this.#history;
  }

  #lookUp(ts: number): Span | null {
    if (!(Math.abs(ts) <= MAX_DATE_MS)) return null;
    const span = spanInHistory(this.#history, Math.floor(ts / 1000));
    this.#last = span;
    this.#lastFromMs = span.from * 1000;
    this.#lastUntilMs = span.until * 1000;
    this.#lastMinutes = span.type.seconds / 60;
    return span;
  }
}

/** The stretch around `at` (seconds since 1970) in which the clocks of the place do not change. */
function spanInHistory({ initial, times, types, rule }: ZoneHistory, at: number): Span {
  // The number of transitions at or before `at`.
  let passed = 0;
  let high = times.length;
  while (passed < high) {
    const middle = (passed + high) >>> 1;
    if ((times[middle] ?? Infinity) <= at) passed = middle + 1;
    else high = middle;
  }
  const from = times[passed - 1] ?? -Infinity;
  if (passed === times.length) {
    const span = spanUnderRule(rule, at);
    return span.from >= from ? span : { ...span, from };
  }
  return { from, until: times[passed] ?? Infinity, type: types[passed - 1] ?? initial };
}

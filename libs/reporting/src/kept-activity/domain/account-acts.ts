import type { EpochMs } from '#lib/kernel';
import type { Action } from '../../facts/domain/fact.js';
import { CAME_BACK, FLAGS, instantAt, TOUCH_BYTES, VISIT, WHAT } from '../../money/domain/kept-touches.js';
import { type ArmNames, eachFirstMet } from '../../money/domain/exposures.js';
import { type ActCells, ANY, QUARTER, QUARTERS } from './act-cells.js';

/** A visit or an event of one's own. */
export interface Act {
  readonly at: EpochMs;
  /** The contact, or the account where none is named. */
  readonly whose: string;
  readonly isOfContact: boolean;
  readonly kind: 'visit' | 'event' | Action;
  /** Which page, event or content it is about; empty where nobody said. */
  readonly page: string;
}

type Packed = [at: EpochMs, whose: string, isOfContact: 0 | 1, kind: Act['kind'], page: string];

/** As they are kept: in one order, so that the same acts are the same text. */
export function packedActs(acts: readonly Act[]): string {
  const packed = acts.map((one): Packed => [one.at, one.whose, one.isOfContact ? 1 : 0, one.kind, one.page]);
  const texts = packed.map((one) => JSON.stringify(one)).sort();
  return `[${texts.join(',')}]`;
}

export function actsOf(packed: string): Act[] {
  const acts = (JSON.parse(packed) as Packed[]).map(([at, whose, isOfContact, kind, page]): Act => ({
    at,
    whose,
    isOfContact: isOfContact === 1,
    kind,
    page,
  }));
  return acts.sort((a, b) => a.at - b.at);
}

/** All that is kept of an account. */
export interface AccountActivity {
  readonly contacts: readonly string[];
  /** Packed, as `money/domain/kept-touches.ts` reads them. */
  readonly delivered: Buffer;
  readonly engaged: Buffer;
  readonly acts: readonly Act[];
}

/** What names of touches and pages are counted under. */
export interface ActNames {
  /** For each id of a name of touches, the first that has the same channel. */
  readonly channel: Uint32Array;
  readonly pages: ReadonlyMap<string, number>;
  readonly arms: ArmNames;
}

/** Counts what people of an account did, or with -1 takes it out of the counts. */
export function countActs(cells: ActCells, account: AccountActivity, names: ActNames, sign: 1 | -1): void {
  const did = countChannels(cells, account, names, sign);
  for (const { isOfContact, kind, at, whose } of account.acts) {
    // Visits are touches, too.
    if (!isOfContact || kind === 'visit') continue;
    did[account.contacts.indexOf(whose)]?.push(at);
  }
  countPauses(cells, account, did, sign);
  countPages(cells, account.acts, names.pages, sign);
  eachFirstMet(account.delivered, names.arms, (arm, at, place) => {
    cells.add(place === null ? 'accountsMet' : 'contactsMet', arm, at, null, sign);
  });
}

/** @returns when each contact did something, as far as touches know */
function countChannels(cells: ActCells, { contacts, engaged }: AccountActivity, { channel }: ActNames, sign: 1 | -1) {
  const did = contacts.map((): EpochMs[] => []);
  const last = new Map<string, EpochMs>();
  for (let from = 0; from < engaged.length; from += TOUCH_BYTES) {
    const place = engaged.readInt32BE(from + 8);
    const label = engaged.readUInt32BE(from + WHAT) >>> FLAGS;
    const at = instantAt(engaged, from);
    for (const name of [channel[label] ?? label, ANY]) {
      const key = `${place} ${name}`;
      cells.add('channel', name, at, last.get(key) ?? null, sign);
      last.set(key, at);
    }
    did[place]?.push(at);
  }
  return did;
}

/** Whoever was sent something is known from then on, and silent from whatever they did last. */
function countPauses(
  cells: ActCells,
  { contacts, delivered }: AccountActivity,
  did: readonly EpochMs[][],
  sign: 1 | -1,
): void {
  const first = new Float64Array(contacts.length).fill(Infinity);
  let missing = contacts.length;
  for (let from = 0; from < delivered.length && missing > 0; from += TOUCH_BYTES) {
    if ((delivered.readUInt32BE(from + WHAT) & (CAME_BACK | VISIT)) !== 0) continue;
    const place = delivered.readInt32BE(from + 8);
    if (first[place] !== Infinity) continue;
    first[place] = instantAt(delivered, from);
    missing--;
  }
  for (const [place, begun] of first.entries()) {
    if (begun === Infinity) continue;
    cells.add('known', ANY, begun, null, sign);
    let last = begun;
    for (const at of (did[place] ?? []).sort((a, b) => a - b)) {
      if (at <= last) continue;
      // Nobody asks for silences of less than a day.
      if (Math.floor(at / QUARTER) - Math.floor(last / QUARTER) > QUARTERS) cells.add('pause', ANY, at, last, sign);
      last = at;
    }
    cells.add('open', ANY, last, null, sign);
  }
}

const SORTS_OF = {
  visit: ['people', 'visitors', 'visits'],
  submit: ['people', 'visitors', 'submits'],
  registration: ['people', 'registrations', 'events'],
  attendance: ['people', 'attended', 'events'],
  event: [],
  download: [],
} as const satisfies Record<Act['kind'], readonly string[]>;

function countPages(cells: ActCells, acts: readonly Act[], pages: ReadonlyMap<string, number>, sign: 1 | -1): void {
  const last = new Map<string, EpochMs>();
  const before = new Map<string, EpochMs>();
  for (const { at, whose, kind, page } of acts) {
    for (const name of SORTS_OF[kind].length === 0 ? [] : [pageOf(pages, page), ANY])
      for (const sort of SORTS_OF[kind]) {
        const key = `${sort} ${name} ${whose}`;
        const since = last.get(key);
        cells.add(sort, name, at, since ?? null, sign);
        if (sort === 'visits') {
          cells.add('again', name, at, before.get(key) ?? null, sign);
          if (since !== undefined) before.set(key, since);
        }
        last.set(key, at);
      }
  }
}

function pageOf(pages: ReadonlyMap<string, number>, page: string): number {
  const name = pages.get(page);
  if (name === undefined) throw new Error('a page was given no id');
  return name;
}

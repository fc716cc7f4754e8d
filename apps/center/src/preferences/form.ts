import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Cell, cellKey, type LinkAccess, type PreferenceRequest, type PreferenceView } from '#lib/consent';
import { Times, zoneAdvice } from '#lib/platform';
import { LANGUAGE_TAGS } from '../texts/texts.js';
import { boxName } from './box-name.js';
import { breakEnd, type Clocks } from './break-end.js';
import { type Less, lessOf, readWas } from './domain/less.js';
import { zoneOf } from './zones.js';

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const emptyOr = <T extends z.ZodType>(schema: T) => z.union([z.literal('').transform(() => null), schema]);
const MOST_CELLS = 2_000;
const PAGE_NUMBER = /^[A-Za-z0-9_-]{43}$/;
export const LONGEST_BREAK_DAYS = 366;

/** The fields of the page's form. One that is missing was not on the page. */
const Fields = z.object({
  // A form without one is as old as can be.
  v: z.string().max(100).catch(''),
  notice: z.uuid().nullable().catch(null).default(null),
  frequency: z.enum(['any', 'weekly', 'monthly', 'other']).optional(),
  pause: z.enum(['none', 'keep', '30', '90', 'until']).optional(),
  pauseDay: emptyOr(z.iso.date()).optional(),
  /** The day on which the page was written. */
  day: z.iso.date().nullable().catch(null).default(null),
  quietFrom: emptyOr(clock).optional(),
  quietTo: emptyOr(clock).optional(),
  zone: emptyOr(
    z
      .string()
      .max(100)
      .refine((zone) => zoneAdvice(zone) === null),
  ).optional(),
  language: z
    .enum(LANGUAGE_TAGS as [string, ...string[]])
    .or(z.literal(''))
    .optional(),
});

/** A field about which something can be wrong. */
export type WrongField = 'frequency' | 'pause' | 'pauseDay' | 'quietFrom' | 'quietTo' | 'zone' | 'language';

export interface SaveForm {
  readonly version: string;
  /** Id of the notice above the button; null when there was none. */
  readonly notice: string | null;
  readonly request: Extract<PreferenceRequest, { act: 'save' }>;
}

/** What was posted, as it was typed, to be shown again. */
export class Entered {
  /** Names of the boxes that were ticked. */
  private readonly boxes: ReadonlySet<string>;
  /** And of those that were when the page was made. */
  private readonly shownTicked: ReadonlySet<string>;
  private readonly hasSaidWhatWas: boolean;
  /** What other fields had when the page was made, as far as it said so. */
  private readonly had: URLSearchParams;

  constructor(
    private readonly fields: URLSearchParams,
    private readonly body = '',
  ) {
    this.boxes = new Set(fields.getAll('cell').slice(0, MOST_CELLS));
    const was = readWas(fields.get('was'));
    this.hasSaidWhatWas = was !== null;
    this.shownTicked = new Set(was?.ticked);
    this.had = new URLSearchParams(fields.get('had') ?? '');
    if (was !== null) for (const name of ['frequency', 'pause'] as const) this.had.set(name, was[name]);
  }

  static read(body: unknown): Entered {
    const text = Buffer.isBuffer(body) ? body.toString('utf8') : '';
    return new Entered(new URLSearchParams(text), text);
  }

  isTicked(cell: Cell): boolean {
    return this.boxes.has(boxName(cell));
  }

  /** Whether its form showed the box ticked, and it is not any more. */
  isUnticked(cell: Cell): boolean {
    return this.shownTicked.has(boxName(cell)) && !this.isTicked(cell);
  }

  /**
   * How a box stands on a form that comes back: as its person left it where they touched it, and otherwise as it is now.
   * Nobody is shown a tick that was neither theirs nor true. Of a form that does not say how its boxes stood a yes is theirs
   * where it is true.
   */
  isTickedAgain(cell: Cell): boolean {
    if (!this.hasSaidWhatWas) return cell.on && this.isTicked(cell);
    const isTouched = this.isTicked(cell) !== this.shownTicked.has(boxName(cell));
    return isTouched ? this.isTicked(cell) : cell.on;
  }

  /** The same of any other field, of which its form says what it had. */
  again(name: string, now: string): string {
    const said = this.get(name);
    return said === null || said === this.had.get(name) ? now : said;
  }

  /** Whether its form showed the box, with a tick or without, otherwise than it stands. Where it has all of them. */
  isChanged(cell: Cell): boolean {
    return this.hasSaidWhatWas && this.shownTicked.has(boxName(cell)) !== cell.on;
  }

  /** Whether its boxes stand as cells do: all of them; of a form of a part, those that it names. */
  isTrueOf(cells: readonly Cell[], isOfAll: boolean): boolean {
    return cells.every((cell) => (this.isTicked(cell) ? cell.on : !cell.on || (!isOfAll && !this.isUnticked(cell))));
  }

  /** What is ticked, and whatever is on and was not on the page: that stays as it is. */
  isWanted(cell: Cell): boolean {
    return this.isTicked(cell) || (this.hasSaidWhatWas && cell.on && !this.isUnticked(cell));
  }

  /**
   * By which the answer to this form, and no other, takes the change back: as secret as the number of the page that it was
   * on, and the same when the same form is sent once more. Null where the page had no number.
   */
  undoSecret(act: string): string | null {
    if (!PAGE_NUMBER.test(this.get('n') ?? '')) return null;
    return createHash('sha256').update(`${act} ${this.body}`).digest('base64url');
  }

  /** What of a form that was saved can be carried out without knowing anything else. */
  toLess(access: LinkAccess): Less | null {
    const was = readWas(this.get('was'));
    if (was === null) return null;
    const [frequency, pause, pauseDay] = [this.get('frequency'), this.get('pause'), this.get('pauseDay')];
    const zone = this.zoneIn(access);
    return lessOf(was, { ticked: this.boxes, frequency, pause, pauseDay, ...(zone !== undefined && { zone }) });
  }

  /**
   * The boxes that were unticked, also those that are empty by now, of a form of which something else cannot be read, or
   * whose page is no longer true; null where there are none.
   */
  toNo({ cells }: PreferenceView): SaveForm['request'] | null {
    const unticked = this.unticked(cells);
    if (unticked.size === 0) return null;
    return { act: 'save', ticked: this.wanted(cells), unticked, onlyLess: true };
  }

  /** Keys of the boxes that are wanted. */
  private wanted(cells: readonly Cell[]): ReadonlySet<string> {
    return new Set(cells.filter((cell) => this.isWanted(cell)).map(cellKey));
  }

  private unticked(cells: readonly Cell[]): ReadonlySet<string> {
    return new Set(cells.filter((cell) => this.isUnticked(cell)).map(cellKey));
  }

  /** A box that was on the page says so beside itself: one that is not ticked is not sent. */
  otherHours(): { readonly keepsOtherHours?: boolean } {
    const said = this.fields.getAll('otherHours');
    return said.includes('shown') ? { keepsOtherHours: said.includes('keep') } : {};
  }

  get(name: string): string | null {
    return this.fields.get(name);
  }

  /** By which clock its days are counted: the one that it chooses, where it may, and can be one. */
  zone(access: LinkAccess, view: PreferenceView): string {
    return zoneOf(view, this.zoneIn(access));
  }

  /** Null for the one that is known of them; undefined where it chooses none. */
  private zoneIn(access: LinkAccess): string | null | undefined {
    if (access !== 'manage') return undefined;
    return Fields.shape.zone.safeParse(this.get('zone') ?? undefined).data;
  }

  /** What is asked for; or which fields say something that cannot be meant, in the order of the page. */
  toSave(pageLanguage: string, access: LinkAccess, view: PreferenceView): SaveForm | readonly WrongField[] {
    const read = Fields.safeParse(Object.fromEntries([...this.fields].filter(([name]) => name !== 'cell')));
    if (!read.success) {
      const named = new Set(read.error.issues.map(({ path }) => path[0]));
      return WRONG_FIELDS.filter((name) => named.has(name));
    }
    const { v, notice, frequency, pause, pauseDay, day, quietFrom, quietTo, zone, language } = read.data;

    const shown = new Times(pageLanguage, zoneOf(view), view.now);
    const chosen = new Times(pageLanguage, this.zone(access, view), view.now);
    const pausedUntil = pauseEnd(pause, { last: pauseDay ?? null, writtenOn: day }, { shown, chosen }, view);
    const quietHours = quietOf(quietFrom, quietTo);
    if (pausedUntil === 'unreadable' || quietHours === 'unreadable') {
      return [
        ...(pausedUntil === 'unreadable' ? (['pauseDay'] as const) : []),
        ...(quietHours === 'unreadable' ? wrongTimes(quietFrom, quietTo) : []),
      ];
    }
    return {
      version: v,
      notice,
      request: {
        act: 'save',
        ticked: this.wanted(view.cells),
        unticked: this.unticked(view.cells),
        ...(frequency !== undefined && frequency !== 'other' && { frequency }),
        ...(pausedUntil !== undefined && { pausedUntil }),
        ...(quietHours !== undefined && { quietHours }),
        ...this.otherHours(),
        ...(zone !== undefined && { zone }),
        ...(language !== undefined && language !== '' && { language }),
      },
    };
  }
}

const WRONG_FIELDS: readonly WrongField[] = [
  ...(['frequency', 'pause', 'pauseDay', 'quietFrom', 'quietTo', 'zone', 'language'] as const),
];

function pauseEnd(
  pause: string | undefined,
  { last, writtenOn }: { readonly last: string | null; readonly writtenOn: string | null },
  clocks: Clocks,
  { now }: PreferenceView,
): number | null | undefined | 'unreadable' {
  switch (pause) {
    case undefined:
    case 'keep':
      return undefined;
    case 'none':
      return null;
    case 'until': {
      const end = last === null ? null : breakEnd(last, clocks, now);
      const isPossible = end !== null && end > now && end <= clocks.chosen.endOfDayIn(LONGEST_BREAK_DAYS, now);
      return isPossible ? end : 'unreadable';
    }
    default:
      return breakEnd(pause, clocks, now, writtenOn) ?? 'unreadable';
  }
}

/** The one that is missing; where both are there and the same, the second. */
function wrongTimes(from: string | null | undefined, to: string | null | undefined): readonly WrongField[] {
  return from === null && to !== null ? ['quietFrom'] : ['quietTo'];
}

/** Both or neither, and of some length. */
function quietOf(
  from: string | null | undefined,
  to: string | null | undefined,
): { start: string; end: string } | null | undefined | 'unreadable' {
  if (from === undefined || to === undefined) return undefined;
  if (from === null && to === null) return null;
  return from === null || to === null || from === to ? 'unreadable' : { start: from, end: to };
}

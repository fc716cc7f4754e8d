import { z } from 'zod';
import type { PreferenceRequest, PreferenceView } from '#lib/consent';
import { type Times, zoneAdvice } from '#lib/platform';
import { LANGUAGE_TAGS } from '../texts/texts.js';

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const emptyOr = <T extends z.ZodType>(schema: T) => z.union([z.literal('').transform(() => null), schema]);
const MOST_CELLS = 2_000;
const LONGEST_BREAK_DAYS = 366;

/** The fields of the page's form. One that is missing was not on the page. */
const Fields = z.object({
  v: z.string().max(100),
  frequency: z.enum(['any', 'weekly', 'monthly', 'other']).optional(),
  pause: z.enum(['none', 'keep', '30', '90', 'until']).optional(),
  pauseDay: emptyOr(z.iso.date()).optional(),
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

export interface SaveForm {
  readonly version: string;
  readonly request: Extract<PreferenceRequest, { act: 'save' }>;
}

/** What was posted, as it was typed, to be shown again. */
export class Entered {
  readonly cells: ReadonlySet<string>;

  constructor(private readonly fields: URLSearchParams) {
    this.cells = new Set(fields.getAll('cell').slice(0, MOST_CELLS));
  }

  static read(body: Buffer | undefined): Entered {
    return new Entered(new URLSearchParams(body?.toString('utf8') ?? ''));
  }

  get(name: string): string | null {
    return this.fields.get(name);
  }

  /** Null when a field says something that no field of the page can say. */
  toSave(times: Times, view: PreferenceView): SaveForm | null {
    const read = Fields.safeParse(Object.fromEntries([...this.fields].filter(([name]) => name !== 'cell')));
    if (!read.success) return null;
    const { v, frequency, pause, pauseDay, quietFrom, quietTo, zone, language } = read.data;

    const pausedUntil = pauseEnd(pause, pauseDay ?? null, times, view);
    if (pausedUntil === 'unreadable') return null;
    const quietHours = quietOf(quietFrom, quietTo);
    if (quietHours === 'unreadable') return null;
    return {
      version: v,
      request: {
        act: 'save',
        ticked: this.cells,
        ...(frequency !== undefined && frequency !== 'other' && { frequency }),
        ...(pausedUntil !== undefined && { pausedUntil }),
        ...(quietHours !== undefined && { quietHours }),
        ...(zone !== undefined && { zone }),
        ...(language !== undefined && language !== '' && { language }),
      },
    };
  }
}

function pauseEnd(
  pause: string | undefined,
  day: string | null,
  times: Times,
  { now }: PreferenceView,
): number | null | undefined | 'unreadable' {
  switch (pause) {
    case undefined:
    case 'keep':
      return undefined;
    case 'none':
      return null;
    case 'until': {
      const end = day === null ? null : times.endOf(day);
      const isPossible = end !== null && end > now && end <= times.endOfDayIn(LONGEST_BREAK_DAYS, now);
      return isPossible ? end : 'unreadable';
    }
    default:
      return times.endOfDayIn(Number(pause), now);
  }
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

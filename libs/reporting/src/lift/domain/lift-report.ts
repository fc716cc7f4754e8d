import type { EpochMs } from '#lib/kernel';
import { madeOf } from '../../domain/behind.js';
import { type Asked, frameOf, type ReadIn } from '../../domain/asked.js';
import {
  count,
  known,
  notAvailable,
  rate,
  ratio,
  type Report,
  type ReportCell,
  type ReportNote,
  text,
} from '../../domain/report.js';
import { FEW } from '../../domain/small-rows.js';
import { added, type LiftCount } from './lift-counts.js';
import { isUneven, newcombe } from '../../money/domain/proportions.js';

/** One draw. */
export interface LiftDraw extends Pick<LiftCount, 'what' | 'goal' | 'segment' | 'channel'> {
  readonly id: string;
  /** The message that came of it; null where none did yet. */
  readonly message: string | null;
  readonly at: EpochMs;
  /** Whether its time is over. */
  readonly isRipe: boolean;
  readonly isControl: boolean;
  readonly hasMet: boolean;
}

export interface LiftParameters {
  readonly by: 'all' | 'segment';
  readonly withinHours: number;
}

/** The share of draws that is meant to be left to the control. */
const CONTROL_SHARE = 0.1;

function isSame(a: LiftDraw, b: LiftCount): boolean {
  return a.what === b.what && a.goal === b.goal && a.channel === b.channel;
}

/**
 * What choosing the best channel and the best time has brought: those for whom it was chosen against those who were left
 * to the first channel or the earliest time by the same draw, whatever became of their messages (by intention to treat).
 * @param draws each of them, for whoever asks what a number is made of
 */
export function liftReport(
  counts: readonly LiftCount[],
  asked: Asked,
  { by, withinHours }: LiftParameters,
  read: ReadIn,
  draws: readonly LiftDraw[] = [],
): Report {
  const { pastNotes, ...frame } = frameOf(asked, read, 'cohort');
  const rows = by === 'segment' ? counts : together(counts);
  const told = (row: LiftCount, number: number, isIn: (draw: LiftDraw) => boolean): ReportCell =>
    madeOf(known(number), () =>
      draws
        .filter((draw) => isIn(draw) && isSame(draw, row) && (by === 'all' || draw.segment === row.segment))
        .map(({ id, message, at, segment }) => ({
          ...{ kind: 'message', id: message ?? id, at, name: segment, adds: 1, fact: null },
          link: message === null ? null : `/v1/messages/${message}`,
        })),
    );
  return {
    key: 'lift',
    ...frame,
    parameters: { by, withinHours },
    columns: [
      ...[text('choice'), text('goal'), text('channel'), ...(by === 'segment' ? [text('segment')] : [])],
      ...[count('chosen'), count('chosen_met'), rate('chosen_rate')],
      ...[count('control'), count('control_met'), rate('control_rate')],
      ...[rate('lift'), rate('lift_low'), rate('lift_high'), count('waiting')],
    ],
    rows: rows.map((row) => ({
      cells: [
        ...[
          known(row.what),
          known(row.goal),
          known(row.channel ?? ''),
          ...(by === 'segment' ? [known(row.segment)] : []),
        ],
        told(row, row.chosen, ({ isRipe, isControl }) => isRipe && !isControl),
        told(row, row.chosenMet, ({ isRipe, isControl, hasMet }) => isRipe && !isControl && hasMet),
        ratio(row.chosenMet, row.chosen),
        told(row, row.control, ({ isRipe, isControl }) => isRipe && isControl),
        told(row, row.controlMet, ({ isRipe, isControl, hasMet }) => isRipe && isControl && hasMet),
        ratio(row.controlMet, row.control),
        ...compared(row),
        told(row, row.waiting, ({ isRipe }) => !isRipe),
      ],
    })),
    total: null,
    notes: [{ key: 'lift', values: { hours: withinHours } }, ...uneven(rows), ...pastNotes],
  };
}

/** The control is as large a share of every segment, so that all of them can be told together. */
function together(counts: readonly LiftCount[]): LiftCount[] {
  const groups = new Map<string, LiftCount>();
  for (const one of counts) {
    const key = JSON.stringify([one.what, one.goal, one.channel]);
    groups.set(key, added(groups.get(key), one));
  }
  return [...groups.values()];
}

/** Of few there is nothing to say, and somebody could be told from them. */
function compared({ chosen, chosenMet, control, controlMet }: LiftCount): ReportCell[] {
  if (Math.min(chosen, control) < FEW) return Array.from({ length: 3 }, () => notAvailable('too_few'));
  const { low, high } = newcombe({ part: chosenMet, whole: chosen }, { part: controlMet, whole: control });
  return [chosenMet / chosen - controlMet / control, low, high].map((value) => known(value));
}

function uneven(rows: readonly LiftCount[]): ReportNote[] {
  return rows
    .filter(({ chosen, control }) => isUneven([control, chosen], [CONTROL_SHARE, 1 - CONTROL_SHARE]))
    .map(({ chosen, control }) => ({ key: 'uneven_control', values: { chosen, control } }));
}

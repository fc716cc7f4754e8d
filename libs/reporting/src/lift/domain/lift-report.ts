import type { Channel } from '#lib/kernel';
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
import { isUneven, newcombe } from '../../money/domain/proportions.js';

/** What was drawn, and how often a goal was met: by those for whom it was chosen, and by the control share. */
export interface LiftCount {
  readonly what: 'channel' | 'time';
  readonly goal: string;
  readonly segment: string;
  /** Of a time; null for a channel, which is what was chosen. */
  readonly channel: Channel | null;
  readonly chosen: number;
  readonly chosenMet: number;
  readonly control: number;
  readonly controlMet: number;
  /** Draws whose time is not over. */
  readonly waiting: number;
}

export interface LiftParameters {
  readonly by: 'all' | 'segment';
  readonly withinHours: number;
}

/** The share of draws that is meant to be left to the control. */
const CONTROL_SHARE = 0.1;

/**
 * What choosing the best channel and the best time has brought: those for whom it was chosen against those who were left
 * to the first channel or the earliest time by the same draw, whatever became of their messages (by intention to treat).
 */
export function liftReport(
  counts: readonly LiftCount[],
  asked: Asked,
  { by, withinHours }: LiftParameters,
  read: ReadIn,
): Report {
  const { pastNotes, ...frame } = frameOf(asked, read, 'cohort');
  const rows = by === 'segment' ? counts : together(counts);
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
        ...[known(row.chosen), known(row.chosenMet), ratio(row.chosenMet, row.chosen)],
        ...[known(row.control), known(row.controlMet), ratio(row.controlMet, row.control)],
        ...compared(row),
        known(row.waiting),
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
    const sum = groups.get(key);
    groups.set(
      key,
      sum === undefined
        ? one
        : {
            ...one,
            chosen: sum.chosen + one.chosen,
            chosenMet: sum.chosenMet + one.chosenMet,
            control: sum.control + one.control,
            controlMet: sum.controlMet + one.controlMet,
            waiting: sum.waiting + one.waiting,
          },
    );
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

import { CHOICES, type Choices, choicesOf, type Choosable } from '../../contacts/domain/choices.js';
import { isSame } from '#lib/kernel';
import { type Cell, cellKey } from './cells.js';

/** A change as far as its page tells of it. */
export interface ToldChange {
  readonly act: string;
  readonly undone: boolean;
  readonly turnedOn: readonly string[];
  readonly turnedOff: readonly string[];
  readonly fieldsAfter: Partial<Choices>;
}

/**
 * Whether what a change did stands as the change left it, so that a page may tell of it in the present. Its address can be
 * looked at again at any time, after whatever else was said by then.
 */
export function stillHolds(change: ToldChange, cells: readonly Cell[], fields: Choosable): boolean {
  const { act, undone, turnedOn, turnedOff, fieldsAfter } = change;
  const of = (key: string): Cell | undefined => cells.find((cell) => cellKey(cell) === key);
  // What a law asks for besides is agreed to all the same.
  const isOn = (cell: Cell | undefined): boolean => cell !== undefined && (cell.on || cell.asksYes === true);
  // An undo gives back what a law alone had kept off; after every other no, nothing comes.
  const isOff = (cell: Cell | undefined): boolean => (act === 'undo' ? cell?.on !== true : !isOn(cell));
  // "Nothing, on any channel" is about what was never agreed to before, too.
  const isNothingOn = act !== 'stop_all' || !cells.some(({ on }) => on);
  const present = choicesOf(fields);
  return (
    !undone &&
    isNothingOn &&
    turnedOn.every((key) => isOn(of(key))) &&
    turnedOff.every((key) => isOff(of(key))) &&
    CHOICES.every((choice) => fieldsAfter[choice] === undefined || isSame(fieldsAfter[choice], present[choice]))
  );
}

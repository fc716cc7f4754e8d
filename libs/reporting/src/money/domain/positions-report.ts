import { shapleyByPlace } from '#lib/attribution';
import { linkTo } from '../../domain/asked.js';
import { count, known, type Report, type ReportCell, standingFor, text } from '../../domain/report.js';
import { madeOf } from '../../domain/behind.js';
import { sumOf } from './amounts.js';
import { ofConversions } from './sources-of.js';
import { creditsOf, fromMillionths } from './credit.js';
import { ATTRIBUTION_TOUCHES, type MoneyData, moneyNotes, reportOf, type TouchLink } from './frame.js';
import { MOST_PLACES, partsByPlace } from './place-parts.js';

/**
 * On which place of a path each name earns what Shapley gives it: the share of a name in a path is divided evenly over its
 * places there. Conversions, to the millionth; places add up to what the attribution report says, and names to the total.
 */
export function positionsReport(data: MoneyData, by: string, link: TouchLink): Report {
  const { table, conversions } = data.paths;
  const credits = creditsOf(table, conversions, ['shapley']);
  const whole = credits.byModel.get('shapley') ?? [];
  const places = shapleyByPlace(table);
  const longest = places.reduce((most, { length }) => Math.max(most, length), 0);
  const shown = Math.min(Math.max(longest, 1), MOST_PLACES);
  const isCut = longest > MOST_PLACES;
  const divided = places.map((byPlace, name) => {
    const parts = partsByPlace(whole[name]?.conversions ?? 0, byPlace);
    return isCut ? parts : parts.slice(0, shown);
  });
  const width = shown + Number(isCut);
  const columnSums = Array.from({ length: width }, (_, place) => sumOf(divided.map((parts) => parts[place] ?? 0)));
  const shapleyLink = { ...link, model: 'shapley', show: 'conversions' };
  const cells = (parts: readonly number[], sum: number, name?: string): ReportCell[] => [
    ...parts.map((millionths, at) =>
      known(
        fromMillionths(millionths),
        millionths === 0
          ? undefined
          : linkTo(ATTRIBUTION_TOUCHES, {
              ...{ ...shapleyLink, name, place: at < MOST_PLACES ? String(at + 1) : `${MOST_PLACES + 1}+` },
            }),
      ),
    ),
    known(fromMillionths(sum), name === undefined ? undefined : linkTo(ATTRIBUTION_TOUCHES, { ...shapleyLink, name })),
  ];
  const made = (row: ReportCell[], without: boolean): ReportCell[] =>
    row.map((cell, i) => {
      const some = conversions.filter(({ touches }) => !without || touches === 0);
      const all = some.map(({ conversion }) => conversion);
      return i === row.length - 1 ? madeOf(cell, ofConversions(data.books, all)) : cell;
    });
  const none = Array.from({ length: width }, () => 0);
  return reportOf('positions', data, {
    columns: [
      text(by),
      ...Array.from({ length: shown }, (_, place) => count(`place_${place + 1}`)),
      ...(isCut ? [count('place_later')] : []),
      count('conversions'),
    ],
    rows: [
      ...credits.names.map((name, i) => ({
        cells: [known(name), ...cells(divided[i] ?? none, whole[i]?.conversions ?? 0, name)],
      })),
      { cells: [standingFor('unattributed'), ...made(cells(none, credits.unattributed.conversions), true)] },
    ],
    total: { cells: [known(''), ...made(cells(columnSums, credits.total.conversions), false)] },
    notes: [{ key: 'positions', values: {} }, ...moneyNotes(data)],
  });
}

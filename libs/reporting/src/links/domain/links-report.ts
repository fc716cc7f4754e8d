import { type Asked, frameOf, linkTo, type ReadIn } from '../../domain/asked.js';
import { count, known, rate, ratio, type Report, type ReportCell, standingFor, text } from '../../domain/report.js';
import { EXIT_MESSAGES } from '../../exits/domain/exit-report.js';
import { addressOf } from '../../facts/domain/fact.js';

/** Messages that arrived and hold a counted link, each once. */
export interface LinkFigures {
  readonly arrived: number;
  /** Of those: where a person followed it, and where a machine alone did. */
  readonly clicked: number;
  readonly byMachine: number;
}

export interface LinkCount extends LinkFigures {
  /** Where it leads, without query and fragment; null: it is not kept any more, and neither which of several it was. */
  readonly address: string | null;
}

export interface LinkParameters {
  readonly campaign: string | undefined;
  /** The days that were asked about, for links. */
  readonly days: { readonly from: string; readonly to: string };
}

/**
 * How often each link was followed, of the messages that arrived with it. A message counts once for each link, however often
 * it was followed; in the total once.
 */
export function linksReport(
  counts: readonly LinkCount[],
  whole: LinkFigures,
  asked: Asked,
  { campaign, days }: LinkParameters,
  read: ReadIn,
): Report {
  const { pastNotes, ...frame } = frameOf(asked, read, 'cohort');
  const byAddress = new Map<string | null, LinkFigures>();
  for (const { address, ...figures } of counts) {
    const name = address === null ? null : addressOf(address);
    byAddress.set(name, added(byAddress.get(name) ?? { arrived: 0, clicked: 0, byMachine: 0 }, figures));
  }
  const cells = (
    { arrived, clicked, byMachine }: LinkFigures,
    link: string | null,
    isForgotten = false,
  ): ReportCell[] => {
    const behind = (seen: string, number: number): ReportCell =>
      known(
        number,
        number === 0 || isForgotten
          ? undefined
          : linkTo(EXIT_MESSAGES, {
              ...{
                ...days,
                zone: asked.zone,
                asOf: asked.asOf === null ? undefined : new Date(asked.asOf).toISOString(),
              },
              ...{ campaign, seen, link: link ?? '', report: 'links' },
            }),
      );
    return [
      behind('arrived', arrived),
      behind('clicked', clicked),
      behind('clickedByMachine', byMachine),
      ratio(clicked, arrived),
    ];
  };
  const named = [...byAddress]
    .flatMap(([name, figures]) => (name === null ? [] : [{ name, figures }]))
    .sort((a, b) => b.figures.clicked - a.figures.clicked || (a.name < b.name ? -1 : 1));
  const forgotten = byAddress.get(null);
  return {
    key: 'links',
    ...frame,
    parameters: { campaign: campaign ?? null },
    columns: [text('link'), count('arrived'), count('clicked'), count('clickedByMachine'), rate('click_rate')],
    rows: [
      ...named.map(({ name, figures }) => ({ cells: [known(name), ...cells(figures, name)] })),
      ...(forgotten === undefined
        ? []
        : [{ cells: [standingFor('forgotten_links'), ...cells(forgotten, null, true)] }]),
    ],
    total: { cells: [known(''), ...cells(whole, null)] },
    notes: [{ key: 'links', values: {} }, ...pastNotes],
  };
}

function added(a: LinkFigures, b: LinkFigures): LinkFigures {
  return { arrived: a.arrived + b.arrived, clicked: a.clicked + b.clicked, byMachine: a.byMachine + b.byMachine };
}

import { linkTo } from '../../domain/asked.js';
import { count, known, rate, ratio, type Report, type ReportCell, text } from '../../domain/report.js';
import { compare } from '../../money/domain/amounts.js';
import { ENGAGEMENTS, type MoneyData, reportOf, type TouchLink } from '../../money/domain/frame.js';
import { type Engagement, peopleIn, whoseOf } from './activity.js';
import type { PageFigures } from './activity-figures.js';
import { isIn } from './influenced.js';
import { madeOf } from '../../domain/behind.js';
import { peopleWhoDid } from './people-behind.js';

const COUNTED: ReadonlySet<Engagement['kind']> = new Set(['visit', 'submit', 'registration', 'attendance']);

/**
 * Pages and events: who came, who came again, who sent the form, who took a place and who was there. People count once in each
 * column; whoever sent a form was on its page, also where no visit was reported.
 */
export function pagesReport(data: MoneyData, link: TouchLink): Report {
  const all = data.activity.engagements.filter(({ at, kind }) => isIn(at, data.frame) && COUNTED.has(kind));
  const groups = byPage(all);
  const figures = data.done?.pages ?? {
    byPage: new Map([...groups].map(([page, some]) => [page, figuresOf(some)])),
    all: figuresOf(all),
  };
  const cells = (one: PageFigures, about: string | null): ReportCell[] => {
    const did = (...kinds: readonly Engagement['kind'][]): readonly Engagement[] =>
      (about === null ? all : (groups.get(about) ?? [])).filter(({ kind }) => kinds.includes(kind));
    const different = (people: number, some: () => readonly Engagement[]): ReportCell =>
      madeOf(known(people), () => peopleWhoDid(some()));
    const which = about === null ? {} : { about };
    const visits = one.visits === 0 ? undefined : linkTo(ENGAGEMENTS, { ...link, kind: 'visit', ...which });
    return [
      different(one.people, () => did(...COUNTED)),
      known(one.visits, visits),
      different(one.visitors, () => did('visit', 'submit')),
      different(one.repeatVisitors, () => repeated(did('visit'))),
      different(one.submitters, () => did('submit')),
      ratio(one.submitters, one.visitors),
      different(one.registered, () => did('registration')),
      different(one.attended, () => did('attendance')),
      ratio(one.came, one.registered),
    ];
  };
  return reportOf('pages', data, {
    columns: [
      ...[
        text('page'),
        count('people'),
        count('visits'),
        count('visitors'),
        count('repeat_visitors'),
        count('submits'),
      ],
      ...[rate('page_conversion'), count('registrations'), count('attended'), rate('attendance_rate')],
    ],
    rows: [...figures.byPage]
      .sort(([a, one], [b, other]) => other.times - one.times || compare(a, b))
      .map(([name, one]) => ({ cells: [known(name), ...cells(one, name)] })),
    total: { cells: [known(''), ...cells(figures.all, null)] },
    notes: [{ key: 'pages', values: {} }],
  });
}

function byPage(all: readonly Engagement[]): Map<string, Engagement[]> {
  const groups = new Map<string, Engagement[]>();
  for (const one of all) {
    const group = groups.get(one.about ?? '');
    if (group === undefined) groups.set(one.about ?? '', [one]);
    else group.push(one);
  }
  return groups;
}

function figuresOf(some: readonly Engagement[]): PageFigures {
  const of = (...kinds: Engagement['kind'][]): Engagement[] => some.filter(({ kind }) => kinds.includes(kind));
  const registered = new Set(of('registration').map(whoseOf));
  const came = new Set(of('attendance').map(whoseOf));
  return {
    ...{ times: some.length, people: peopleIn(some), visits: of('visit').length },
    ...{ visitors: peopleIn(of('visit', 'submit')), repeatVisitors: peopleIn(repeated(of('visit'))) },
    ...{ submitters: peopleIn(of('submit')), registered: registered.size, attended: came.size },
    came: [...came].filter((one) => registered.has(one)).length,
  };
}

/** Visits of those who came more than once. */
function repeated(visits: readonly Engagement[]): Engagement[] {
  const times = new Map<string, number>();
  for (const visit of visits) times.set(whoseOf(visit), (times.get(whoseOf(visit)) ?? 0) + 1);
  return visits.filter((one) => (times.get(whoseOf(one)) ?? 0) > 1);
}

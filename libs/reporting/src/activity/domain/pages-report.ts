import { linkTo } from '../../domain/asked.js';
import { count, known, rate, ratio, type Report, type ReportCell, text } from '../../domain/report.js';
import { compare } from '../../money/domain/amounts.js';
import { ENGAGEMENTS, type MoneyData, reportOf, type TouchLink } from '../../money/domain/frame.js';
import { type Engagement, peopleIn, whoseOf } from './activity.js';
import { isIn } from './influenced.js';
import { madeOf } from '../../domain/behind.js';
import { peopleWhoDid } from './people-behind.js';

/** Different people, of whom each is listed with what they did first. */
const different = (some: readonly Engagement[]): ReportCell => madeOf(known(peopleIn(some)), () => peopleWhoDid(some));

const COUNTED: ReadonlySet<Engagement['kind']> = new Set(['visit', 'submit', 'registration', 'attendance']);

/**
 * Pages and events: who came, who came again, who sent the form, who took a place and who was there. People count once in each
 * column; whoever sent a form was on its page, also where no visit was reported.
 */
export function pagesReport(data: MoneyData, link: TouchLink): Report {
  const groups = new Map<string, Engagement[]>();
  const all = data.activity.engagements.filter(({ at, kind }) => isIn(at, data.frame) && COUNTED.has(kind));
  for (const one of all) {
    const group = groups.get(one.about ?? '');
    if (group === undefined) groups.set(one.about ?? '', [one]);
    else group.push(one);
  }
  const cells = (some: readonly Engagement[], about: string | null): ReportCell[] => {
    const of = (...kinds: Engagement['kind'][]): Engagement[] => some.filter(({ kind }) => kinds.includes(kind));
    const behind = (kind: string, number: number): string | undefined =>
      number === 0 ? undefined : linkTo(ENGAGEMENTS, { ...link, kind, ...(about === null ? {} : { about }) });
    const visits = of('visit');
    const times = new Map<string, number>();
    for (const visit of visits) times.set(whoseOf(visit), (times.get(whoseOf(visit)) ?? 0) + 1);
    const [visitors, submitters] = [peopleIn(of('visit', 'submit')), peopleIn(of('submit'))];
    const registered = new Set(of('registration').map(whoseOf));
    const came = [...new Set(of('attendance').map(whoseOf))].filter((one) => registered.has(one)).length;
    return [
      different(some),
      known(visits.length, behind('visit', visits.length)),
      different(of('visit', 'submit')),
      different(visits.filter((one) => (times.get(whoseOf(one)) ?? 0) > 1)),
      different(of('submit')),
      ratio(submitters, visitors),
      different(of('registration')),
      different(of('attendance')),
      ratio(came, registered.size),
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
    rows: [...groups]
      .sort(([a, some], [b, others]) => others.length - some.length || compare(a, b))
      .map(([name, some]) => ({ cells: [known(name), ...cells(some, name)] })),
    total: { cells: [known(''), ...cells(all, null)] },
    notes: [{ key: 'pages', values: {} }],
  });
}

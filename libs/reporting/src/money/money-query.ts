import type { Model } from '#lib/attribution';
import type { Asked } from '../domain/asked.js';
import type { Days } from '../domain/days.js';
import type { ActivityRead } from '../activity/domain/activity.js';
import type { ActivityFigure } from '../activity/domain/activity-figures.js';
import type { ConversionChoice } from './domain/books.js';
import type { ScoreRule } from './domain/engagement-score.js';
import type { TouchesRead } from './gathering.js';
import type { TouchFilter } from './touch-filter.js';
import type { Basis, Dimension } from './touch.store.js';

/** What conversions are credited by, and how touches become paths. */
export interface MoneyQuery extends ConversionChoice {
  readonly by: Dimension;
  readonly basis: Basis;
  readonly unit: 'account' | 'contact';
  readonly lookbackDays: number;
  readonly reset: boolean;
  /** Whether the same message to several people of an account within a day is one touch; left out: each is one. */
  readonly collapseSend?: boolean;
  readonly halfLifeDays: number;
  readonly currency: string;
  readonly model: Model;
  /** Id of a weight set that is shown beside the models. */
  readonly weights?: string | undefined;
  /** By what accounts get points; left out: nobody asks. */
  readonly score?: ScoreRule;
  /** What of touches is read; left out: the paths that they make. */
  readonly reads?: TouchesRead;
  /** Of conversions of this segment alone. */
  readonly within?: TouchFilter['segment'];
  /** What beside touches of paths is read; left out: nothing. */
  readonly activity?: readonly ActivityRead[];
  /** Figures of what is read beside touches that are kept: a report that is about now is made of them. */
  readonly figures?: ActivityFigure;
  /** Of exposures: to which campaign's variants. */
  readonly campaign?: string | undefined;
}

export interface MoneyAsked extends Asked {
  readonly days: Days;
}

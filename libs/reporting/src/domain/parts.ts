import { NOT_LOST } from '../exits/domain/exit-figures.js';
import type { Report } from './report.js';

type Parts = Readonly<Record<string, readonly string[]>>;

/** Of everything by messages: what each rate is of. */
const OF_MESSAGES: Parts = {
  bounce_rate: ['bounced', 'sent'],
  hard_bounce_rate: ['hard', 'sent'],
  soft_bounce_rate: ['bounced', 'hard', 'sent'],
  open_rate: ['opened', 'arrived'],
  click_rate: ['clicked', 'arrived'],
  click_to_open_rate: ['clicked', 'opened'],
  complaint_rate: ['complained', 'arrived'],
  withdrawal_rate: ['withdrawn', 'arrived'],
  send_rate: ['sent', 'accepted'],
  block_rate: ['dropped', 'accepted'],
  delivery_rate: ['delivered', 'sent'],
};

/** From which other numbers of its row a number follows, by report and column. Whatever is of no others is made of facts. */
const PARTS: Readonly<Record<string, Parts>> = {
  email: OF_MESSAGES,
  channels: OF_MESSAGES,
  content: OF_MESSAGES,
  links: { click_rate: ['clicked', 'arrived'] },
  exits: {
    lost: ['exit', ...NOT_LOST.map((reason) => `dropped.${reason}`), 'reached_otherwise'],
    drop_off: ['lost', 'inflow'],
  },
  consents: { net: ['optIns', 'optOuts'], lost_value: ['unsent'] },
  lift: {
    chosen_rate: ['chosen_met', 'chosen'],
    control_rate: ['control_met', 'control'],
    lift: ['chosen_rate', 'control_rate'],
    lift_low: ['chosen_met', 'chosen', 'control_met', 'control'],
    lift_high: ['chosen_met', 'chosen', 'control_met', 'control'],
  },
  models: { spread: ['lowest', 'highest'], spread_share: ['spread'] },
  campaigns: {
    cost_per_lead: ['cost', 'leads'],
    cost_per_conversion: ['cost', 'conversions'],
    roi: ['revenue', 'cost'],
  },
  funnel: { from_before: ['reached'], from_first: ['reached'] },
  acquisition: {
    cost_per_lead: ['cost', 'leads'],
    cost_per_opportunity: ['cost', 'opportunities'],
    cost_per_order: ['cost', 'won'],
    acquisition_cost: ['new_customers'],
    return: ['attributed', 'cost'],
    roi: ['attributed', 'cost'],
  },
  revenue: { influenced_share: ['influenced', 'revenue'], sourced_share: ['sourced', 'revenue'] },
  sales: {
    pipeline_reached: ['pipeline', 'pipeline_target'],
    won_reached: ['revenue', 'won_target'],
    close_rate: ['won', 'lost'],
  },
  variants: {
    ripe: ['exposed', 'waiting'],
    waiting: ['exposed', 'ripe'],
    win_rate: ['won', 'ripe'],
    revenue_per_unit: ['revenue', 'ripe'],
    revenue_low: ['revenue', 'ripe'],
    revenue_high: ['revenue', 'ripe'],
    difference: ['win_rate'],
    difference_low: ['win_rate', 'ripe'],
    difference_high: ['win_rate', 'ripe'],
  },
  quality: { share: ['found', 'of_all'] },
  sources: {
    cost_per_click: ['cost', 'traffic'],
    lead_rate: ['leads', 'visitors'],
    roi: ['revenue', 'cost'],
  },
  segments: {
    lead_rate: ['leads', 'people'],
    opportunity_rate: ['opportunities', 'leads'],
    won_rate: ['won', 'opportunities'],
    return: ['attributed', 'cost'],
    roi: ['attributed', 'cost'],
  },
  journeys: { goal_rate: ['goal_reached', 'entrants'] },
  pages: {
    page_conversion: ['submits', 'visitors'],
    attendance_rate: ['attended', 'registrations'],
  },
  silence: { silent_share: ['silent', 'reached_so_far'], win_back_rate: ['came_back', 'silent'] },
};

/** Keys of the columns from which a number follows; none where it is made of facts alone. */
export function partsOf({ key, parameters }: Pick<Report, 'key' | 'parameters'>, column: string): readonly string[] {
  const model = parameters['model'];
  // The return is told by one model, which is shown where it is among those that were asked for.
  if (key === 'attribution' && column === 'roi' && typeof model === 'string') return [model, 'cost'];
  if (key === 'attribution' && column.startsWith('interval_') && typeof model === 'string') return [model];
  return PARTS[key]?.[column] ?? [];
}

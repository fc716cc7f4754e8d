import type { ChannelCredit } from '../channel-credit.js';
import { exactSum } from '../exact-sums.js';
import type { PathTable } from '../path-table.js';
import { effectsByInverse, effectsBySweeps, type RemovalEffects } from './removal-effects.js';
import { type MarkovOrder, stateGraph } from './state-graph.js';

/** Credits of a Markov chain, and the removal effects they follow. */
export interface MarkovCredit extends ChannelCredit, RemovalEffects {}

/** An inverse of more states takes longer than sweeps over their edges. */
const MAX_INVERTED = 300;

/**
 * Each channel gets as much as taking it away would cost, scaled to what there was: by the exact removal effects of the
 * chain that all paths, those without a conversion too, make together.
 */
export function markov(table: PathTable, order: MarkovOrder): MarkovCredit {
  const channels = table.channels.length;
  const graph = stateGraph(table, order);
  const isSmall = order === 1 && graph.size <= MAX_INVERTED;
  const effects = isSmall ? effectsByInverse(graph, channels) : effectsBySweeps(graph, channels);
  return {
    ...effects,
    conversions: inProportion(effects.onConversions, exactSum(table.conversions)),
    value: inProportion(effects.onValue, exactSum(table.value)),
  };
}

function inProportion(effects: Float64Array, whole: number): Float64Array {
  const sum = exactSum(effects);
  return effects.map((effect) => (sum === 0 ? 0 : (effect / sum) * whole));
}

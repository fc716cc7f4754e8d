import type { ChannelCredit } from '../channel-credit.js';
import { exactSum } from '../exact-sums.js';
import type { PathTable } from '../path-table.js';
import { ModelProblem } from './model-problem.js';
import { effectsByInverse, effectsBySweeps, type RemovalEffects, Unsettled } from './removal-effects.js';
import { type MarkovOrder, type StateGraph, stateGraph } from './state-graph.js';

/** Credits of a Markov chain, and the removal effects they follow. */
export interface MarkovCredit extends ChannelCredit, RemovalEffects {}

/** An inverse of more states takes longer than sweeps over their edges ... */
const MAX_INVERTED = 300;
/** ... and of more than these some minutes, however many sweeps there were. */
const MOST_INVERTED = 1_500;

/**
 * Each channel gets as much as taking it away would cost, scaled to what there was: by the exact removal effects of the
 * chain that all paths, those without a conversion too, make together.
 * @param most edges of the chain that may be gone along; whoever asks within a program that others wait for says so many
 * @throws ModelProblem for a chain that takes more
 */
export function markov(table: PathTable, order: MarkovOrder, most = Infinity): MarkovCredit {
  const channels = table.channels.length;
  const effects = effectsOf(stateGraph(table, order), channels, order, most);
  return {
    ...effects,
    conversions: inProportion(effects.onConversions, exactSum(table.conversions)),
    value: inProportion(effects.onValue, exactSum(table.value)),
  };
}

/** @throws ModelProblem for a chain that goes in circles for too long and is too large to be inverted */
function effectsOf(graph: StateGraph, channels: number, order: MarkovOrder, most: number): RemovalEffects {
  const mayBeInverted = graph.size ** 3 <= most;
  if (graph.size <= MAX_INVERTED && mayBeInverted) return effectsByInverse(graph, channels);
  try {
    return effectsBySweeps(graph, channels, most);
  } catch (error) {
    if (!(error instanceof Unsettled)) throw error;
    if (graph.size <= MOST_INVERTED && mayBeInverted) return effectsByInverse(graph, channels);
    throw new ModelProblem(
      `Paths go in circles so often that their chain of order ${order}, which has ${graph.size} states, cannot be solved in reasonable time: ask for a lower order, or for other models.`,
      { cause: error },
    );
  }
}

function inProportion(effects: Float64Array, whole: number): Float64Array {
  const sum = exactSum(effects);
  return effects.map((effect) => (sum === 0 ? 0 : (effect / sum) * whole));
}

/**
 * Which touch earned what: models over paths, pure and exact. Rows become a `PathTable` (`PathTableBuilder`, or `PathsReader`
 * for a CSV), `attribute` applies models to it, `largestRemainder` makes cents of what they give. docs/attribution.md defines
 * every model with an example that can be recomputed by hand.
 */
export {
  type Attribution,
  attribute,
  type Model,
  type ModelOptions,
  MODELS,
  MODELS_VERSION,
  modelsOf,
} from './attribute.js';
export { bootstrap, type BootstrapOptions, type Interval, type PathPart, RESAMPLED } from './bootstrap.js';
export { largestRemainder } from './cents.js';
export type { ChannelCredit } from './channel-credit.js';
export { CsvProblem } from './csv/csv-problem.js';
export { PathsReader } from './csv/paths-reader.js';
export { SequenceInterner } from './interner.js';
export { ChannelSets } from './models/channel-sets.js';
export { markov, type MarkovCredit } from './models/markov.js';
export { ModelProblem } from './models/model-problem.js';
export type { Milestones } from './models/milestones.js';
export { DEFAULT_POSITION, type PositionWeights } from './models/rules.js';
export { type RateCredit, shapleyByPlace, shapleyByRate } from './models/shapley.js';
export { type Draw, seededDraw } from './random.js';
export { exactSum, ExactSums } from './exact-sums.js';
export { CREDITS_NAMES, type SharedPath, touchShares } from './touch-shares.js';
export type { MarkovOrder } from './models/state-graph.js';
export { folded, type SignOff, type WeightSet, weightSetProblems } from './models/weight-set.js';
export { type Outcome, type PathTable, totalOf } from './path-table.js';
export { DEFAULT_HALF_LIFE_DAYS, type PathRow, PathTableBuilder } from './path-table-builder.js';
export { PATHS_HEADER, pathRow } from './csv/paths-writer.js';
export { ConversionsReader, TouchesReader } from './csv/touches-reader.js';
export {
  collapsed,
  type ConversionFact,
  type ConversionPath,
  conversionPaths,
  convertingPaths,
  isOpen,
  median,
  type PathOptions,
  type PathSummary,
  placeOfMilestone,
  type Remainder,
  type Sends,
  type Unconverted,
} from './touches/conversion-paths.js';
export { DAY } from './touches/instant.js';
export { type TouchFact, type TouchGroups, type Touches, TouchLog } from './touches/touch-log.js';

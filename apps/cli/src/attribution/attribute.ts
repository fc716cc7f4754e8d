import { z } from 'zod';
import {
  attribute,
  bootstrap,
  type Interval,
  type Model,
  ModelProblem,
  MODELS,
  PathsReader,
  type PositionWeights,
  RESAMPLED,
  type WeightSet,
} from '#lib/attribution';
import { CommandEnd, parseCommandLine } from '../command.js';
import { attributionJson, attributionText, notesOn } from './attribution-text.js';
import { readFile } from './read-file.js';
import { readWeightSet } from './weight-file.js';

const list = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

const OPTIONS = z.object({
  file: z.string().describe('CSV with path,conversions[,value][,nulls][,ages][,milestones]; - reads standard input'),
  models: z
    .string()
    .optional()
    .describe(`which, divided by commas; all when left out: ${MODELS.join(', ')}`),
  orders: z.string().default('1,2,3').describe('orders of the Markov chains'),
  halfLife: z.coerce.number().positive().default(7).describe('time_decay: days in which a touch loses half its weight'),
  position: z
    .string()
    .default('40,20,40')
    .describe('position_based: weights of the first touch, of all in the middle, of the last'),
  direct: z.string().default('direct').describe('last_non_direct: channels that it passes over, divided by commas'),
  weights: z.string().optional().describe('JSON file with an agreed weight set; adds a model of its name'),
  intervals: z.coerce
    .number()
    .int()
    .min(2)
    .max(10_000)
    .optional()
    .describe('adds intervals that hold 95 % of so many bootstrap draws'),
  seed: z.coerce.number().int().min(0).default(1).describe('of the draws: the same seed, the same intervals'),
  json: z.boolean().default(false).describe('prints one JSON object, numbers as exact as a double'),
});

/** `consentctl attribute`: which channel earned what, by each model side by side. */
export function run(argv: readonly string[]): Promise<number> {
  const options = parseCommandLine(
    {
      name: 'attribute',
      summary: 'gives conversions and value to channels by every model; docs/attribution.md defines them',
      options: OPTIONS,
      positionals: ['file'],
    },
    argv,
  );
  const models = modelsOf(options.models, options.orders);
  const weightSets: WeightSet[] = options.weights === undefined ? [] : [readWeightSet(options.weights)];
  const position = positionOf(options.position);
  const table = readFile(options.file, new PathsReader({ halfLifeDays: options.halfLife }));
  const settings = { direct: list(options.direct), position };
  const credits = orEnd(() => attribute(table, models, settings, weightSets));
  const intervals = new Map<string, Interval>();
  const { intervals: draws, seed } = options;
  if (draws !== undefined)
    for (const model of models.filter((name) => RESAMPLED.some((resampled) => resampled === name)))
      intervals.set(
        model,
        orEnd(() => bootstrap(table, model, { ...settings, seed, draws })),
      );
  const text = options.json ? attributionJson(table, credits, intervals) : attributionText(table, credits, intervals);
  console.log(text);
  if (options.json) for (const note of notesOn(table, credits)) process.stderr.write(`${note}\n`);
  return Promise.resolve(0);
}

/** What no model can be made of ends the command with the sentence that says so. */
function orEnd<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof ModelProblem) throw new CommandEnd(error.message, 2);
    throw error;
  }
}

/** Models in the order of the list; `markov` stands for the chains of all orders that were asked for. */
function modelsOf(names: string | undefined, orders: string): readonly Model[] {
  const chains = list(orders).map((order) => `markov_${order}`);
  const unknownOrder = chains.find((chain) => !MODELS.some((model) => model === chain));
  if (unknownOrder !== undefined) throw new CommandEnd(`--orders: 1, 2 or 3, divided by commas, not "${orders}".`, 2);
  const asked =
    names === undefined
      ? MODELS.filter((model) => !model.startsWith('markov_') || chains.includes(model))
      : list(names).flatMap((name) => (name === 'markov' ? chains : [name]));
  const unknown = asked.find((name) => !MODELS.some((model) => model === name));
  if (unknown !== undefined)
    throw new CommandEnd(`--models: there is no model "${unknown}". Models are ${MODELS.join(', ')}.`, 2);
  return MODELS.filter((model) => asked.includes(model));
}

function positionOf(text: string): PositionWeights {
  const [first = NaN, middle = NaN, last = NaN, ...more] = list(text).map(Number);
  const isPosition = more.length === 0 && [first, middle, last].every((weight) => weight >= 0) && first + last > 0;
  if (!isPosition) throw new CommandEnd(`--position: three weights as 40,20,40, not "${text}".`, 2);
  return { first, middle, last };
}

import { parseArgs, type ParseArgsConfig } from 'node:util';
import { z } from 'zod';
import { operatingError } from './operating-error.js';

/** Ends a command with something to say: a sentence about what is wrong, or the text of `--help`. */
export class CommandEnd extends Error {
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}

/** What the command line of one command may say. */
export interface CommandShape<Options extends z.ZodObject> {
  readonly name: string;
  readonly summary: string;
  /** A key in camelCase is the option `--in-kebab-case`; a boolean takes no value. */
  readonly options: Options;
  /** Keys of `options` that are given by their place instead; the last takes all words that are left when it is an array. */
  readonly positionals?: readonly (keyof z.infer<Options> & string)[];
}

/**
 * Reads the words after a command's name by the command's one schema.
 * @throws CommandEnd with exit code 2 when they are wrong, 0 for `--help`.
 */
export function parseCommandLine<Options extends z.ZodObject>(
  shape: CommandShape<Options>,
  argv: readonly string[],
): z.infer<Options> {
  const given = split(shape, argv);
  if (given['help'] === true) throw new CommandEnd(usageOf(shape), 0);
  const parsed = shape.options.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${shown(shape, String(path[0]))}: ${message}`);
  throw new CommandEnd(`${problems.join('\n')}\n\n${usageOf(shape)}`, 2);
}

/**
 * Runs a command to its end, says what there is to say, and leaves its exit code to the process. What could not be written
 * (the disk is full) is told and ends with 2; that whoever reads has seen enough is no fault.
 */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  const unwritten: string[] = [];
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' || unwritten.push(message) > 1) return;
    console.error(`Not everything could be written to standard output: ${message}.`);
    process.exitCode = 2;
  });
  const end = (code: number) => (process.exitCode = unwritten.length > 0 ? 2 : code);
  try {
    end(await command());
  } catch (error) {
    const told = error instanceof CommandEnd ? error : endOf(error);
    if (told === null) throw error;
    if (told.exitCode === 0) console.log(told.message);
    else console.error(told.message);
    end(told.exitCode);
  }
}

function endOf(error: unknown): CommandEnd | null {
  const sentence = operatingError(error);
  return sentence === null ? null : new CommandEnd(sentence, 2);
}

function split<Options extends z.ZodObject>(
  shape: CommandShape<Options>,
  argv: readonly string[],
): Record<string, unknown> {
  const positionals = shape.positionals ?? [];
  const keys = Object.keys(shape.options.shape).filter((key) => !positionals.includes(key));
  const options: NonNullable<ParseArgsConfig['options']> = { help: { type: 'boolean', short: 'h' } };
  for (const key of keys) options[kebab(key)] = { type: isSwitch(shape, key) ? 'boolean' : 'string' };
  let values: Record<string, unknown>;
  let places: string[];
  try {
    const parsed = parseArgs({ args: [...argv], options, strict: true, allowPositionals: true });
    values = parsed.values;
    places = parsed.positionals;
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new CommandEnd(`${sentence}.\n\n${usageOf(shape)}`, 2);
  }
  const rest = positionals.at(-1);
  const takesRest = rest !== undefined && fieldOf(shape, rest) instanceof z.ZodArray;
  const extra = takesRest ? undefined : places[positionals.length];
  if (extra !== undefined) throw new CommandEnd(`"${extra}" is one word too many.\n\n${usageOf(shape)}`, 2);
  const named = keys.map((key) => [key, values[kebab(key)]] as const);
  const placed = positionals.map((key, i) => {
    const value = takesRest && key === rest ? places.slice(i) : places[i];
    return [key, value] as const;
  });
  const present = [...named, ...placed, ['help', values['help']] as const].filter(([, value]) => value !== undefined);
  return Object.fromEntries(present);
}

function usageOf<Options extends z.ZodObject>(shape: CommandShape<Options>): string {
  const positionals = shape.positionals ?? [];
  const keys = Object.keys(shape.options.shape);
  const words = keys.map((key) => {
    const value = isSwitch(shape, key) ? '' : ` ${kebab(key).split('-').at(-1)?.toUpperCase() ?? ''}`;
    const word = positionals.some((name) => name === key) ? shown(shape, key) : `--${kebab(key)}${value}`;
    return { word, about: fieldOf(shape, key)?.description ?? '' };
  });
  const width = Math.max(0, ...words.map(({ word }) => word.length)) + 2;
  const lines = words.map(({ word, about }) => `  ${word.padEnd(width)}${about}`);
  const first = [
    `consentctl ${shape.name}`,
    ...positionals.map((key) => shown(shape, key)),
    ...(words.length > positionals.length ? ['[options]'] : []),
  ];
  return [`${first.join(' ')}: ${shape.summary}`, ...lines].join('\n');
}

function shown<Options extends z.ZodObject>(shape: CommandShape<Options>, key: string): string {
  const { positionals } = shape;
  const isPlaced = positionals?.some((name) => name === key) === true;
  if (!isPlaced) return `--${kebab(key)}`;
  return `<${key}>${fieldOf(shape, key) instanceof z.ZodArray ? '...' : ''}`;
}

function fieldOf<Options extends z.ZodObject>({ options }: CommandShape<Options>, key: string): z.ZodType | undefined {
  const fields: Readonly<Record<string, z.ZodType>> = options.shape;
  return fields[key];
}

function isSwitch<Options extends z.ZodObject>(shape: CommandShape<Options>, key: string): boolean {
  let field: unknown = fieldOf(shape, key);
  while (field instanceof z.ZodDefault || field instanceof z.ZodOptional) field = field.unwrap();
  return field instanceof z.ZodBoolean;
}

function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { CommandEnd, parseCommandLine } from './command.js';

const PLANT = {
  name: 'plant',
  summary: 'plants trees',
  options: z.object({
    where: z.string('where?').describe('a place'),
    howMany: z.coerce.number('must be a number').int().max(9, 'at most 9').default(1).describe('trees'),
    atNight: z.boolean().default(false).describe('under the moon'),
  }),
  positionals: ['where'] as const,
};

describe('a command line', () => {
  it('is read by the schema of its command', () => {
    expect(parseCommandLine(PLANT, ['garden'])).toEqual({ where: 'garden', howMany: 1, atNight: false });
    const all = ['--how-many', '3', 'garden', '--at-night'];
    expect(parseCommandLine(PLANT, all)).toEqual({ where: 'garden', howMany: 3, atNight: true });
  });

  it.each([
    ['an unknown option', ['garden', '--soon'], "Unknown option '--soon'"],
    ['a value where none belongs', ['garden', '--at-night=yes'], '--at-night'],
    ['a wrong value', ['garden', '--how-many', 'many'], '--how-many: must be a number'],
    ['a missing word', [], '<where>: where?'],
    ['a word too many', ['garden', 'shed'], '"shed" is one word too many'],
  ])('with %s ends with a sentence, the usage and code 2', (_name, argv, sentence) => {
    const end = endOf(argv);
    expect(end.exitCode).toBe(2);
    expect(end.message).toContain(sentence);
    expect(end.message).toContain('consentctl plant <where> [options]: plants trees');
  });

  it('explains itself with code 0', () => {
    const { message, exitCode } = endOf(['--help']);
    expect(exitCode).toBe(0);
    expect(message.split('\n')).toEqual([
      'consentctl plant <where> [options]: plants trees',
      '  <where>          a place',
      '  --how-many MANY  trees',
      '  --at-night       under the moon',
    ]);
  });
});

function endOf(argv: readonly string[]): CommandEnd {
  try {
    parseCommandLine(PLANT, argv);
  } catch (error) {
    if (error instanceof CommandEnd) return error;
    throw error;
  }
  throw new Error('the command line was accepted');
}

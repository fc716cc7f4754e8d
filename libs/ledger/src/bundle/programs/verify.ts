/**
 * verify.mjs: checks the bundle that it lies in with Node alone, by the same code as `consentctl verify`.
 *   node verify.mjs <bundle.zip or folder, or all its volumes> --policy <file> [--older <checkpoint>] [--json]
 */
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { BUNDLE_EXIT_CODES, Malformed, parseSignedCheckpoint, parseTrustPolicy } from '#lib/proof';
import { placeText, verifyPlaces, wholeText } from '../verify-places.js';

const USAGE =
  'node verify.mjs <bundle.zip or folder, or all its volumes> --policy <file> [--older <checkpoint>] [--json]\n' +
  'The policy says whom you trust. Take it from elsewhere than the bundle.\n' +
  'Exit codes: 0 it holds, 1 it does not, 2 it could not be checked.';

process.exitCode = main();

function main(): number {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { policy: { type: 'string' }, older: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    if (positionals.length === 0 || values.policy === undefined) return refuse(USAGE);
    const evidence = {
      policy: given(values.policy, parseTrustPolicy),
      ...(values.older === undefined ? {} : { older: given(values.older, parseSignedCheckpoint) }),
    };
    const say = (text: string): boolean => process.stdout.write(`${text}\n`);
    const { whole } = verifyPlaces(positionals, evidence, (verdict, place) =>
      say(placeText(verdict, place, values.json)),
    );
    say(wholeText(whole, values.json));
    return BUNDLE_EXIT_CODES[whole.verdict];
  } catch (error) {
    // An archive that is damaged does not hold; a file that cannot be read says nothing.
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof Malformed ? 1 : 2;
  }
}

/** A file of whoever checks. One that is not what it should be says nothing about the bundle. */
function given(file: string, parse: (bytes: Buffer) => unknown): Buffer {
  const bytes = fs.readFileSync(file);
  try {
    parse(bytes);
  } catch (error) {
    throw error instanceof Malformed ? new Error(`${file}: ${error.message}`, { cause: error }) : error;
  }
  return bytes;
}

function refuse(why: string): number {
  process.stderr.write(`${why}\n`);
  return 2;
}

/**
 * verify.mjs: checks the bundle that it lies in with Node alone, by the same code as `consentctl verify`.
 *   node verify.mjs <bundle.zip or folder> --policy <file> [--older <checkpoint>] [--json]
 */
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { BUNDLE_EXIT_CODES, Malformed, verdictJson, verdictText, verifyBundle } from '#lib/proof';
import { readBundle } from '../read-bundle.js';

const USAGE =
  'node verify.mjs <bundle.zip or folder> --policy <file> [--older <checkpoint>] [--json]\n' +
  'The policy says whom you trust. Take it from elsewhere than the bundle.\n' +
  'Exit codes: 0 it holds, 1 it does not, 2 it could not be checked.';

process.exitCode = main();

function main(): number {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { policy: { type: 'string' }, older: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    const [place] = positionals;
    if (place === undefined || values.policy === undefined || positionals.length > 1) return refuse(USAGE);
    const verdict = verifyBundle({
      files: readBundle(place),
      policy: fs.readFileSync(values.policy),
      ...(values.older === undefined ? {} : { older: fs.readFileSync(values.older) }),
    });
    process.stdout.write(`${values.json ? verdictJson(verdict) : verdictText(verdict)}\n`);
    return BUNDLE_EXIT_CODES[verdict.verdict];
  } catch (error) {
    // An archive that is damaged does not hold; a file that cannot be read says nothing.
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof Malformed ? 1 : 2;
  }
}

function refuse(why: string): number {
  process.stderr.write(`${why}\n`);
  return 2;
}

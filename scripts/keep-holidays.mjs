// Keeps the tables of public holidays that are in use, before a newer date-holidays is installed:
//
//   node scripts/keep-holidays.mjs && npm install --save-exact date-holidays@NEWER
//
// Decisions name the edition that they were made by, and are made again from it. The data is kept as it is published (CC
// BY-SA 3.0, see NOTICE), without white space.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
// The folder of another version of the package may be named, to keep that one.
const folder = process.argv[2] ?? path.dirname(require.resolve('date-holidays/package.json'));
const read = (file) => JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
const name = `date-holidays-${read('package.json').version}.json`;
const text = `${JSON.stringify(read('data/holidays.json'))}\n`;
fs.writeFileSync(path.resolve(import.meta.dirname, '../libs/platform/src/holidays/superseded', name), text);
console.log(`${name}: ${text.length} bytes`);

// Leaves in <folder>/node_modules what `dependencies` of package.json need, and nothing else:
//   node scripts/prune-production.mjs <folder>
// `npm ci --omit=dev` keeps the optional peers of what it installs; for us those are Prisma's command line, its
// studio and TypeScript, more than the whole rest. Which packages stay is read from package-lock.json.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Prisma ships its query compiler for every database it knows, in four files each: 55 MB that nothing loads. */
const OTHER_DATABASES = /^query_compiler_\w+\.(cockroachdb|mysql|sqlite|sqlserver)\./;

/**
 * Where the packages are installed that a production process can load: dependencies, optional ones included, and
 * peers that are not optional, from the root on, each found as Node would find it.
 *
 * @param {{ packages: Record<string, any> }} lock package-lock.json, version 3
 * @returns {Set<string>} keys of `lock.packages`, such as `node_modules/a/node_modules/b`
 */
export function neededInProduction({ packages }) {
  const needed = new Set();
  const waiting = wantedBy(packages[''], '');
  for (let wanted = waiting.pop(); wanted !== undefined; wanted = waiting.pop()) {
    const place = nearest(packages, wanted);
    if (place === undefined && !wanted.optional)
      throw new Error(`${wanted.name}, needed by ${wanted.from}, is not locked`);
    if (place === undefined || needed.has(place)) continue;
    needed.add(place);
    waiting.push(...wantedBy(packages[place], place));
  }
  return needed;
}

function wantedBy(entry, from) {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = entry;
  const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  return [
    ...[...Object.keys(dependencies), ...peers].map((name) => ({ name, from, optional: false })),
    ...Object.keys(optionalDependencies).map((name) => ({ name, from, optional: true })),
  ];
}

/** In `from`'s own node_modules, or the nearest one above. */
function nearest(packages, { name, from }) {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/')))) {
    const candidate = `${place === '' ? '' : `${place}/`}node_modules/${name}`;
    if (candidate in packages) return candidate;
    if (place === '') return undefined;
  }
}

function prune(folder) {
  const lock = JSON.parse(fs.readFileSync(path.join(folder, 'package-lock.json'), 'utf8'));
  const needed = neededInProduction(lock);
  const surplus = Object.keys(lock.packages).filter((place) => place !== '' && !needed.has(place));
  // A package inside one that goes has gone with it, and one inside another that stays is listed by itself.
  for (const place of surplus) fs.rmSync(path.join(folder, place), { recursive: true, force: true });
  for (const trace of ['.bin', '.package-lock.json', '.runtime', '.cache'])
    fs.rmSync(path.join(folder, 'node_modules', trace), { recursive: true, force: true });
  const runtime = path.join(folder, 'node_modules/@prisma/client/runtime');
  for (const file of fs.readdirSync(runtime)) {
    if (OTHER_DATABASES.test(file)) fs.rmSync(path.join(runtime, file));
  }
  console.error(`node_modules: ${needed.size} packages stay, ${surplus.length} are not for production`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder] = process.argv.slice(2);
  // Without an argument it would take the packages away under whoever tries it out in a checkout.
  if (folder === undefined) throw new Error('name the folder whose node_modules is to be pruned');
  prune(path.resolve(folder));
}

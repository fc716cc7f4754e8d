// Runs a program that scripts/bundle.mjs made, faster than Node would. It is copied into dist/ and stands at the bottom
// of every process, so it uses nothing but Node's own modules.
//
// V8 keeps what it has compiled in files beside the code, named by everything they depend on: the code (its hash is in
// its name) and V8's version, flags and processor. They are written once, a while after a process has begun or when it
// ends, and V8 refuses what does not fit. Where they cannot be written, each start compiles anew.
import fs from 'node:fs';
import { createRequire, findSourceMap, SourceMap } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import v8 from 'node:v8';
import vm from 'node:vm';

const dist = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(dist);
const fitsOnly = v8.cachedDataVersionTag().toString(16);
/**
 * By then a server has answered its first requests, so that what they need is compiled and worth keeping, and even a slow
 * machine has started them all: keeping takes a tenth of a second in each.
 */
const KEEP_AFTER_MS = 15_000;

// As Node 21 and later say it themselves. The PostgreSQL driver asks, and without an answer loads what `fetch` needs.
globalThis.navigator ??= { userAgent: `Node.js/${process.versions.node.split('.')[0]}` };

const modules = new Map();
const compiledAnew = new Map();

/**
 * Evaluates a bundle and what it requires, each once in a process.
 * @param {string} place relative to dist/
 */
export function load(place) {
  return loadFile(path.join(dist, place));
}

/** Runs the `main` of a program, and keeps what was compiled for it. */
export async function run(place) {
  process.once('exit', keepCompiled);
  const program = load(place);
  setTimeout(keepCompiled, KEEP_AFTER_MS).unref();
  await program.main();
}

function loadFile(file) {
  const known = modules.get(file);
  if (known !== undefined) return known.exports;
  const module = { exports: {}, filename: file };
  modules.set(file, module);
  const requireOf = createRequire(file);
  const require = Object.assign(
    (id) =>
      id.startsWith('.') && id.endsWith('.cjs') ? loadFile(path.resolve(path.dirname(file), id)) : requireOf(id),
    { resolve: requireOf.resolve },
  );
  const script = compile(file);
  script.runInThisContext().call(module.exports, module.exports, require, module, file, path.dirname(file), ORIGIN);
  return module.exports;
}

function compile(file) {
  const keptAt = `${file}.${fitsOnly}.cache`;
  const cachedData = readIfThere(keptAt);
  const source = fs.readFileSync(file, 'utf8');
  const script = new vm.Script(
    `(function (exports, require, module, __filename, __dirname, __origin) {\n${source}\n})`,
    {
      filename: file,
      lineOffset: -1,
      cachedData,
    },
  );
  if (cachedData === undefined || script.cachedDataRejected === true) compiledAnew.set(keptAt, script);
  return script;
}

/** Where a module would be if it were not in a bundle, relative to the project: what `import.meta` means in it. */
const ORIGIN = {
  url: (place) => pathToFileURL(path.join(root, place)).href,
  folder: (place) => path.dirname(path.join(root, place)),
  resolve: (place, name) => pathToFileURL(createRequire(path.join(root, place)).resolve(name)).href,
};

function keepCompiled() {
  for (const [keptAt, script] of compiledAnew) {
    compiledAnew.delete(keptAt);
    const draft = `${keptAt}.${process.pid}`;
    try {
      fs.writeFileSync(draft, script.createCachedData(), { flush: true });
      fs.renameSync(draft, keptAt);
    } catch {
      fs.rmSync(draft, { force: true }); // A place that nobody may write to: nothing is kept.
    }
  }
}

function readIfThere(file) {
  try {
    return fs.readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Stack traces say where the TypeScript is. Maps are read when the first trace of their file is asked for. */
const maps = new Map();

function mapOf(file) {
  if (!maps.has(file)) {
    const text = readIfThere(`${file}.map`);
    maps.set(file, text === undefined ? undefined : new SourceMap(JSON.parse(text.toString('utf8'))));
  }
  return maps.get(file);
}

function placeOf(frame) {
  const file = frame.getFileName();
  if (file === null || file === undefined) return undefined;
  const isOurs = modules.has(file);
  const found = (isOurs ? mapOf(file) : findSourceMap(file))?.findEntry(
    (frame.getLineNumber() ?? 1) - 1,
    (frame.getColumnNumber() ?? 1) - 1,
  );
  if (found?.originalSource === undefined || found.originalSource === '') return undefined;
  const source = isOurs ? path.resolve(path.dirname(file), found.originalSource) : found.originalSource;
  return `${source}:${found.originalLine + 1}:${found.originalColumn + 1}`;
}

Error.prepareStackTrace = (error, frames) => {
  const lines = frames.map((frame) => {
    const place = placeOf(frame);
    const text = String(frame);
    return `\n    at ${place === undefined ? text : text.replace(/[^\s(]+:\d+:\d+(?=\)?$)/, place)}`;
  });
  let head;
  try {
    head = Error.prototype.toString.call(error);
  } catch {
    head = 'Error';
  }
  return `${head}${lines.join('')}`;
};

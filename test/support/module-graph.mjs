// The modules of one test file: ours from their TypeScript, each evaluated once in a graph; packages and Node's own as
// Node has them.
//
// Ours are made functions and not modules of V8: Node 20 never frees a `vm.SourceTextModule` once it was evaluated, nor
// what its variables hold. Each file left some 15 MB behind, and after a hundred files a worker spent more time on
// collecting than on testing. A script is compiled once in a process, with whatever V8 compiles of it later.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { transformSync } from '@swc/core';
import { SWC } from '../../scripts/transpile.mjs';

/** As `SWC`, but what is imported is asked for by `require`, which answers what `import` would. */
const FORM = { ...SWC, module: { type: 'commonjs', importInterop: 'none' } };
/** What is always asked for, before anything of the file is evaluated. What `import()` asks for is left until then. */
const ASKED = /(\(\)=>)?\brequire\("((?:[^"\\]|\\.)+)"\)/g;

/** In this process, by file: what it was made from, its script, and what it asks for. */
const known = new Map();
/** In this process, by specifier: what is being loaded, and what was. */
const foreign = new Map();
const loaded = new Map();
const tools = `${createRequire(import.meta.url)('@swc/core/package.json').version} ${JSON.stringify(FORM)}`;

export class ModuleGraph {
  /** By file: where its source map is. */
  maps = new Map();
  /** By file: its exports. */
  #modules = new Map();
  /** Files all of whose imports can be had at once. */
  #prepared = new Set();

  /** @param {{ root: string, given?: Record<string, object> }} options `given` modules win over installed ones */
  constructor({ root, given = {} }) {
    this.root = root;
    this.given = given;
  }

  /** Evaluates a file and everything it imports. @returns its exports */
  async run(file) {
    await this.#prepare(file);
    return this.#evaluate(file);
  }

  /** Reads a file and all that it imports, and loads the packages among it. */
  async #prepare(file) {
    const packages = [];
    const files = [file];
    for (let next = files.pop(); next !== undefined; next = files.pop()) {
      if (this.#prepared.has(next)) continue;
      this.#prepared.add(next);
      for (const specifier of scriptOf(this.root, next).asked) {
        if (Object.hasOwn(this.given, specifier)) continue;
        const ours = this.#ours(specifier, next);
        if (ours === undefined) packages.push(load(foreignName(specifier, next)));
        else if (fs.existsSync(ours)) files.push(ours);
      }
    }
    await Promise.all(packages);
  }

  #evaluate(file) {
    const before = this.#modules.get(file);
    if (before !== undefined) return before;
    const { script, map } = scriptOf(this.root, file);
    this.maps.set(file, map);
    const exports = {};
    this.#modules.set(file, exports);
    const require = (specifier) => this.#require(specifier, file);
    try {
      script.runInThisContext()(exports, require, file, path.dirname(file));
    } catch (error) {
      this.#modules.delete(file);
      throw error;
    }
    return exports;
  }

  /** What a file asks for; a promise of it, where it does so by `import()`. */
  #require(specifier, from) {
    if (Object.hasOwn(this.given, specifier)) return this.given[specifier];
    const file = this.#ours(specifier, from);
    if (file !== undefined) return this.#prepared.has(file) ? this.#evaluate(file) : this.run(file);
    const name = foreignName(specifier, from);
    const found = loaded.get(name);
    if (found === undefined) return load(name).then(() => this.#require(specifier, from));
    if (found.error !== undefined) throw found.error;
    return found.namespace;
  }

  #ours(specifier, from) {
    if (specifier.startsWith('#lib/')) return path.join(this.root, 'libs', specifier.slice(5), 'src/index.ts');
    if (!specifier.startsWith('.') && !path.isAbsolute(specifier)) return undefined;
    const file = path.resolve(path.dirname(from), specifier).replace(/\.js$/, '.ts');
    return file.endsWith('.ts') ? file : undefined;
  }
}

function foreignName(specifier, from) {
  if (specifier.startsWith('.')) return pathToFileURL(path.resolve(path.dirname(from), specifier)).href;
  return path.isAbsolute(specifier) ? pathToFileURL(specifier).href : specifier;
}

/** Loads a package once in a process. What cannot be loaded is told to whoever evaluates what asks for it. */
function load(name) {
  let loading = foreign.get(name);
  if (loading === undefined) {
    loading = import(name).then(
      (namespace) => void loaded.set(name, { namespace }),
      (error) => void loaded.set(name, { error }),
    );
    foreign.set(name, loading);
  }
  return loading;
}

/** Its JavaScript is kept on disk under a name made of all it depends on, its script as long as the file is not written to. */
function scriptOf(root, file) {
  const { mtimeMs } = fs.statSync(file);
  const before = known.get(file);
  if (before?.mtimeMs === mtimeMs) return before;
  const text = fs.readFileSync(file, 'utf8');
  const hash = createHash('sha256').update(tools).update(file).update('\0').update(text).digest('hex').slice(0, 32);
  const place = path.join(root, '.local', 'specs', `${hash}.js`);
  const map = `${place}.map`;
  if (!fs.existsSync(place)) {
    const made = transformSync(text, { ...FORM, filename: file, swcrc: false, configFile: false, sourceMaps: true });
    write(map, made.map);
    write(place, made.code);
  }
  const code = fs.readFileSync(place, 'utf8');
  const script = new vm.Script(`(function (exports, require, __filename, __dirname) {${code}\n})`, { filename: file });
  const asked = [...code.matchAll(ASKED)].flatMap(([, later, name]) =>
    later === undefined ? [JSON.parse(`"${name}"`)] : [],
  );
  const now = { mtimeMs, map, script, asked: [...new Set(asked)] };
  known.set(file, now);
  return now;
}

function write(file, text) {
  const draft = `${file}.${process.pid}`;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(draft, text);
  fs.renameSync(draft, file);
}

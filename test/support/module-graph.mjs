// The modules of one test file: ours from their TypeScript, each evaluated once in a graph; packages and Node's own as
// Node has them. Needs --experimental-vm-modules.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { transformSync } from '@swc/core';
import { SWC } from '../../scripts/transpile.mjs';

/** In this process, by file: what it was made from, its JavaScript, and what V8 knows about that. */
const known = new Map();
/** In this process, by specifier and where it is asked for. */
const foreign = new Map();
const tools = `${createRequire(import.meta.url)('@swc/core/package.json').version} ${JSON.stringify(SWC)}`;

export class ModuleGraph {
  /** By file: where its source map is. */
  maps = new Map();
  #modules = new Map();

  /** @param {{ root: string, given?: Record<string, object> }} options `given` modules win over installed ones */
  constructor({ root, given = {} }) {
    this.root = root;
    this.given = given;
  }

  /** Evaluates a file and everything it imports. @returns its exports */
  async run(file) {
    const module = await this.#moduleOf(file);
    if (module.status === 'unlinked') await module.link((specifier, from) => this.#find(specifier, from.identifier));
    await module.evaluate();
    return module.namespace;
  }

  #find(specifier, from) {
    if (Object.hasOwn(this.given, specifier)) return this.#synthetic(specifier, async () => this.given[specifier]);
    const file = this.#ours(specifier, from);
    if (file !== undefined) return this.#moduleOf(file);
    const known = specifier.startsWith('.') ? path.resolve(path.dirname(from), specifier) : specifier;
    return this.#synthetic(known, () => nodeImport(known, specifier.startsWith('.')));
  }

  #ours(specifier, from) {
    if (specifier.startsWith('#lib/')) return path.join(this.root, 'libs', specifier.slice(5), 'src/index.ts');
    if (!specifier.startsWith('.')) return undefined;
    const file = path.resolve(path.dirname(from), specifier).replace(/\.js$/, '.ts');
    return file.endsWith('.ts') ? file : undefined;
  }

  #moduleOf(file) {
    let module = this.#modules.get(file);
    if (module === undefined) this.#modules.set(file, (module = this.#read(file)));
    return module;
  }

  #read(file) {
    const { code, map, cachedData } = javascriptOf(this.root, file);
    this.maps.set(file, map);
    const module = new vm.SourceTextModule(code, {
      identifier: file,
      cachedData,
      initializeImportMeta: (meta) => {
        meta.url = pathToFileURL(file).href;
        meta.filename = file;
        meta.dirname = path.dirname(file);
      },
      importModuleDynamically: async (specifier) => {
        const found = await this.#find(specifier, file);
        if (found.status === 'unlinked') await found.link((next, from) => this.#find(next, from.identifier));
        await found.evaluate();
        return found;
      },
    });
    // Where V8 takes what it kept, it also takes what `import()` meant then.
    if (!code.includes('import(')) known.get(file).cachedData ??= module.createCachedData();
    return module;
  }

  async #synthetic(name, load) {
    let module = this.#modules.get(name);
    if (module === undefined) {
      module = load().then((namespace) => {
        const names = Object.keys(namespace);
        return new vm.SyntheticModule(names, function () {
          for (const one of names) this.setExport(one, namespace[one]);
        });
      });
      this.#modules.set(name, module);
    }
    return module;
  }
}

function nodeImport(name, isFile) {
  let namespace = foreign.get(name);
  if (namespace === undefined) foreign.set(name, (namespace = import(isFile ? pathToFileURL(name).href : name)));
  return namespace;
}

/** Kept on disk under a name made of all it depends on, and in memory as long as the file is not written to. */
function javascriptOf(root, file) {
  const { mtimeMs } = fs.statSync(file);
  const before = known.get(file);
  if (before?.mtimeMs === mtimeMs) return before;
  const text = fs.readFileSync(file, 'utf8');
  const hash = createHash('sha256').update(tools).update(file).update('\0').update(text).digest('hex').slice(0, 32);
  const place = path.join(root, '.local', 'specs', `${hash}.js`);
  const map = `${place}.map`;
  if (!fs.existsSync(place)) {
    const made = transformSync(text, { ...SWC, filename: file, swcrc: false, configFile: false, sourceMaps: true });
    write(map, made.map);
    write(place, made.code);
  }
  const now = { mtimeMs, map, code: fs.readFileSync(place, 'utf8'), cachedData: undefined };
  known.set(file, now);
  return now;
}

function write(file, text) {
  const draft = `${file}.${process.pid}`;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(draft, text);
  fs.renameSync(draft, file);
}

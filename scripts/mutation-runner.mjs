// How `npm run mutation` runs specs: Stryker's port for test runners, in one process and without Jest, because Jest takes
// seconds to begin and there are thousands of changes to try. For every change the modules are evaluated afresh, so that
// nothing that the code remembers leaks from one change into the next. Knows `describe`, `it`, `it.each` and `expect`;
// a spec of the decision that uses more fails in the first run, which is made without any change.
import { commonTokens, declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { transformSync } from '@swc/core';
import { expect } from 'expect';
import fs from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import vm from 'node:vm';
import { filesUnder, SWC } from './transpile.mjs';

const SPECS = /(?<!environment|worlds)\.spec\.ts$/;
let root = ''; // Of the copy that Stryker made and changed.
const world = (globalThis.__stryker__ ??= {});

class InOneProcess {
  static inject = [commonTokens.options];

  /** Of the tests without a change, so that the quickest are asked first. */
  #durations = new Map();

  /** The process stands in the copy only now, and not yet when this file is read. */
  init() {
    root = process.cwd();
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun({ coverageAnalysis }) {
    delete world.activeMutant;
    world.mutantCoverage = undefined;
    const tests = await collect(specs());
    const results = await run(tests, { stopAtFirst: false });
    for (const { id, timeSpentMs } of results) this.#durations.set(id, timeSpentMs);
    const mutantCoverage = coverageAnalysis === 'off' ? undefined : world.mutantCoverage;
    return { status: DryRunStatus.Complete, tests: results, mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation, disableBail }) {
    world.hitCount = hitLimit === undefined ? undefined : 0;
    world.hitLimit = hitLimit;
    world.activeMutant = mutantActivation === 'static' ? activeMutant.id : undefined;
    try {
      const wanted = testFilter && new Set(testFilter);
      const files = wanted ? [...new Set(testFilter.map(fileOf))] : specs();
      const tests = (await collect(files)).filter(({ id }) => wanted === undefined || wanted.has(id));
      if (wanted !== undefined && tests.length < wanted.size) throw new Error('a test is not there any more');
      const duration = ({ id }) => this.#durations.get(id) ?? 0;
      tests.sort((a, b) => duration(a) - duration(b));
      world.activeMutant = activeMutant.id;
      const results = await run(tests, { stopAtFirst: !disableBail });
      const reached = determineHitLimitReached(world.hitCount, world.hitLimit);
      return toMutantRunResult(reached ?? { status: DryRunStatus.Complete, tests: results });
    } catch (error) {
      // A change that keeps a spec from being read at all is noticed.
      const reached = determineHitLimitReached(world.hitCount, world.hitLimit);
      const failed = { id: 'reading', name: 'reading the specs', timeSpentMs: 0, status: TestStatus.Failed };
      const tests = [{ ...failed, failureMessage: String(error) }];
      return toMutantRunResult(reached ?? { status: DryRunStatus.Complete, tests });
    } finally {
      delete world.activeMutant;
    }
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-one-process', InOneProcess)];

const specs = () =>
  filesUnder(path.join(root, 'libs/decision'))
    .filter((file) => SPECS.test(file))
    .map((file) => path.relative(root, file));
const fileOf = (id) => id.slice(0, id.indexOf(' > '));

/** Evaluates the files and everything of ours that they import, and returns their tests. */
async function collect(files) {
  const tests = [];
  const modules = new Map();
  for (const file of files) {
    const names = [file];
    const add = (title, body) =>
      tests.push({
        id: [...names, `${tests.length}`, title].join(' > '),
        file,
        name: [...names, title].join(' '),
        body,
      });
    const describe = (title, body) => {
      names.push(title);
      body();
      names.pop();
    };
    const it = (title, body) => add(title, body);
    const each = (one) => (rows) => (title, body) =>
      rows.forEach((row, i) => {
        const values = Array.isArray(row) ? row : [row];
        one(`#${i} ${format(title, ...values.slice(0, title.split('%').length - 1))}`, () => body(...values));
      });
    const globals = { describe: Object.assign(describe, { each: each(describe) }), expect };
    globals.it = globals.test = Object.assign(it, { each: each(it) });
    const before = tests.length;
    const module = await load(path.join(root, file), modules, globals);
    await module.link((specifier, from) => load(resolve(specifier, from.identifier), modules, globals));
    await module.evaluate();
    // Numbered within their file, so that a test has the same id when its file is read alone.
    for (let i = before; i < tests.length; i++) tests[i].id = `${file} > ${i - before} ${tests[i].name}`;
    modules.delete('@jest/globals'); // Each file has its own.
  }
  return tests;
}

async function run(tests, { stopAtFirst }) {
  const results = [];
  for (const { id, name, file, body } of tests) {
    world.currentTestId = id;
    const begun = performance.now();
    const result = { id, name, fileName: path.join(root, file), status: TestStatus.Success };
    try {
      await body();
    } catch (error) {
      Object.assign(result, { status: TestStatus.Failed, failureMessage: String(error?.message ?? error) });
    }
    world.currentTestId = undefined;
    results.push({ ...result, timeSpentMs: performance.now() - begun });
    if (stopAtFirst && result.status === TestStatus.Failed) break;
  }
  return results;
}

/** A file of ours by its path, anything else by its name. */
function resolve(specifier, from) {
  if (specifier.startsWith('#lib/')) return path.join(root, 'libs', specifier.slice(5), 'src/index.ts');
  return specifier.startsWith('.') ? path.resolve(path.dirname(from), specifier).replace(/\.js$/, '.ts') : specifier;
}

async function load(place, modules, globals) {
  const known = modules.get(place);
  if (known !== undefined) return known;
  const module = path.isAbsolute(place)
    ? ours(place)
    : given(place === '@jest/globals' ? globals : await import(place));
  modules.set(place, module);
  return module;
}

const texts = new Map();

/** Transpiled once, compiled from V8's cache after that. */
function ours(file) {
  const text = texts.get(file) ?? { code: transformSync(fs.readFileSync(file, 'utf8'), { ...SWC, swcrc: false }).code };
  texts.set(file, text);
  const module = new vm.SourceTextModule(text.code, { identifier: file, cachedData: text.cache });
  text.cache ??= module.createCachedData();
  return module;
}

function given(exports) {
  const names = Object.keys(exports);
  return new vm.SyntheticModule(names, function () {
    for (const name of names) this.setExport(name, exports[name]);
  });
}

// How `npm run mutation` runs specs: Stryker's port for test runners, in one process and without Jest, because Jest takes
// seconds to begin and there are thousands of changes to try. For every change the modules are evaluated afresh, so that
// nothing that the code remembers leaks from one change into the next; and spec by spec, the changed file's own first,
// because most changes are noticed by the first one. Knows `describe`, `it`, `it.each` and `expect`; a spec of the
// decision that uses more fails in the first run, which is made without any change.
import { commonTokens, declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { transformSync } from '@swc/core';
import { expect } from 'expect';
import fc from 'fast-check';
import fs from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import vm from 'node:vm';
import { filesUnder, SWC } from './transpile.mjs';

const SPECS = /(?<!environment|worlds)\.spec\.ts$/;
let root = ''; // Of the copy that Stryker made and changed.
/** Beside the copy's code: every process that tries changes reads what the first run found. */
const USUAL = 'usual-tests.json';
const world = (globalThis.__stryker__ ??= {});

/** A change is noticed when a property fails; the smallest case that fails is of no use here. */
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });

/**
 * A change that makes a test take so many more steps has put it into a loop. Steps are places of the code passed, counted
 * and not timed: what is slow on a busy machine is no loop, and a loop ends here also where the change is not in it.
 */
const mostSteps = (usual) => 2_000_000 + 100 * usual;
const steps = { taken: 0, most: Infinity, testId: undefined };
const isEndless = () => steps.taken > steps.most;
Object.defineProperty(world, 'currentTestId', {
  // Changed code asks for it at every place it passes.
  get() {
    if (steps.testId !== undefined && ++steps.taken > steps.most) throw new Error('an endless loop');
    return steps.testId;
  },
});

class InOneProcess {
  static inject = [commonTokens.options];

  /** How long each test takes and how many steps, without a change: as the process found that made the first run. */
  #usual;

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
    const modules = new Map();
    const tests = [];
    for (const file of specs()) tests.push(...(await collect(file, modules)));
    const results = [];
    const usual = {};
    for (const test of tests) {
      const result = await run(test, Infinity);
      usual[test.id] = { ms: result.timeSpentMs, steps: steps.taken };
      results.push(result);
    }
    fs.writeFileSync(USUAL, JSON.stringify(usual));
    const mutantCoverage = coverageAnalysis === 'off' ? undefined : world.mutantCoverage;
    return { status: DryRunStatus.Complete, tests: results, mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation, disableBail }) {
    const isStatic = mutantActivation === 'static';
    world.hitCount = hitLimit === undefined ? undefined : 0;
    world.hitLimit = hitLimit;
    Object.assign(steps, { taken: 0, most: Infinity });
    const modules = new Map();
    this.#usual ??= JSON.parse(fs.readFileSync(USUAL, 'utf8'));
    const wanted = new Set(testFilter ?? Object.keys(this.#usual));
    const results = [];
    try {
      for (const file of this.#inOrder(wanted, activeMutant.fileName)) {
        world.activeMutant = isStatic ? activeMutant.id : undefined;
        const tests = (await collect(file, modules)).filter(({ id }) => wanted.has(id));
        if (tests.length < [...wanted].filter((id) => fileOf(id) === file).length) {
          throw new Error('a test is not there any more');
        }
        world.activeMutant = activeMutant.id;
        for (const test of tests.sort((a, b) => this.#ms(a.id) - this.#ms(b.id))) {
          const result = await run(test, mostSteps(this.#usual[test.id].steps));
          results.push(result);
          const reached = limitReached();
          if (reached !== undefined) return toMutantRunResult(reached);
          if (result.status === TestStatus.Failed && !disableBail) break;
        }
        if (!disableBail && results.at(-1)?.status === TestStatus.Failed) break;
      }
    } catch (error) {
      // A change that keeps a spec from being read at all is noticed.
      const failed = { id: 'reading', name: 'reading the specs', timeSpentMs: 0, status: TestStatus.Failed };
      results.push({ ...failed, failureMessage: String(error) });
    } finally {
      delete world.activeMutant;
    }
    return toMutantRunResult(limitReached() ?? { status: DryRunStatus.Complete, tests: results });
  }

  /** The files of the tests: the changed file's own spec, then those whose tests are done soonest. */
  #inOrder(wanted, changed) {
    const own = changed.replace(/\.ts$/, '.spec.ts');
    const cost = new Map();
    for (const id of wanted) cost.set(fileOf(id), (cost.get(fileOf(id)) ?? 0) + this.#ms(id));
    for (const file of cost.keys()) if (own.endsWith(file)) cost.set(file, -1);
    return [...cost].sort(([, a], [, b]) => a - b).map(([file]) => file);
  }

  #ms(id) {
    return this.#usual[id].ms;
  }
}

function limitReached() {
  if (isEndless()) return { status: DryRunStatus.Timeout, reason: `More than ${steps.most} steps in one test` };
  return determineHitLimitReached(world.hitCount, world.hitLimit);
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-one-process', InOneProcess)];

const specs = () =>
  filesUnder(path.join(root, 'libs/decision'))
    .filter((file) => SPECS.test(file))
    .map((file) => path.relative(root, file));
const fileOf = (id) => id.slice(0, id.indexOf(' > '));

/** Evaluates a spec and everything of ours that it imports and that is not there yet, and returns its tests. */
async function collect(file, modules) {
  const tests = [];
  const names = [];
  // Numbered within the file, so that a test has the same id when its file is read alone.
  const add = (title, body) => {
    const name = [file, ...names, title].join(' ');
    tests.push({ id: `${file} > ${tests.length} ${name}`, file, name, body });
  };
  const describe = (title, body) => {
    names.push(title);
    body();
    names.pop();
  };
  const each = (one) => (rows) => (title, body) =>
    rows.forEach((row, i) => {
      const values = Array.isArray(row) ? row : [row];
      one(`#${i} ${format(title, ...values.slice(0, title.split('%').length - 1))}`, () => body(...values));
    });
  const it = Object.assign((title, body) => add(title, body), { each: each(add) });
  const globals = { describe: Object.assign(describe, { each: each(describe) }), it, test: it, expect };
  modules.delete('@jest/globals'); // Each file has its own.
  const module = await load(path.join(root, file), modules, globals);
  await module.link((specifier, from) => load(resolve(specifier, from.identifier), modules, globals));
  await module.evaluate();
  return tests;
}

async function run({ id, name, file, body }, most) {
  Object.assign(steps, { taken: 0, most, testId: id });
  const begun = performance.now();
  const result = { id, name, fileName: path.join(root, file), status: TestStatus.Success };
  try {
    await body();
  } catch (error) {
    Object.assign(result, { status: TestStatus.Failed, failureMessage: String(error?.message ?? error) });
  }
  steps.testId = undefined;
  return { ...result, timeSpentMs: performance.now() - begun };
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

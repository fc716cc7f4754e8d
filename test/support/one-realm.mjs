// Runs one test file, as jest-circus does, but without a world (a vm context) of its own: packages are loaded once in a
// worker, while everything of ours is evaluated afresh for each file, so that nothing that our code remembers leaks from
// one file into the next. With a world per file, Jest reads and compiles 1,300 files of packages for each of 200 specs.
// A file that leaves a global, a variable of the environment or the working directory changed has failed.
import { createRequire } from 'node:module';
import path from 'node:path';
import 'reflect-metadata';
import { ModuleGraph } from './module-graph.mjs';

const require = createRequire(import.meta.url);
const CIRCUS = path.join(path.dirname(require.resolve('jest-circus')), 'jestAdapterInit.js');
// Properties that say no number of tries of their own; those that do ask test/support/runs.ts.
const share = Number(process.env.PROPERTY_SHARE ?? 1);
if (share < 1) {
  const fc = require('fast-check');
  fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: Math.max(20, Math.ceil(100 * share)) });
}
/** Packages that refuse what was registered with them before. */
const registries = [() => require('prom-client').register.clear()];

/** The port `testRunner` of Jest's configuration. */
export default async function runTestFile(globalConfig, config, environment, runtime, testPath, sendMessageToJest) {
  const { initialize, runAndTransformResultsToJestFormat } = freshCircus();
  const { globals, snapshotState } = await initialize({
    config,
    environment,
    globalConfig,
    localRequire: require,
    parentProcess: process,
    runtime,
    sendMessageToJest,
    setGlobalsForRuntime: () => undefined,
    testPath,
  });
  const expect = require('@jest/expect').jestExpect;
  const graph = new ModuleGraph({ root: config.rootDir, given: { '@jest/globals': { ...globals, expect } } });
  const before = surroundings();
  for (const clear of registries) clear();
  await graph.run(testPath);
  for (const [file, map] of graph.maps) runtime.getSourceMaps().set(file, map);
  const results = await runAndTransformResultsToJestFormat({
    config,
    globalConfig,
    testPath,
    setupAfterEnvPerfStats: { setupAfterEnvStart: 0, setupAfterEnvEnd: 0 },
  });
  const changed = restore(before);
  if (changed.length > 0) {
    const message = `It left changed: ${changed.join(', ')}`;
    results.testExecError = { message, stack: message, type: 'Error' };
    results.failureMessage = `${results.failureMessage ?? ''}\n  ● ${message}\n`;
  }
  snapshotState.save();
  return results;
}

/** Its tests and its listeners are one file's alone. */
function freshCircus() {
  delete require.cache[CIRCUS];
  // Each keeps what it knows, and with it all that the tests of its file have held, under a symbol of its own.
  for (const symbol of Object.getOwnPropertySymbols(globalThis))
    if (symbol.description === 'JEST_STATE_SYMBOL') delete globalThis[symbol];
  delete globalThis[Symbol.for('EVENT_HANDLERS')];
  return require(CIRCUS);
}

export function surroundings() {
  return { globals: Object.getOwnPropertyDescriptors(globalThis), env: { ...process.env }, cwd: process.cwd() };
}

/** Puts back what is not as it was, and names it. */
export function restore({ globals, env, cwd }) {
  const changed = [];
  // A package may add a global when it is loaded, and Node makes much of what is global when it is first asked for.
  for (const [name, was] of Object.entries(globals)) {
    const is = Object.getOwnPropertyDescriptor(globalThis, name);
    if ((Object.is(was.value, is?.value) && was.get === is?.get) || (was.get !== undefined && is !== undefined))
      continue;
    if (name.startsWith('__')) continue; // Helpers of compiled code, which each copy of tslib defines anew.
    changed.push(`globalThis.${name}`);
    Object.defineProperty(globalThis, name, was);
  }
  for (const name of new Set([...Object.keys(env), ...Object.keys(process.env)])) {
    if (env[name] === process.env[name]) continue;
    changed.push(`process.env.${name}`);
    if (env[name] === undefined) delete process.env[name];
    else process.env[name] = env[name];
  }
  if (process.cwd() !== cwd) {
    changed.push('the working directory');
    process.chdir(cwd);
  }
  return changed;
}

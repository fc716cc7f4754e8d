import os from 'node:os';

// A few tries of each property, the same ones for every change: whether one is noticed must not be a matter of chance.
process.env.PROPERTY_SHARE ??= '0.05';
process.env.PROPERTY_SEED ??= '1';

/**
 * Mutation testing of the decision: it changes the code in thousands of small ways and asks whether a unit spec notices.
 *
 *   npm run mutation                                             everything that changed since the last run
 *   npm run mutation -- --force                                  everything
 *   npm run mutation -- --mutate libs/decision/src/gcra.ts       one file
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  mutate: ['libs/decision/src/**/*.ts', '!libs/decision/src/**/*.spec.ts', '!libs/decision/src/testing/**'],
  plugins: ['./scripts/mutation-runner.mjs'],
  testRunner: 'in-one-process',
  testRunnerNodeArgs: ['--disable-warning=ExperimentalWarning'],
  // For each change only the tests that run the changed code.
  coverageAnalysis: 'perTest',
  // What is evaluated once, when a file is loaded, would take every test of every file.
  ignoreStatic: true,
  incremental: true,
  incrementalFile: '.local/mutation/incremental.json',
  // Changed code is run as it is; types are not asked.
  disableTypeChecks: false,
  concurrency: os.availableParallelism(),
  // Loops end by a count of their steps. The clock is generous: that a busy machine is slow must not count as noticed.
  dryRunTimeoutMinutes: 30,
  timeoutMS: 300_000,
  timeoutFactor: 4,
  ignorePatterns: [
    '/dist',
    '/.local',
    '/docs',
    '/apps',
    '/prisma',
    '/security',
    '/coverage',
    '/test/*',
    '!/test/support',
    '/libs/*',
    '!/libs/decision',
    '!/libs/kernel',
  ],
  tempDirName: '.local/stryker',
  reporters: ['progress-append-only', 'clear-text', 'json', 'html'],
  jsonReporter: { fileName: '.local/mutation/report.json' },
  htmlReporter: { fileName: '.local/mutation/report.html' },
  clearTextReporter: { allowColor: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
};

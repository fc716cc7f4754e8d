/**
 * Mutation testing of the decision: `npm run mutation`, or for one file `npm run mutation -- --mutate libs/decision/src/gcra.ts`.
 * It changes the code in thousands of small ways and asks whether a unit spec notices each.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  mutate: ['libs/decision/src/**/*.ts', '!libs/decision/src/**/*.spec.ts', '!libs/decision/src/testing/**'],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: { projectType: 'custom', configFile: 'jest.mutation.config.mjs', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  // Changed code is run as it is; types are not asked.
  disableTypeChecks: false,
  concurrency: 1,
  timeoutMS: 10_000,
  ignorePatterns: ['/dist', '/.local', '/docs', '/test', '/apps', '/prisma', '/security', '/coverage'],
  tempDirName: '.local/stryker',
  reporters: ['clear-text', 'json', 'html'],
  jsonReporter: { fileName: '.local/mutation/report.json' },
  htmlReporter: { fileName: '.local/mutation/report.html' },
  clearTextReporter: { allowColor: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
};

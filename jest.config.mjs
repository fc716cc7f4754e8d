import { SWC } from './scripts/transpile.mjs';

/** Specs that touch nothing outside their process: they run without a database and within `npm run check`. */
const UNIT = [
  '/libs/(kernel|decision|proof|attribution)/.+\\.spec\\.ts$',
  '/(apps|libs)/.+/domain/.+\\.spec\\.ts$',
  '/libs/platform/src/(zones|places|holidays)/.+\\.spec\\.ts$',
  '/test/(architecture|golden|packs)/.+\\.spec\\.ts$',
];

/** Of those, what `npm run check` has no time for: every world of a kind, other machines as processes, the golden corpus, the laws and holidays of every place, whether the checks find a fault, and single files that take seconds. */
const PURE = [
  '\\.worlds\\.spec\\.ts$',
  '/environment(\\.long)?\\.spec\\.ts$',
  '/test/architecture/(layers|rules)\\.long\\.spec\\.ts$',
  '/test/packs/.+\\.spec\\.ts$',
  '/libs/platform/src/holidays/.+\\.spec\\.ts$',
  '/test/golden/.+\\.spec\\.ts$',
  '/libs/attribution/src/exact\\.spec\\.ts$',
  '/libs/reporting/src/money/domain/unsolved\\.spec\\.ts$',
  '/libs/proof/src/subject-heads\\.spec\\.ts$',
  '/libs/ledger/src/domain/growing-tiles\\.spec\\.ts$',
  '/test/architecture/compose\\.spec\\.ts$',
  '/libs/decision/src/(never-free|packs/law)\\.spec\\.ts$',
  '/libs/sending/src/exports/domain/person-page\\.spec\\.ts$',
  '/libs/consent/src/keywords/domain/read-keyword\\.spec\\.ts$',
];

/** Whole files of the long form, `npm run test:long`; in the others, test/support/form.ts tells the forms apart. */
const ELSEWHERE = ['/node_modules/', ...(process.env.TEST_FORM === 'long' ? [] : ['\\.long\\.spec\\.ts$'])];

const shared = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1.ts', '$1.js'] },
  transform: { '^.+\\.ts$': ['@swc/jest', { ...SWC, swcrc: false, sourceMaps: 'inline' }] },
  cacheDirectory: '<rootDir>/.local/jest',
  /** Packages are loaded once in a worker, our code once for each file. */
  testRunner: '<rootDir>/test/support/one-realm.mjs',
};

/** @type {import('jest').Config} */
export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testRegex: UNIT,
      testPathIgnorePatterns: [...ELSEWHERE, ...PURE],
    },
    { ...shared, displayName: 'pure', testRegex: PURE, testPathIgnorePatterns: ELSEWHERE },
    {
      ...shared,
      displayName: 'integration',
      testRegex: '\\.spec\\.ts$',
      testPathIgnorePatterns: [...ELSEWHERE, ...UNIT, ...PURE],
      globalSetup: '<rootDir>/test/support/global-setup.mjs',
      globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
    },
  ],
  reporters: ['default', '<rootDir>/test/support/summary-line-reporter.mjs'],
  testTimeout: process.env.TEST_FORM === 'long' ? 900_000 : 300_000, // Against hanging for ever; no test is about time.
  testSequencer: '<rootDir>/test/support/long-first.mjs',
  maxWorkers: 3, // On two cores: what waits for a process, a lease or a lock leaves room for other files.
};

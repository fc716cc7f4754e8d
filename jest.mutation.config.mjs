// The unit specs of the decision, for `npm run mutation`: one project, and none that starts processes of its own.
import config from './jest.config.mjs';

const [unit] = config.projects;

/** @type {import('jest').Config} */
export default {
  ...unit,
  testRegex: ['/libs/decision/.+\\.spec\\.ts$'],
  testPathIgnorePatterns: ['/node_modules/', 'environment\\.spec\\.ts$'],
  roots: ['<rootDir>/libs/decision'],
  testTimeout: 30_000,
};

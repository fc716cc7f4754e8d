/** Which lib may use which; apps may use any lib. docs/architecture.md draws the same picture. */
export const ARROWS = {
  kernel: [],
  decision: ['kernel'],
  proof: ['kernel'],
  attribution: ['kernel'],
  platform: ['kernel'],
  ledger: ['kernel', 'platform', 'proof'],
  consent: ['kernel', 'platform', 'ledger'],
  sending: ['kernel', 'platform', 'ledger', 'consent', 'decision'],
  reporting: ['kernel', 'platform', 'attribution'],
};

/** Folders without I/O, clock, randomness or waiting. */
const PURE = ['^libs/(kernel|decision|proof|attribution)/', '^(apps|libs)/.+/domain/'];
const SHIPPED = '^(apps/(api|center|worker|witness)|libs)/';
const FOR_TESTS = '(^test/|/testing/|\\.spec\\.ts$)';

const arrowRules = Object.entries(ARROWS).map(([lib, allowed]) => ({
  name: `arrows-of-${lib}`,
  comment: `libs/${lib} may use ${allowed.length === 0 ? 'no other lib' : allowed.join(', ')}.`,
  severity: 'error',
  from: { path: `^libs/${lib}/` },
  to: { path: '^libs/', pathNot: `^libs/(${[lib, ...allowed].join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...arrowRules,
    {
      name: 'known-libs',
      comment: 'A new lib needs its arrows above and a decision record.',
      severity: 'error',
      from: { path: `^libs/(?!(${Object.keys(ARROWS).join('|')})/)` },
      to: {},
    },
    {
      name: 'libs-not-to-apps',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(apps|scripts)/' },
    },
    {
      name: 'apps-not-to-apps',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'only-through-the-door',
      comment: 'Another lib is used through its index.ts alone.',
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/' },
      to: { path: '^libs/[^/]+/src/(?!index\\.ts$)', pathNot: '^libs/$2/' },
    },
    {
      name: 'witness-stands-alone',
      comment: 'Somebody else than the operator must be able to read and run it: libs/proof, its own files, and Node.',
      severity: 'error',
      from: { path: '^apps/witness/', pathNot: FOR_TESTS },
      to: { pathNot: ['^apps/witness/', '^libs/proof/src/index\\.ts$'], dependencyTypesNot: ['core'] },
    },
    {
      name: 'pure-stays-pure',
      comment:
        'Pure code runs pure code and luxon, and may name types from anywhere its arrows allow. For crypto see below.',
      severity: 'error',
      from: { path: PURE, pathNot: FOR_TESTS },
      to: {
        pathNot: [
          ...PURE,
          '(^|/)node_modules/(@types/)?luxon/',
          '(^|/)node_modules/libphonenumber-js/',
          '^(node:)?crypto$',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'crypto-only-in-proof',
      severity: 'error',
      from: { path: PURE, pathNot: ['^libs/proof/', FOR_TESTS] },
      to: { path: '^(node:)?crypto$' },
    },
    {
      name: 'nothing-for-tests-is-shipped',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: FOR_TESTS },
      to: { path: FOR_TESTS },
    },
    {
      name: 'no-development-packages',
      comment: 'Production installs without them. The command line may: its embedded mode is for development.',
      severity: 'error',
      from: { path: SHIPPED, pathNot: FOR_TESTS },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['npm', 'type-only'],
        pathNot: '(^|/)node_modules/@types/',
      },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^libs/platform/src/database/generated/|\\.spec\\.ts$)' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};

// The rules that can be told from a file's text. Those that need types are in .oxlintrc.json (decision 0040);
// test/architecture/rules.spec.ts lists all of them and plants a violation of each.
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const TESTS = ['**/*.spec.ts', 'test/**/*.ts', '**/testing/**/*.ts'];
const PURE = ['libs/{kernel,decision,proof,attribution}/**/*.ts', '{apps,libs}/**/domain/**/*.ts'];

const clock = (selector) => ({
  selector,
  message: 'Take `now` as an argument, or ask the Clock (libs/platform/src/clock.ts).',
});
const CLOCK_AND_CHANCE = [
  clock('CallExpression[callee.object.name="Date"][callee.property.name="now"]'),
  clock('NewExpression[callee.name="Date"][arguments.length=0]'),
  clock('CallExpression[callee.name="Date"]'),
  clock('CallExpression[callee.object.name="DateTime"][callee.property.name="now"]'),
  clock('CallExpression[callee.object.name="DateTime"][callee.property.name=/^(local|utc)$/][arguments.length=0]'),
  {
    selector: 'MemberExpression[object.name="Math"][property.name="random"]',
    message: 'Draw from libs/platform/src/random.ts.',
  },
];
const SHAPES = [
  { selector: 'TSEnumDeclaration', message: 'A union of strings says the same and needs no import.' },
  {
    selector: 'TSAsExpression > TSAsExpression[typeAnnotation.type="TSUnknownKeyword"]',
    message: 'A shape was declared twice: parse it, or declare it once.',
  },
  { selector: 'TSInterfaceDeclaration[id.name=/^I[A-Z][a-z]/]', message: 'No I prefix.' },
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
];
const WAITING = [
  { selector: 'AwaitExpression', message: 'Pure code does not wait.' },
  { selector: ':function[async=true]', message: 'Pure code does not wait.' },
];
const PURE_GLOBALS = [
  'process',
  'console',
  'performance',
  'fetch',
  'crypto',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
];

/** Only relative paths, other libs and what the folder is allowed by name; which libs is the layer check's business. */
const onlyImports = (...names) => ({
  patterns: [
    {
      regex: `^(?!\\.{1,2}/|#lib/|(${names.join('|')})$)`,
      message: `Pure code imports pure code and ${names.join(', ')}.`,
    },
  ],
});

const nodeGlobals = [
  'process',
  'console',
  'URL',
  'performance',
  'setTimeout',
  'clearTimeout',
  'Buffer',
  'globalThis',
  'WebAssembly',
  'fetch',
];

export default tseslint.config(
  { ignores: ['dist/**', '.local/**', 'coverage/**', 'libs/platform/src/database/generated/**'] },
  // A rule that does not fit is changed here, for everybody.
  { linterOptions: { noInlineConfig: true } },
  js.configs.recommended,
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: { globals: Object.fromEntries(nodeGlobals.map((name) => [name, 'readonly'])) },
  },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommended],
    rules: {
      'no-restricted-syntax': ['error', ...SHAPES, ...CLOCK_AND_CHANCE],
      'max-lines': ['error', { max: 400 }],
      eqeqeq: ['error', 'smart'],
      // Refusing control characters is what several of our expressions are for.
      'no-control-regex': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // The rules that need types are in .oxlintrc.json, and nothing switches them off but that file.
      'no-warning-comments': ['error', { terms: ['oxlint-disable', 'oxlint-enable'], location: 'anywhere' }],
    },
  },
  {
    files: ['{apps,libs}/**/*.ts'],
    ignores: ['apps/cli/**', ...TESTS],
    rules: { 'no-console': 'error' },
  },
  {
    files: PURE,
    ignores: TESTS,
    rules: {
      'no-restricted-syntax': ['error', ...SHAPES, ...CLOCK_AND_CHANCE, ...WAITING],
      'no-restricted-globals': [
        'error',
        ...PURE_GLOBALS.map((name) => ({ name, message: 'Pure code touches nothing outside.' })),
      ],
      'no-restricted-imports': ['error', onlyImports('luxon')],
    },
  },
  {
    files: ['libs/proof/**/*.ts'],
    ignores: TESTS,
    rules: { 'no-restricted-imports': ['error', onlyImports('luxon', 'node:crypto')] },
  },
  {
    files: [
      ...TESTS,
      'libs/platform/src/{clock,random}*.ts',
      'libs/platform/src/{clock,random}/**/*.ts',
      '*.config.ts',
    ],
    rules: {
      'no-restricted-syntax': ['error', ...SHAPES.filter(({ selector }) => selector !== 'ExportDefaultDeclaration')],
    },
  },
  {
    files: TESTS,
    rules: { 'max-lines': ['error', { max: 600 }] },
  },
);

// Rules of this house for oxlint, which has no rule that takes any selector: what is not to be written where, and what to
// write instead. .oxlintrc.json says which counts in which files; test/architecture/rules.long.spec.ts plants a violation of each.
const CLOCK = 'Take `now` as an argument, or ask the Clock (libs/platform/src/clock.ts).';
const WAITING = 'Pure code does not wait.';

/** Only relative paths, other libs and what is allowed by name; which libs is the layer check's business. */
const importsBesides = (...names) => {
  const other = `[source.value!=/^(\\.{1,2}\\/|#lib\\/|(${names.join('|').replaceAll('/', '\\/')})$)/]`;
  const message = `Pure code imports pure code and ${names.join(', ')}.`;
  const statements = [
    'ImportDeclaration',
    'ImportExpression',
    'ExportAllDeclaration',
    'ExportNamedDeclaration[source]',
  ];
  return Object.fromEntries(statements.map((statement) => [statement + other, message]));
};

/** By rule: what to look for, and the sentence for whoever wrote it. */
const FORBIDDEN = {
  'clock-and-chance': {
    'CallExpression[callee.object.name="Date"][callee.property.name="now"]': CLOCK,
    'NewExpression[callee.name="Date"][arguments.length=0]': CLOCK,
    'CallExpression[callee.name="Date"]': CLOCK,
    'CallExpression[callee.object.name="DateTime"][callee.property.name="now"]': CLOCK,
    'CallExpression[callee.object.name="DateTime"][callee.property.name=/^(local|utc)$/][arguments.length=0]': CLOCK,
    'MemberExpression[object.name="Math"][property.name="random"]': 'Draw from libs/platform/src/random.ts.',
  },
  shapes: {
    TSEnumDeclaration: 'A union of strings says the same and needs no import.',
    'TSAsExpression > TSAsExpression[typeAnnotation.type="TSUnknownKeyword"]':
      'A shape was declared twice: parse it, or declare it once.',
    'TSInterfaceDeclaration[id.name=/^I[A-Z][a-z]/]': 'No I prefix.',
  },
  'default-export': { ExportDefaultDeclaration: 'Export by name.' },
  waiting: { AwaitExpression: WAITING, ':function[async=true]': WAITING },
  'imports-of-pure-code': importsBesides('luxon', 'libphonenumber-js/max'),
  'imports-of-proof': importsBesides('luxon', 'node:crypto'),
};

const rule = (selectors) => ({
  create: (context) =>
    Object.fromEntries(
      Object.entries(selectors).map(([selector, message]) => [selector, (node) => context.report({ node, message })]),
    ),
});

export default {
  meta: { name: 'house' },
  rules: Object.fromEntries(Object.entries(FORBIDDEN).map(([name, selectors]) => [name, rule(selectors)])),
};

import { type ConfigPlan, type ConfigStep, type Difference, VERSIONED } from './config-state.js';

const LONGEST = 60;

/** A plan, to be read before it is carried out. */
export function planText({ steps, onlyThere, problems, older }: ConfigPlan): string {
  const lines = [
    ...steps.flatMap(stepLines),
    ...onlyThere.map((name) => `  ${name}: is there and in no file; it stays`),
    ...older.map((one) => `  ${one}`),
    ...problems.map((one) => `! ${one}`),
  ];
  const summary =
    steps.length === 0 ? 'Nothing to do.' : `${count(steps, 'create')} to create, ${count(steps, 'change')} to change.`;
  return [...lines, summary].join('\n');
}

function stepLines(step: ConfigStep): string[] {
  const { group, key, kind, differences } = step;
  const mark = kind === 'create' ? '+' : '~';
  const version = VERSIONED.includes(group) ? ' (the next version)' : '';
  return [`${mark} ${group}/${key}${kind === 'create' ? '' : version}`, ...differences.map(differenceLine)];
}

function differenceLine({ pointer, from, to }: Difference): string {
  if (typeof from === 'string' && typeof to === 'string' && (from.includes('\n') || to.includes('\n'))) {
    const [a, b] = [from.split('\n'), to.split('\n')];
    const at = a.findIndex((line, i) => line !== b[i]);
    const line = at === -1 ? a.length : at;
    return `    ${pointer}: from line ${line + 1} on: ${shown(a[line])} -> ${shown(b[line])}`;
  }
  return `    ${pointer}: ${shown(from)} -> ${shown(to)}`;
}

function shown(value: unknown): string {
  if (value === undefined) return '(nothing)';
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function count(steps: readonly ConfigStep[], kind: ConfigStep['kind']): number {
  return steps.filter((step) => step.kind === kind).length;
}

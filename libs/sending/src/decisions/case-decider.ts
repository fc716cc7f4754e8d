import type { z } from 'zod';
import {
  CannotDecide,
  decide,
  type Decision,
  explainDecision,
  type Facts,
  obligationsOf,
  type Policy,
  policyProblems,
  type ReferenceData,
  RULES,
  rulesOf,
} from '#lib/decision';
import type { EpochMs } from '#lib/kernel';
import { plainIssues, repeatedMember } from '#lib/platform';
import { problemPointer } from '../policies/policy-body.js';
import { reference } from '../reference.js';
import { compileReader, NOT_READ, type Reader } from './compiled-reader.js';
import { CaseFrame, PolicyCase } from './decision-case.js';
import type { CaseRefusal, VerdictExtras } from './decision-verdict.js';
import { factsProblem, uncountedRates } from './facts-problems.js';
import { verdictText } from './verdict-text.js';

/** Policies that are remembered at once, and their length together; a stream with more reads them more often. */
const MOST_POLICIES = 256;
const MOST_POLICY_CHARS = 4 * 1024 * 1024;

type Problem = CaseRefusal['error'];

/** For the lines that are as they should be; of any other the schema says what is wrong. Made when first asked. */
let readFrame: Reader | undefined;
type Frame = z.output<typeof CaseFrame>;

/**
 * Decides about cases that are written out whole, without a database: the door for outsiders. A policy is read and
 * checked once, however many cases in a row have it.
 */
export class CaseDecider {
  private readonly policies = new Map<string, Policy | Problem>();
  private policyChars = 0;
  private last: { readonly raw: unknown; readonly read: Policy | Problem } = { raw: undefined, read: NO_POLICY };

  constructor(private readonly options: { readonly explain: boolean }) {}

  /**
   * One line of JSON: a verdict, or what was wrong.
   * @param line number of the case, for what cannot be decided
   */
  answer(text: string, line: number): { readonly text: string; readonly isRefused: boolean } {
    const read = this.read(text);
    if ('code' in read) return refusal(text, line, read);
    const { id, now, facts, rules } = read;
    const policy = this.policyOf(read.policy);
    if ('code' in policy) return refusal(text, line, policy);
    const problem = factsProblem(facts, now);
    if (problem !== null) return refusal(text, line, problem);
    const world = rules === undefined ? reference : referenceBy(rules);
    try {
      const decision = decide(facts, policy, now, world);
      return { text: verdictText(id, decision, this.extrasOf(decision, policy, facts, now, world)), isRefused: false };
    } catch (error) {
      if (!(error instanceof CannotDecide)) throw error;
      return refusal(text, line, { code: error.code, detail: error.detail, pointer: POINTERS[error.code] });
    }
  }

  private read(text: string): Frame | Problem {
    try {
      readFrame ??= compileReader(CaseFrame);
      const parsed: unknown = JSON.parse(text);
      const repeated = repeatedMember(text, parsed);
      if (repeated !== null) return { code: 'invalid_request', ...repeated };
      const read = readFrame(parsed);
      // The compiled reader is of the same schema; its answer is what the schema's would be.
      if (read !== NOT_READ) return read as Frame;
      const frame = CaseFrame.safeParse(JSON.parse(text));
      return frame.success ? frame.data : firstProblem(frame.error);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return { code: 'malformed_json', detail: 'is not JSON', pointer: '' };
    }
  }

  private extrasOf(
    decision: Decision,
    policy: Policy,
    facts: Facts,
    now: EpochMs,
    world: ReferenceData,
  ): VerdictExtras {
    const uncounted = uncountedRates(policy, facts);
    if (!this.options.explain) return uncounted.length === 0 ? NOTHING_MORE : { uncountedRates: uncounted };
    const obligations = obligationsOf(facts, policy, now, world);
    return {
      ...(uncounted.length > 0 && { uncountedRates: uncounted }),
      sentence: explainDecision(decision, world.zones),
      ...(obligations.length > 0 && { obligations }),
    };
  }

  private policyOf(raw: unknown): Policy | Problem {
    // Most lines have the policy of the line before, and to compare is cheaper than to write it down.
    try {
      if (!isSameJson(raw, this.last.raw)) this.last = { raw, read: this.remembered(raw) };
      return this.last.read;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error; // The stack ended before the policy did.
      return { code: 'invalid_request', detail: 'is nested too deeply', pointer: '/policy' };
    }
  }

  private remembered(raw: unknown): Policy | Problem {
    const text = JSON.stringify(raw) ?? '';
    const known = this.policies.get(text);
    if (known !== undefined) return known;
    const read = readPolicy(raw);
    for (const oldest of this.policies.keys()) {
      if (this.policies.size < MOST_POLICIES && this.policyChars + text.length <= MOST_POLICY_CHARS) break;
      this.policies.delete(oldest);
      this.policyChars -= oldest.length;
    }
    this.policies.set(text, read);
    this.policyChars += text.length;
    return read;
  }
}

const byRules = new Map<number, ReferenceData>();

/** What those decided by who decided by these rules. */
function referenceBy(rules: number): ReferenceData {
  const known = byRules.get(rules) ?? { ...reference, rules: rulesOf({ rules }) ?? RULES };
  byRules.set(rules, known);
  return known;
}

const NO_POLICY: Problem = { code: 'invalid_request', detail: 'is missing', pointer: '/policy' };
const NOTHING_MORE: VerdictExtras = {};

function refusal(text: string, line: number, error: Problem): { readonly text: string; readonly isRefused: true } {
  const said: CaseRefusal = { id: idOf(text), line, error };
  return { text: JSON.stringify(said), isRefused: true };
}

const POINTERS: Readonly<Record<CannotDecide['code'], string>> = {
  unknown_brand_zone: '/facts/brand/zone',
  unusable_policy: '/policy',
  unsettled: '',
};

function readPolicy(raw: unknown): Policy | Problem {
  const parsed = PolicyCase.safeParse(raw);
  if (!parsed.success) return firstProblem(parsed.error, '/policy');
  const [problem] = policyProblems(parsed.data, reference);
  if (problem === undefined) return parsed.data;
  return { code: 'unusable_policy', detail: problem, pointer: `/policy${problemPointer(problem)}` };
}

/** What is wrong first, and where. */
function firstProblem({ issues }: z.ZodError, base = ''): Problem {
  const [issue] = issues.slice(0, 1).flatMap(plainIssues);
  const [unknown] = issue?.keys ?? [];
  const steps = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].map(String);
  const pointer = base + steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  const said = issue?.message ?? 'is not a case';
  const isMissing = issue?.code === 'invalid_type' && said.endsWith('received undefined');
  const detail = unknown === undefined ? (isMissing ? 'is missing' : said) : 'is not known here';
  return { code: 'invalid_request', detail, pointer };
}

function idOf(text: string): string | null {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof raw !== 'object' || raw === null || !('id' in raw)) return null;
  return typeof raw.id === 'string' && raw.id.length <= 200 ? raw.id : null;
}

/** Of two values out of `JSON.parse`; members in another order make another. */
function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((member, i) => isSameJson(member, b[i]));
  }
  const [mine, others] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const names = Object.keys(mine);
  const otherNames = Object.keys(others);
  return (
    names.length === otherNames.length &&
    names.every((name, i) => name === otherNames[i] && isSameJson(mine[name], others[name]))
  );
}

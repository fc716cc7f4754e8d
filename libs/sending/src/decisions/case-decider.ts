import type { z } from 'zod';
import { CannotDecide, decide, type Policy, policyProblems } from '#lib/decision';
import { problemPointer } from '../policies/policy-body.js';
import { reference } from '../reference.js';
import { CaseFrame, PolicyCase } from './decision-case.js';
import { type CaseRefusal, type DecisionVerdict, toVerdict } from './decision-verdict.js';

/** Policies that are remembered at once; a stream with more reads them more often. */
const MOST_POLICIES = 256;

type Problem = CaseRefusal['error'];

/**
 * Decides about cases that are written out whole, without a database: the door for outsiders. A policy is read and
 * checked once, however many cases in a row have it.
 */
export class CaseDecider {
  private readonly policies = new Map<string, Policy | Problem>();

  constructor(private readonly options: { readonly explain: boolean }) {}

  /** @param line number of the case, for what cannot be decided */
  answer(text: string, line: number): DecisionVerdict | CaseRefusal {
    let raw: unknown;
    try {
      raw = JSON.parse(text);
    } catch {
      return { id: null, line, error: { code: 'malformed_json', detail: 'is not JSON', pointer: '' } };
    }
    const refused = (error: Problem): CaseRefusal => ({ id: idOf(raw), line, error });
    const frame = CaseFrame.safeParse(raw);
    if (!frame.success) return refused(firstProblem(frame.error));
    const { id, now, facts } = frame.data;
    const policy = this.policyOf(frame.data.policy);
    if ('code' in policy) return refused(policy);
    try {
      return toVerdict(id, decide(facts, policy, now, reference), this.options.explain);
    } catch (error) {
      if (!(error instanceof CannotDecide)) throw error;
      return refused({ code: error.code, detail: error.detail, pointer: POINTERS[error.code] });
    }
  }

  private policyOf(raw: unknown): Policy | Problem {
    const text = JSON.stringify(raw) ?? '';
    const known = this.policies.get(text);
    if (known !== undefined) return known;
    const read = readPolicy(raw);
    if (this.policies.size === MOST_POLICIES) {
      const [oldest = ''] = this.policies.keys();
      this.policies.delete(oldest);
    }
    this.policies.set(text, read);
    return read;
  }
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
  const [issue] = issues;
  const [unknown] = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const steps = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].map(String);
  const pointer = base + steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  const detail = unknown === undefined ? (issue?.message ?? 'is not a case') : 'is not known here';
  return { code: 'invalid_request', detail, pointer };
}

function idOf(raw: unknown): string | null {
  if (typeof raw !== 'object' || raw === null || !('id' in raw)) return null;
  return typeof raw.id === 'string' && raw.id.length <= 200 ? raw.id : null;
}

import { z } from 'zod';
import { type Policy, RULES } from '#lib/decision';
import { instantInput } from '#lib/platform';
import { PolicyBody, said } from '../policies/policy-body.js';
import { FactsBody } from './facts-body.js';

/** A policy as outsiders write it: the body with its name. */
export const PolicyCase = z
  .strictObject({
    key: said(
      z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1 to 63 lower-case letters, digits and hyphens'),
      'Names the policy in verdicts.',
      'marketing',
    ),
    version: said(z.int().min(1), 'Counted from 1.', 7),
    ...PolicyBody.shape,
  })
  .meta({ id: 'Policy', description: 'The rules of a brand.' }) satisfies z.ZodType<Policy>;

const FIELDS = {
  id: said(z.string().min(1).max(200), 'Yours; comes back in the verdict.', 'case-1'),
  now: said(
    instantInput,
    'The instant that is judged: ISO 8601 with offset or Z, read to the millisecond.',
    '2026-11-21T22:00:00+01:00',
  ),
  rules: said(
    z.int().min(1).max(RULES).optional(),
    'The version of the rules to decide by, as a decision of the past names it (1 where it names none); left out: those of today.',
    1,
  ),
};

/** One line of `consentctl decide --batch`. */
export const DecisionCase = z
  .strictObject({
    ...FIELDS,
    policy: PolicyCase,
    facts: FactsBody,
  })
  .meta({ title: 'Decision case', description: 'One message at one instant, with everything its decision needs.' });

/** The same with a policy that is read by itself, because most lines of a batch have the same one. */
export const CaseFrame = z.strictObject({ ...FIELDS, policy: z.unknown(), facts: FactsBody });

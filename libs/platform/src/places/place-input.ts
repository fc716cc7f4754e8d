import { z } from 'zod';
import { placeAdvice } from './index.js';

/** What every door wants to hear of a place: a wrong code would put somebody under another law and another clock. */
const judged = (advice: (code: string) => string | null) => (context: z.core.ParsePayload<string>) => {
  const problem = advice(context.value);
  if (problem === null) return;
  context.issues.push({ code: 'custom', input: context.value, message: problem });
};

const COUNTRY = /^[A-Z]{2}$/;
const REGION = /^[A-Z]{2}-[A-Z0-9]{1,3}$/;

/** A country (ISO 3166-1 alpha-2, and XK). */
export const countryInput = z
  .string()
  .regex(COUNTRY, { message: 'must be two capital letters', abort: true })
  .check(judged(placeAdvice.country));

/** Either. */
export const placeInput = z
  .string()
  .regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/, {
    message: 'must be a country such as DE or a region such as DE-BY',
    abort: true,
  })
  .check(judged((code) => (code.length === 2 ? placeAdvice.country(code) : placeAdvice.region(code))));

/** A region (ISO 3166-2). */
export const regionInput = z
  .string()
  .regex(REGION, { message: 'must be a code such as DE-BY', abort: true })
  .check(judged(placeAdvice.region));

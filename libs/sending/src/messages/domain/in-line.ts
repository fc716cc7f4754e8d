/** Reasons for which a message waits that could leave, were it not for our pace or its provider's. */
export const IN_LINE_REASONS = ['rate_limit', 'warm_up', 'provider_backoff', 'provider_slow'] as const;

/** Whether a message that waits for this reason is in line. Once it was it stays so, whatever it waits for later. */
export function standsInLine(reason: string | null): boolean {
  return IN_LINE_REASONS.some((own) => own === reason);
}

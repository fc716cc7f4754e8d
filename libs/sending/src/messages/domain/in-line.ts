/** Whether a message that waits for this reason could leave, were it not for our pace or its provider's. */
export function standsInLine(reason: string | null): boolean {
  return reason === 'rate_limit' || reason === 'warm_up' || reason === 'provider_backoff';
}

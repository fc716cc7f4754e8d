/** What an account is, as far as it matters to whom its secret goes. */
export interface Reached {
  readonly kind: string;
  /** With what is filled in where it was left out. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Settings that say how messages leave and look, and nothing of to whom or over what the secret is sent. */
const OF_MESSAGES: ReadonlySet<string> = new Set([
  ...[
    'from',
    'messagingServiceSid',
    'returnPath',
    'feedbackSender',
    'dkim',
    'answers',
    'receiptIds',
    'textIdTag',
    'numbersOf',
  ],
  ...['maxConnections', 'timeoutSeconds', 'window', 'enquireLinkSeconds', 'ttlSeconds', 'urgency', 'subject'],
]);

/**
 * Whether a secret that was given for an account goes to the same receiver after a change of its settings. What is not
 * known to be harmless is not: hosts, ports, URLs, users, certificate authorities and whatever is added.
 */
export function isSameReceiver(before: Reached, after: Reached): boolean {
  const names = new Set([...Object.keys(before.settings), ...Object.keys(after.settings)]);
  const isSame = (name: string): boolean =>
    JSON.stringify(before.settings[name]) === JSON.stringify(after.settings[name]);
  return before.kind === after.kind && [...names].every((name) => OF_MESSAGES.has(name) || isSame(name));
}

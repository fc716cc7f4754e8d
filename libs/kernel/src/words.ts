/** Ways to reach a person. `phone` is a task for a human. */
export const CHANNELS = ['email', 'sms', 'push', 'whatsapp', 'teams', 'phone', 'webhook'] as const;
export type Channel = (typeof CHANNELS)[number];

/**
 * Fixed on the template version: a commercial message carries the way out and is bound by what laws ask of advertising.
 * Whether the brand asks for a consent besides is a matter of the purpose.
 */
export const MESSAGE_CLASSES = ['commercial', 'transactional'] as const;
export type MessageClass = (typeof MESSAGE_CLASSES)[number];

/**
 * How a purpose treats silence: `restrictive` lets only an opt-in pass, `permissive` blocks only an
 * opt-out, `disabled` rests on another legal basis (objection, complaint and hard bounce still block).
 */
export const ENFORCEMENT_MODELS = ['restrictive', 'permissive', 'disabled'] as const;
export type EnforcementModel = (typeof ENFORCEMENT_MODELS)[number];

/** Milliseconds since 1970-01-01T00:00:00Z, whole. JSON at the doors uses ISO 8601 in UTC instead. */
export type EpochMs = number;

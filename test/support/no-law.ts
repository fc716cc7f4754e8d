/** For policies of specs that are about something else than the law where the contact is. */
export const NO_LAW = { packs: 'none', reason: 'not what this spec is about', actor: 'spec' } as const;

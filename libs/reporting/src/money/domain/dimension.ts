/** By what touches are named. `content`: the template of a message, and the page of a visit. */
export const DIMENSIONS = ['channel', 'campaign', 'topic', 'content'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

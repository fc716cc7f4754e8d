/** A touch without a campaign or a topic. */
export const NO_NAME = '(none)';

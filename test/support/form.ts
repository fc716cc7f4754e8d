/**
 * `npm run test:long`: every look of a page, every point of a crash with both queues. `npm test` takes of these what
 * differs from what it has taken already, and each spec says which that is.
 */
export const LONG = process.env['TEST_FORM'] === 'long';

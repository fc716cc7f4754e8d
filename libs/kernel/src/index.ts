/** The few words that every lib and app shares. Hardly any logic lives here. */
export * from './errors.js';
export * from './ids.js';
export * from './is-same.js';
export * from './p256.js';
export * from './spoken.js';
export * from './territories.js';
export * from './time.js';
export * from './words.js';

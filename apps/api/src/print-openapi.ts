import { openApiText } from './openapi.js';

/** Prints docs/openapi.json. Needs neither settings nor a database. */
export function main(): void {
  process.stdout.write(openApiText());
}

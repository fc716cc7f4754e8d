import { openApiText } from './openapi.js';

// Prints docs/openapi.json. Needs neither settings nor a database.
process.stdout.write(openApiText());

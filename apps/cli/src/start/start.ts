import { parseCommandLine } from '../command.js';
import { START } from './start-options.js';
import { Supervisor } from './supervisor.js';

/** `consentctl start` and `npm start`: the calling process becomes the supervisor, and ends with it. */
export async function run(argv: readonly string[]): Promise<number> {
  const options = parseCommandLine(START, argv);
  // Exits by itself: a connection somebody holds open must not keep a stopped gateway alive.
  return process.exit(await new Supervisor(options).run());
}

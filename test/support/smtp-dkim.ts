import { spawnSync } from 'node:child_process';
import { findProgram } from './optional-program.js';

/** A Python that has dkimpy: the verifier of another author. */
const PYTHON = [findProgram(['python3']), findProgram(['/usr/bin/python3'])].find(
  (program) => program !== undefined && spawnSync(program, ['-c', 'import dkim']).status === 0,
);

export const hasDkimVerifier = PYTHON !== undefined;

const SCRIPT = `
import dkim, json, sys
given = json.load(sys.stdin)
print(json.dumps(dkim.verify(given["mail"].encode("latin-1"), dnsfunc=lambda name, timeout=5: given["record"].encode())))
`;

/** True when dkimpy finds a valid signature. `record` is the TXT record of the selector. */
export function verifiesWithDkimpy(mail: Buffer, record: string): boolean {
  if (PYTHON === undefined) throw new Error('python3-dkim is not installed');
  const { stdout, stderr, status } = spawnSync(PYTHON, ['-c', SCRIPT], {
    input: JSON.stringify({ mail: mail.toString('latin1'), record }),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`dkimpy failed: ${stderr}`);
  return JSON.parse(stdout) === true;
}

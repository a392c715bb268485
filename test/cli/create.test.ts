import fc from 'fast-check';
import { memfs } from 'memfs';
import { beforeAll, describe, expect, it } from 'vitest';
import { BACK } from '../../src/cli/context.ts';
import { availableValues } from '../../src/render/availability.ts';
import type { Pack } from '../../src/render/feature.ts';
import { OPTIONS, type Option } from '../../src/spec/options.ts';
import type { FileSystem } from '../../src/tree/file-system.ts';
import {
  type Answer,
  emptyDisk,
  filesOf,
  generatedIn,
  type Outcome,
  type Question,
  runIn,
  sharedPack,
} from '../support/cli.ts';
import { specArbitrary } from '../support/spec-arbitrary.ts';

let pack: Pack;

beforeAll(async () => {
  pack = await sharedPack();
});

const create = (fs: FileSystem, ...argv: readonly string[]): Promise<Outcome> =>
  runIn({ fs }, 'create-microservice', ...argv);

describe('create-microservice, what it prints', () => {
  it('shows the plan as a tree with sizes and writes nothing by --dry-run', async () => {
    const fs = emptyDisk();
    const { code, out, err } = await create(fs, 'orders', '--dry-run', '--yes');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^orders\/\n/);
    expect(out).toMatch(/^\+ {3}Dockerfile {2}[\d.]+ kB$|^\+ Dockerfile {2}[\d.]+ kB$/m);
    expect(out).toMatch(/^ {2}src\/\n {4}orders\/\n/m);
    expect(out).toMatch(/^\+ msvc\.yaml {2}\d+ B$/m);
    expect(out).toMatch(/\n\n\d+ new \([\d.]+ kB\)\n$/);
    expect(fs.readdirSync('/disk')).toEqual([]);
  });

  it('prints one JSON document and nothing else by --json', async () => {
    for (const argv of [['--dry-run'], ['--dry-run', '--diff'], []]) {
      const { code, out } = await create(emptyDisk(), 'orders', '--json', ...argv);
      const document = JSON.parse(out) as {
        operations: { path: string; verdict: string; size: number; diff?: string }[];
      };
      expect(code).toBe(0);
      expect(document.operations.length).toBeGreaterThan(80);
      expect(document.operations.every(({ verdict, size }) => verdict === 'create' && size >= 0)).toBe(true);
      expect(document.operations.some(({ diff }) => diff?.includes('+++ b/') === true)).toBe(argv.includes('--diff'));
    }
  });

  it('shows contents by --diff', async () => {
    const { out } = await create(emptyDisk(), 'orders', '--dry-run', '--diff');
    expect(out).toContain('--- a/pyproject.toml\n+++ b/pyproject.toml\n@@ -0,0 +1,');
    expect(out).toContain('+name = "orders"');
  });

  it('says nothing by --quiet where nothing failed', async () => {
    expect(await create(emptyDisk(), 'orders', '--quiet', '--no-lock', '--no-git')).toEqual({
      code: 0,
      out: '',
      err: '',
    });
  });

  it('says in a line each what failed softly and what to do', async () => {
    const { code, err } = await create(emptyDisk(), 'orders');
    expect(code).toBe(0);
    expect(err).toMatch(/^! uv lock: uv is not installed; install it .* and run `uv lock`$/m);
    expect(err).toMatch(/^! git init and first commit: git is not installed; install it, then run `git init`$/m);
  });
});

describe('create-microservice, what it refuses', () => {
  it.each<[argv: readonly string[], message: string]>([
    [
      ['orders', '--databse', 'none'],
      'error --databse is no option of create-microservice\n      Did you mean --database?\n',
    ],
    [
      ['orders', '--database', 'postgre'],
      'error "postgre" is no value of --database\n      Did you mean "postgres"?\n',
    ],
    [['orders', '--ci', 'githbu'], 'error "githbu" is no value of --ci\n      Did you mean "github"?\n'],
    [['orders', '--ci', ''], 'error "" is no value of --ci'],
    [['Orders!'], 'A name that works: orders\n'],
    [['json'], 'A name that works: json-service\n'],
    [['orders', '--services', 'a,Import'], 'A name that works: import-service\n'],
    [[], 'error the name is missing\n      Name it: create-microservice orders --yes\n'],
    [['orders', 'payments'], 'too many arguments'],
    [['orders', '--strategy', 'blue-green', '--deploy', 'none'], 'strategy blue-green needs deploy kustomize or helm'],
    [['orders', '--strategy', 'canary'], 'strategy canary needs a gateway'],
    [['orders', '--from', 'nowhere.yaml'], 'error nowhere.yaml: no such file\n'],
    [['--from', 'a.yaml', '--database', 'none'], 'error --database does not go with --from\n'],
  ])('%j', async (argv, message) => {
    const fs = emptyDisk();
    const { code, out, err } = await create(fs, ...argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(err).not.toMatch(/\n\s+at /);
    expect(fs.readdirSync('/disk')).toEqual([]);
  });

  it('refuses every value that no feature offers, with the ones there are', async () => {
    for (const option of OPTIONS as readonly Option[]) {
      for (const value of option.values.filter((candidate) => !availableValues(option, pack).includes(candidate))) {
        const fs = emptyDisk();
        const { code, err } = await create(fs, 'orders', `--${option.name}`, value);
        expect([code, fs.readdirSync('/disk')], `${option.name} ${value}`).toEqual([2, []]);
        expect(err).toMatch(/^error .+\n {6}.+\n$/);
      }
    }
  });

  it('never touches what is in the way: it lists the clashes and exits with 1', async () => {
    const before = {
      '/disk/orders/Dockerfile': 'mine\n',
      '/disk/orders/notes.txt': 'mine\n',
      '/disk/orders/src/a': '',
    };
    const fs = emptyDisk(before);
    const { code, err } = await create(fs, 'orders', '--yes');
    expect(code).toBe(1);
    expect(err).toBe(
      '! Dockerfile: is in the way; not touched\norders is not empty, and nothing in it is overwritten. Choose another folder: --dir <path>\n',
    );
    expect(filesOf(fs, '/disk/orders')).toEqual({ Dockerfile: 'mine\n', 'notes.txt': 'mine\n', 'src/a': '' });
    const { code: jsonCode, out } = await create(fs, 'orders', '--json');
    expect(jsonCode).toBe(1);
    expect((JSON.parse(out) as { summary: { open: number } }).summary.open).toBe(1);
  });

  it('creates beside files that are not in the way', async () => {
    const fs = emptyDisk({ '/disk/orders/notes.txt': 'mine\n' });
    expect((await create(fs, 'orders', '--yes')).code).toBe(0);
    expect(filesOf(fs, '/disk/orders')['notes.txt']).toBe('mine\n');
  });

  it('refuses a folder that is a workspace, was one, or is a file', async () => {
    for (const path of ['msvc.yaml', '.msvc/lock.yaml']) {
      const fs = emptyDisk({ [`/disk/orders/${path}`]: 'x\n' });
      const { code, err } = await create(fs, 'orders');
      expect([code, filesOf(fs, '/disk/orders')]).toEqual([2, { [path]: 'x\n' }]);
      expect(err).toContain('a workspace is here already');
    }
    expect((await create(emptyDisk({ '/disk/orders': 'x' }), 'orders')).err).toContain('a file has this name');
  });

  it('follows a link to a folder, and refuses links in it and links to nothing', async () => {
    const { fs } = memfs({ '/elsewhere/a.txt': '', '/disk/b.txt': '' });
    fs.symlinkSync('/elsewhere', '/disk/orders');
    fs.symlinkSync('/nowhere', '/disk/payments');
    const port = fs as unknown as FileSystem;
    expect((await create(port, 'payments')).err).toContain('a link to nothing has this name');
    expect((await create(port, 'orders')).code).toBe(0);
    expect(Object.keys(filesOf(port, '/elsewhere'))).toContain('pyproject.toml');
    fs.mkdirSync('/disk/shipping');
    fs.symlinkSync('/elsewhere', '/disk/shipping/src');
    const { code, err } = await create(port, 'shipping');
    expect(code).toBe(1);
    expect(err).toContain('a symbolic link is in the way; not touched');
    expect(fs.readdirSync('/disk/shipping')).toEqual(['src']);
  });
});

describe('create-microservice --from', () => {
  it('takes a spec as it is, comments and all', async () => {
    const text = '# ours\nversion: 1\nname: shop\nservices: { orders: { database: none }, payments: {} }\n';
    const fs = emptyDisk({ '/disk/spec.yaml': text });
    expect((await create(fs, '--from', 'spec.yaml')).code).toBe(0);
    expect(filesOf(fs, '/disk/shop')['msvc.yaml']).toBe(text);
  });

  it('refuses any broken spec with its place, and leaves the target empty', { timeout: 600_000 }, async () => {
    const breaks: readonly ((text: string) => string)[] = [
      (text) => text.replace('version: 1', 'version: 2'),
      (text) => text.replace(/"?name"?: .*/, 'name: "No Name"'),
      (text) => `${text}databse: none\n`,
      (text) => `${text}name: twice\n`,
      (text) => `${text}gateway: [\n`,
      (text) => text.replace(/services:[\s\S]*/, 'services: {}\n'),
      (text) => `${text}ci: circle\n`,
      (text) => text.replace('services:', 'servces:'),
    ];
    await fc.assert(
      fc.asyncProperty(specArbitrary(pack), fc.constantFrom(...breaks), async (spec, damage) => {
        const { ci: _ci, ...rest } = spec;
        const text = Object.entries(rest)
          .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
          .join('');
        const fs = emptyDisk({ '/disk/spec.yaml': damage(text) });
        const { code, out, err } = await create(fs, '--from', 'spec.yaml', '--dir', 'target');
        expect([code, out, fs.readdirSync('/disk')]).toEqual([2, '', ['spec.yaml']]);
        expect(err).toMatch(/^error spec\.yaml(?::\d+:\d+)?: .+\n {6}.+\n$/);
      }),
      { numRuns: 60 },
    );
  });
});

describe('create-microservice, asked and answered', () => {
  const first = (question: Question): Answer => (question.choices?.[0]?.value as string) ?? 'orders';
  const defaults = (question: Question): Answer => (question.default as Answer | undefined) ?? 'orders';
  const all = (answer: Answer): Answer[] => Array.from({ length: 30 }, () => answer);

  it.each([
    ['the defaults', defaults],
    [
      'the first choices',
      (question: Question): Answer => (Array.isArray(question.default) ? [first(question) as string] : first(question)),
    ],
  ])('prints the command line that makes the same of %s', async (_name, answer) => {
    const fs = emptyDisk();
    const { code, err } = await runIn({ fs, answers: all(answer) }, 'create-microservice', '--no-git', '--no-lock');
    expect(code).toBe(0);
    const line = /The same without questions:\n {2}npx create-microservice (.*)\n/.exec(err)?.[1] ?? '';
    const again = emptyDisk();
    expect((await create(again, ...line.split(' '))).code).toBe(0);
    expect(filesOf(again, '/disk/orders')).toEqual(filesOf(fs, '/disk/orders'));
  });

  it('asks nothing that a flag has said', async () => {
    const asked: string[] = [];
    const answer = (question: Question): Answer => {
      asked.push(question.message);
      return defaults(question);
    };
    const flags = ['orders', '--database', 'none', '--python', '3.12', '--ci', 'github', '--no-git', '--no-lock'];
    await runIn({ answers: all(answer) }, 'create-microservice', ...flags);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((message) => /name|database|python version|ci pipe/i.test(message))).toEqual([]);
  });

  it('goes back to the question before, whose answer stands, and recomputes what follows from it', async () => {
    const fs = emptyDisk();
    const databases: unknown[] = [];
    let wentBack = false;
    const answer = (question: Question): Answer => {
      if (question.message.startsWith('Database')) {
        databases.push(question.default);
        return databases.length === 1 ? 'sqlite' : 'none';
      }
      if (databases.length === 0 || wentBack) return defaults(question);
      wentBack = true;
      return BACK;
    };
    const answers = all(answer);
    expect((await runIn({ fs, answers }, 'create-microservice', '--no-git', '--no-lock')).code).toBe(0);
    expect(databases).toEqual(['postgres', 'sqlite']);
    expect(filesOf(fs, '/disk/orders')['msvc.yaml']).toContain('database: none');
  });

  it('stays at the first question where there is nothing before it', async () => {
    const answers = [BACK, BACK, ...all(defaults)];
    expect((await runIn({ answers }, 'create-microservice', '--no-git', '--no-lock')).code).toBe(0);
  });
});

describe('create-microservice, without a terminal', () => {
  it('asks nothing, and takes the defaults', async () => {
    const [asked, yes] = [emptyDisk(), emptyDisk()];
    expect((await create(asked, 'orders')).code).toBe(0);
    expect((await create(yes, 'orders', '--yes')).code).toBe(0);
    expect(generatedIn(asked, '/disk/orders')).toEqual(generatedIn(yes, '/disk/orders'));
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { availableValues } from '../../src/render/availability.ts';
import { OPTIONS, type Option } from '../../src/spec/options.ts';
import { parseSpec } from '../../src/spec/parse-spec.ts';
import type { FileSystem } from '../../src/tree/file-system.ts';
import {
  emptyDisk,
  filesOf,
  generatedIn,
  memoryGit,
  NO_PROCESSES,
  type Outcome,
  runIn,
  sharedPack,
  type World,
} from '../support/cli.ts';
import { FIRST_PACK, SECOND_PACK } from '../support/small-pack.ts';

const ROOT = '/disk/shop';

let fs: FileSystem;
let world: World;

const msvc = (...argv: readonly string[]): Promise<Outcome> => runIn(world, 'msvc', ...argv);
const read = (path: string): string => new TextDecoder().decode(fs.readFileSync(`${ROOT}/${path}`));
const write = (path: string, text: string): void => fs.writeFileSync(`${ROOT}/${path}`, text);
const edit = (path: string, from: string, to: string): void => {
  expect(read(path)).toContain(from);
  write(path, read(path).replace(from, to));
};

async function create(...flags: readonly string[]): Promise<void> {
  const { code, err } = await runIn({ ...world, cwd: '/disk' }, 'create-microservice', 'shop', '--yes', ...flags);
  expect(code, err).toBe(0);
}

beforeEach(() => {
  fs = emptyDisk();
  world = { fs, cwd: ROOT, pack: FIRST_PACK, version: '1.0.0' };
});

describe('msvc sync', () => {
  beforeEach(() => create('--services', 'orders,payments', '--database', 'sqlite'));

  it('does nothing twice', async () => {
    const before = filesOf(fs, ROOT);
    expect(await msvc('sync')).toEqual({
      code: 0,
      out: 'Nothing to do: the files are what msvc.yaml says.\n',
      err: '',
    });
    expect(filesOf(fs, ROOT)).toEqual(before);
  });

  it('takes up what was changed in msvc.yaml by hand; --check shows it first', async () => {
    edit('msvc.yaml', 'version: 1\n', 'version: 1\npython: "3.12"\n');
    const before = filesOf(fs, ROOT);
    const check = await msvc('sync', '--check');
    expect(check.code).toBe(1);
    expect(check.out).toContain('~     pyproject.toml');
    expect(check.out).toContain('-requires-python = ">=3.14"\n+requires-python = ">=3.12"\n');
    expect(filesOf(fs, ROOT)).toEqual(before);
    const document = JSON.parse((await msvc('sync', '--check', '--json')).out) as { summary: { changes: number } };
    expect(document.summary.changes).toBeGreaterThan(2);
    expect((await msvc('sync')).code).toBe(0);
    expect((await msvc('sync', '--check')).code).toBe(0);
    expect(read('services/orders/pyproject.toml')).toContain('>=3.12');
  });

  it('takes an edit for no drift', async () => {
    write('services/orders/README.md', '# Mine\n');
    fs.unlinkSync(`${ROOT}/services/orders/old.txt`);
    expect((await msvc('sync', '--check')).code).toBe(0);
    const status = JSON.parse((await msvc('status', '--json')).out) as { edited: string[]; deleted: string[] };
    expect(status).toMatchObject({ edited: ['services/orders/README.md'], deleted: ['services/orders/old.txt'] });
  });

  it('works from a folder below', async () => {
    world = { ...world, cwd: `${ROOT}/services/orders/src` };
    expect((await msvc('sync', '--check')).code).toBe(0);
  });

  it('refuses a broken msvc.yaml with its place, and changes nothing', async () => {
    edit('msvc.yaml', 'database: sqlite', 'database: sqlit');
    const before = filesOf(fs, ROOT);
    const { code, err } = await msvc('sync');
    expect([code, err]).toEqual([
      2,
      'error msvc.yaml:5:23: "sqlit" is no value of services.orders.database\n      Did you mean "sqlite"?\n',
    ]);
    expect(filesOf(fs, ROOT)).toEqual(before);
  });
});

describe('a clash of edits', () => {
  const path = 'services/orders/pyproject.toml';

  beforeEach(async () => {
    await create('--services', 'orders,payments', '--database', 'sqlite');
    edit(path, '>=3.14', '>=3.10');
  });

  it('is shown by markers, and --continue waits until they are settled', async () => {
    const { code, err } = await msvc('set', 'python', '3.12');
    expect(code).toBe(1);
    expect(err).toContain(`! ${path}: conflict (1 place)`);
    expect(read(path)).toContain(
      '<<<<<<< yours\nrequires-python = ">=3.10"\n||||||| as last generated\nrequires-python = ">=3.14"\n=======\nrequires-python = ">=3.12"\n>>>>>>> newly generated\n',
    );
    expect((await msvc('sync')).code).toBe(2);
    expect((await msvc('set', 'python', '3.13')).code).toBe(2);
    expect((await msvc('sync', '--check')).code).toBe(1);
    const waiting = await msvc('sync', '--continue');
    expect([waiting.code, waiting.err]).toEqual([1, `${path} still has conflict markers\n`]);
    write(path, read(path).replace(/<<<<<<<[\s\S]*>>>>>>> newly generated\n/, 'requires-python = ">=3.12,<4"\n'));
    expect((await msvc('sync', '--continue')).code).toBe(0);
    expect((await msvc('sync', '--check')).code).toBe(0);
    expect(read(path)).toContain('>=3.12,<4');
  });

  it('is rolled back by --abort', async () => {
    const before = filesOf(fs, ROOT);
    await msvc('set', 'python', '3.12');
    expect((await msvc('sync', '--abort')).code).toBe(0);
    expect(filesOf(fs, ROOT)).toEqual(before);
    expect((await msvc('sync', '--abort')).code).toBe(2);
  });

  it.each([
    ['ours', '>=3.10'],
    ['theirs', '>=3.12'],
  ])('is settled by --conflict %s', async (style, kept) => {
    expect((await msvc('set', 'python', '3.12', '--conflict', style)).code).toBe(0);
    expect(read(path)).toContain(kept);
  });
});

describe('msvc add, remove and set', () => {
  it('comes back to the same files after adding and removing', async () => {
    await create('--services', 'orders,payments', '--database', 'none');
    const before = generatedIn(fs, ROOT);
    for (const [there, back] of [
      [
        ['add', 'ci', 'gitlab'],
        ['remove', 'ci', 'gitlab'],
      ],
      [
        ['add', 'database', 'sqlite', '--service', 'orders'],
        ['remove', 'database', '--service', 'orders'],
      ],
      [
        ['remove', 'monitoring'],
        ['add', 'monitoring', 'prometheus'],
      ],
      [
        ['set', 'python', '3.12'],
        ['set', 'python', '3.14'],
      ],
      [
        ['add-service', 'billing'],
        ['remove', 'service', 'billing'],
      ],
    ] as const) {
      expect((await msvc(...there)).code, there.join(' ')).toBe(0);
      expect(generatedIn(fs, ROOT), there.join(' ')).not.toEqual(before);
      expect((await msvc(...back)).code, back.join(' ')).toBe(0);
      expect(generatedIn(fs, ROOT), back.join(' ')).toEqual(before);
    }
  });

  it('does not care in which order services come', async () => {
    await create('--services', 'orders');
    for (const name of ['payments', 'billing', 'audit']) await msvc('add-service', name);
    const one = filesOf(fs, ROOT);
    fs = emptyDisk();
    world = { ...world, fs };
    await create('--services', 'orders');
    for (const name of ['audit', 'payments', 'billing']) await msvc('add-service', name);
    expect(filesOf(fs, ROOT)).toEqual(one);
  });

  it('changes one service of several that share their choices by an anchor', async () => {
    await create('--services', 'orders,payments', '--database', 'sqlite');
    expect(read('msvc.yaml')).not.toMatch(/[&*]a1/);
    write('msvc.yaml', 'version: 1\nname: shop\nservices:\n  orders: &db { database: sqlite }\n  payments: *db\n');
    expect((await msvc('set', 'database', 'none', '--service', 'orders')).code).toBe(0);
    const databases = parseSpec(read('msvc.yaml')).services.map(({ database }) => database);
    expect(databases).toEqual(['none', 'sqlite']);
  });

  it('keeps what was edited of a service that is removed', async () => {
    await create('--services', 'orders,payments');
    write('services/orders/README.md', '# Mine\n');
    write('services/orders/own.py', 'VALUE = 1\n');
    const { code, out } = await msvc('remove', 'service', 'orders');
    expect([code, out]).toEqual([0, expect.stringContaining('README.md  no longer generated; edited, so it stays')]);
    const left = Object.keys(filesOf(fs, ROOT)).filter((path) => path.startsWith('services/orders/'));
    expect(left).toEqual(['services/orders/README.md', 'services/orders/own.py']);
  });

  it('refuses what makes no sense, with what would', async () => {
    await create('--services', 'orders,payments');
    const before = filesOf(fs, ROOT);
    for (const [argv, message] of [
      [['add', 'databse', 'sqlite'], 'Did you mean "database"?'],
      [['add', 'database', 'sqlit', '--service', 'orders'], 'Did you mean "sqlite"?'],
      [['add', 'database', 'sqlite'], 'Name one: --service orders | payments'],
      [['add', 'database', 'sqlite', '--service', 'order'], 'Did you mean "orders"?'],
      [['add', 'ci', 'gitlab', '--service', 'orders'], 'Leave --service out.'],
      [['remove', 'servce', 'orders'], 'Did you mean "service"?'],
      [['remove', 'service'], 'msvc remove service <name>'],
      [['remove', 'service', 'orderz'], 'Did you mean "orders"?'],
      [['remove', 'python'], 'python always has a value'],
      [['remove', 'ci', 'jenkins'], 'It has: github'],
      [['add-service', 'orders'], 'a service is called orders already'],
      [['add-service', 'json'], 'A name that works: json-service'],
      [['rename', 'orders', 'payments'], 'a service is called payments already'],
      [['rename', 'nobody', 'somebody'], 'no service is called "nobody"'],
      [['eject', 'services/orders/READM.md'], 'Did you mean "services/orders/README.md"?'],
      [['undo'], 'the last run created this workspace'],
      [['sync', '--continue'], 'no run has stopped on conflicts'],
    ] as const) {
      const { code, err } = await msvc(...argv);
      expect([code, err], argv.join(' ')).toEqual([2, expect.stringContaining(message)]);
      expect(filesOf(fs, ROOT), argv.join(' ')).toEqual(before);
    }
  });

  it('refuses every value that no feature offers', async () => {
    const pack = await sharedPack();
    world = { ...world, pack };
    await create('--services', 'orders', '--database', 'none');
    const before = filesOf(fs, ROOT);
    for (const option of OPTIONS as readonly Option[]) {
      for (const value of option.values.filter((candidate) => !availableValues(option, pack).includes(candidate))) {
        for (const command of ['add', 'set']) {
          const { code, err } = await msvc(command, option.name, value);
          expect([code, err], `${command} ${option.name} ${value}`).toEqual([
            2,
            expect.stringMatching(/^error .+\n {6}.+\n$/),
          ]);
        }
      }
    }
    expect(filesOf(fs, ROOT)).toEqual(before);
  });
});

describe('msvc add-service, rename and eject', () => {
  it('moves the only service into a folder of its own, edits and all', async () => {
    await create('--database', 'sqlite');
    edit('src/shop/main.py', 'import logging\n', 'import logging\nimport os  # mine\n');
    write('src/shop/own.py', 'VALUE = 1\n');
    write('notes.md', '# Mine\n');
    write('uv.lock', 'locked\n');
    expect((await msvc('add-service', 'payments', '--database', 'none')).code).toBe(0);
    const files = filesOf(fs, ROOT);
    expect(files['services/shop/src/shop/main.py']).toContain('import os  # mine');
    expect(files['services/shop/src/shop/own.py']).toBe('VALUE = 1\n');
    expect(files['services/shop/uv.lock']).toBe('locked\n');
    expect(files['notes.md']).toBe('# Mine\n');
    expect(Object.keys(files).filter((path) => path.startsWith('src/'))).toEqual([]);
    expect(parseSpec(files['msvc.yaml'] ?? '').services.map(({ path }) => path)).toEqual([
      'services/payments',
      'services/shop',
    ]);
    expect((await msvc('sync', '--check')).code).toBe(0);
    expect((await msvc('undo')).code).toBe(0);
    expect(filesOf(fs, ROOT)['src/shop/main.py']).toContain('import os  # mine');
    expect(fs.readdirSync(ROOT)).not.toContain('services');
  });

  it('renames a service with its package, edits and own files', async () => {
    await create('--services', 'orders,payments');
    edit('services/orders/src/orders/main.py', 'import logging\n', 'import logging\nimport os  # mine\n');
    write('services/orders/src/orders/own.py', 'VALUE = 1\n');
    expect((await msvc('rename', 'orders', 'purchase-orders')).code).toBe(0);
    const files = filesOf(fs, ROOT);
    expect(files['services/purchase-orders/src/purchase_orders/main.py']).toContain('import os  # mine');
    expect(files['services/purchase-orders/src/purchase_orders/main.py']).toContain('"purchase_orders"');
    expect(files['services/purchase-orders/src/purchase_orders/own.py']).toBe('VALUE = 1\n');
    expect(Object.keys(files).filter((path) => path.startsWith('services/orders/'))).toEqual([]);
    expect((await msvc('sync', '--check')).code).toBe(0);
  });

  it('never touches again what was ejected', async () => {
    await create('--services', 'orders');
    expect((await msvc('eject', 'services/orders/Dockerfile')).code).toBe(0);
    const before = read('services/orders/Dockerfile');
    await msvc('set', 'python', '3.12');
    expect(read('services/orders/Dockerfile')).toBe(before);
    await msvc('remove', 'service', 'orders');
    expect(read('services/orders/Dockerfile')).toBe(before);
  });

  it('undoes the last run, and refuses where that would lose an edit', async () => {
    await create('--services', 'orders');
    await msvc('set', 'python', '3.12');
    write('services/orders/pyproject.toml', `${read('services/orders/pyproject.toml')}# mine\n`);
    const before = filesOf(fs, ROOT);
    const { code, err } = await msvc('undo');
    expect([code, err]).toEqual([1, expect.stringContaining('! services/orders/pyproject.toml was edited since')]);
    expect(filesOf(fs, ROOT)).toEqual(before);
  });
});

describe('msvc update', () => {
  beforeEach(async () => {
    world = { ...world, processes: memoryGit() };
    fs.mkdirSync(`${ROOT}/.git`, { recursive: true });
    await create('--services', 'orders,payments', '--database', 'sqlite', '--no-git');
    world = { ...world, pack: SECOND_PACK, version: '2.0.0' };
  });

  it('brings what changed in the templates into what was edited', async () => {
    edit('services/orders/README.md', 'A service.', 'A service.\n\nOurs: it takes orders.');
    edit('services/orders/src/orders/main.py', 'def main() -> None:\n', 'def main() -> None:\n    """Ours."""\n');
    edit('services/orders/scripts/start.sh', '# starts it', '# starts it\necho ours');
    edit('services/payments/package.json', '{\n', '{\n  "ours": true,\n');
    edit('compose.yaml', '# Everything', '# Ours\n# Everything');
    fs.unlinkSync(`${ROOT}/services/payments/README.md`);
    const { code, out, err } = await msvc('update');
    expect([code, err], out).toEqual([0, expect.stringContaining('From 1.0.0 to 2.0.0:')]);
    const files = filesOf(fs, ROOT);
    expect(files['services/orders/README.md']).toContain('Ours: it takes orders.');
    expect(files['services/orders/src/orders/main.py']).toMatch(/import sys[\s\S]*"""Ours\."""[\s\S]*sys\.exit/);
    expect(files['services/orders/bin/start.sh']).toContain('echo ours');
    expect(files['services/orders/scripts/start.sh']).toBeUndefined();
    expect(JSON.parse(files['services/payments/package.json'] ?? '')).toMatchObject({ ours: true, version: '2' });
    expect(files['services/payments/README.md']).toBeUndefined();
    expect(files['services/payments/old.txt']).toBeUndefined();
    expect(files['services/payments/new.txt']).toBe('is needed now\n');
    expect(files['compose.yaml']).toContain('# Ours\n');
  });

  it('shows where both changed the same line', async () => {
    edit('services/orders/README.md', 'A service.', 'Ours.');
    const { code, err } = await msvc('update');
    expect([code, err]).toEqual([1, expect.stringContaining('! services/orders/README.md: conflict (1 place)')]);
    expect(read('services/orders/README.md')).toContain(
      'Ours.\n||||||| as last generated\nA service.\n=======\nA service of shop.\n',
    );
  });

  it('touches nothing that was edited where what was generated is not to be found, and says so', async () => {
    world = { ...world, processes: NO_PROCESSES };
    edit('services/orders/README.md', 'A service.', 'Ours.');
    const { code, err } = await msvc('update');
    expect([code, err]).toEqual([
      1,
      expect.stringContaining('! services/orders/README.md: edited, and what was generated'),
    ]);
    expect(read('services/orders/README.md')).toContain('Ours.');
    expect(read('services/payments/README.md')).toContain('## Test');
  });

  it('asks first on a terminal, and takes no for an answer', async () => {
    const before = filesOf(fs, ROOT);
    const asked = await runIn({ ...world, answers: [false] }, 'msvc', 'update');
    expect([asked.code, filesOf(fs, ROOT)]).toEqual([0, before]);
    expect(asked.err).toContain('From 1.0.0 to 2.0.0:');
    expect((await runIn({ ...world, answers: [true] }, 'msvc', 'update')).code).toBe(0);
    expect(read('services/orders/new.txt')).toBe('is needed now\n');
  });
});

describe('every command that changes files', () => {
  const commands = [
    ['sync'],
    ['update'],
    ['add', 'ci', 'gitlab'],
    ['remove', 'monitoring'],
    ['remove', 'service', 'payments'],
    ['rename', 'orders', 'purchases'],
    ['set', 'python', '3.12'],
    ['add-service', 'billing'],
    ['eject', 'CODEOWNERS'],
  ];

  it.each(commands)(
    '%s %s %s: --dry-run writes nothing, --json is one document, --quiet says nothing',
    async (...argv) => {
      await create('--services', 'orders,payments');
      const command = argv.filter((word) => word !== undefined);
      const before = filesOf(fs, ROOT);
      expect((await msvc(...command, '--dry-run')).code).toBe(0);
      expect((await msvc(...command, '--dry-run', '--diff')).code).toBe(0);
      const { out } = await msvc(...command, '--dry-run', '--json');
      expect(JSON.parse(out)).toMatchObject({ root: ROOT, summary: { open: 0 } });
      expect(filesOf(fs, ROOT)).toEqual(before);
      expect(await msvc(...command, '--quiet', '--no-lock')).toEqual({ code: 0, out: '', err: '' });
    },
  );
});

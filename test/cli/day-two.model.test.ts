import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileSystem } from '../../src/tree/file-system.ts';
import { readTree } from '../../src/tree/read-tree.ts';
import { emptyDisk, memoryGit, type Outcome, runIn, type World } from '../support/cli.ts';
import { FIRST_PACK, SECOND_PACK } from '../support/small-pack.ts';

const RUNS = Number(process.env.MODEL_RUNS ?? 220);
const SEED = process.env.MODEL_SEED === undefined ? {} : { seed: Number(process.env.MODEL_SEED) };

type Step =
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | { readonly kind: 'update' }
  | { readonly kind: 'edit'; readonly file: number; readonly line: number; readonly how: Edit }
  | { readonly kind: 'own'; readonly where: number };

type Edit = 'insert' | 'append' | 'replace' | 'delete file' | 'trailing comment';

const NAMES = ['billing', 'orders', 'payments', 'shipping'];
const name = fc.constantFrom(...NAMES);
const database = fc.constantFrom('none', 'sqlite', 'postgres');

const commands: fc.Arbitrary<readonly string[]> = fc.oneof(
  fc.tuple(name, database).map(([service, value]) => ['add-service', service, '--database', value]),
  name.map((service) => ['remove', 'service', service]),
  fc.tuple(name, name).map(([from, to]) => ['rename', from, to]),
  fc.constantFrom('3.11', '3.12', '3.13').map((value) => ['set', 'python', value]),
  fc.tuple(name, database).map(([service, value]) => ['set', 'database', value, '--service', service]),
  fc.constantFrom(['add', 'ci', 'gitlab'], ['remove', 'ci', 'github'], ['remove', 'ci'], ['remove', 'monitoring']),
  fc.constantFrom(['sync'], ['undo'], ['set', 'base-image', 'slim'], ['add', 'monitoring', 'prometheus']),
  fc.constantFrom(...NAMES).map((service) => ['eject', `services/${service}/README.md`]),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: commands.map((argv): Step => ({ kind: 'command', argv })) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'update' }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('edit' as const),
      file: fc.nat(1000),
      line: fc.nat(1000),
      how: fc.constantFrom<Edit>('insert', 'append', 'replace', 'delete file', 'trailing comment'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('own' as const), where: fc.nat(1000) }) },
);

/** A workspace, what its user wrote in it, and which template set the tool brings. */
class Model {
  readonly fs = emptyDisk();
  world: World = { fs: this.fs, cwd: '/disk/shop', pack: FIRST_PACK, version: '1.0.0', processes: memoryGit() };
  /** What the user wrote and did not delete: a word that stands nowhere else. */
  readonly words = new Set<string>();
  private count = 0;

  async create(): Promise<void> {
    this.fs.mkdirSync('/disk/shop/.git', { recursive: true });
    const created = await runIn(
      { ...this.world, cwd: '/disk' },
      'create-microservice',
      'shop',
      '--services',
      'orders',
      '--yes',
      '--no-git',
    );
    expect(created.code, created.err).toBe(0);
  }

  async run(...argv: readonly string[]): Promise<Outcome> {
    const outcome = await runIn(this.world, 'msvc', ...argv);
    expect(outcome.err, argv.join(' ')).not.toContain('internal error');
    return outcome;
  }

  async take(taken: Step): Promise<void> {
    if (taken.kind === 'edit') this.edit(taken);
    else if (taken.kind === 'own') this.writeOwn(taken.where);
    else {
      if (taken.kind === 'update') this.world = { ...this.world, pack: SECOND_PACK, version: '2.0.0' };
      await this.command(taken.kind === 'update' ? ['update'] : taken.argv);
    }
  }

  /** Runs a command and checks what holds after every one. */
  private async command(argv: readonly string[]): Promise<void> {
    const before = snapshot(this.fs);
    if (argv[0] !== 'undo') {
      const { out } = await this.run(...argv, '--dry-run', '--json');
      expect(snapshot(this.fs), `${argv.join(' ')} --dry-run`).toEqual(before);
      if (out !== '') JSON.parse(out);
    }
    const outcome = await this.run(...argv);
    this.expectWords(argv);
    if (outcome.code === 2) {
      expect(snapshot(this.fs), `refused: ${argv.join(' ')}`).toEqual(before);
      return;
    }
    if (argv[0] === 'undo') return;
    if (outcome.code === 1) {
      expect(outcome.err).toMatch(/^! /m);
      if (this.conflicted().length > 0) await this.settle(before, argv);
      return;
    }
    const again = await this.run('sync');
    expect([again.code, again.out], `sync after ${argv.join(' ')}`).toEqual([
      0,
      'Nothing to do: the files are what msvc.yaml says.\n',
    ]);
    if (snapshotsDiffer(before, snapshot(this.fs))) {
      const after = snapshot(this.fs);
      expect((await this.run('undo')).code, `undo of ${argv.join(' ')}`).toBe(0);
      expect(snapshot(this.fs), `undo of ${argv.join(' ')}`).toEqual(before);
      expect((await this.run('undo')).code, `undo twice of ${argv.join(' ')}`).toBe(0);
      expect(snapshot(this.fs), `undo twice of ${argv.join(' ')}`).toEqual(after);
    }
  }

  /** Rolls a run back that stopped on conflicts, does it again, and settles it by keeping every side. */
  private async settle(before: Snapshot, argv: readonly string[]): Promise<void> {
    expect((await this.run('sync')).code).toBe(2);
    expect((await this.run('sync', '--continue')).code).toBe(1);
    expect((await this.run('sync', '--abort')).code).toBe(0);
    expect(snapshot(this.fs), `abort of ${argv.join(' ')}`).toEqual(before);
    expect((await this.run(...argv)).code).toBe(1);
    for (const path of this.conflicted()) {
      const text = this.read(path).replace(/^(?:<{7} .*|\|{7} .*|={7}|>{7} .*)\n/gm, '');
      this.fs.writeFileSync(`/disk/shop/${path}`, text);
    }
    const { code, err } = await this.run('sync', '--continue');
    expect([0, 1], err).toContain(code);
    this.expectWords(argv);
  }

  private conflicted(): readonly string[] {
    return Object.keys(snapshot(this.fs)).filter((path) => this.read(path).includes('<<<<<<< '));
  }

  private expectWords(argv: readonly string[]): void {
    const everything = Object.values(snapshot(this.fs)).join('\n');
    for (const word of this.words)
      expect(everything.includes(`${word};`), `${word} after ${argv.join(' ')}`).toBe(true);
  }

  private edit({ file, line, how }: Step & { kind: 'edit' }): void {
    const paths = Object.keys(snapshot(this.fs)).filter((path) => !path.startsWith('.msvc/') && path !== 'msvc.yaml');
    const path = paths[file % paths.length];
    if (path === undefined) return;
    const text = this.read(path);
    if (how === 'delete file') {
      this.fs.unlinkSync(`/disk/shop/${path}`);
      this.forget(text);
      return;
    }
    const word = `mine-${++this.count}`;
    const lines = text.split('\n');
    const at = how === 'append' ? lines.length - 1 : line % lines.length;
    if (path.endsWith('.json')) {
      if (text.includes('<<<')) return;
      const value = JSON.parse(text) as object;
      this.fs.writeFileSync(`/disk/shop/${path}`, `${JSON.stringify({ ...value, [word]: `${word};` }, null, 2)}\n`);
    } else {
      const old = lines[at] ?? '';
      const indent = /^ */.exec(old)?.[0] ?? '';
      if (how === 'replace') {
        // Only in free text: it shall stay what it is, YAML or TOML.
        if (!/\.(?:md|py|txt|sh)$/.test(path)) return;
        this.forget(old);
        lines[at] = `${indent}# ${word};`;
      } else if (how === 'trailing comment' && old !== '' && !old.startsWith('#!')) lines[at] = `${old} # ${word};`;
      else lines.splice(at, 0, `${indent}# ${word};`);
      this.fs.writeFileSync(`/disk/shop/${path}`, lines.join('\n'));
    }
    this.words.add(word);
  }

  private writeOwn(where: number): void {
    const word = `mine-${++this.count}`;
    const places = ['notes.txt', '.gitlab-ci.yml', ...NAMES.flatMap((service) => [`services/${service}/own.txt`])];
    const path = places[where % places.length] ?? 'notes.txt';
    const before = snapshot(this.fs)[path];
    if (before !== undefined) return;
    const folder = path.split('/').slice(0, -1).join('/');
    this.fs.mkdirSync(`/disk/shop/${folder}`, { recursive: true });
    this.fs.writeFileSync(`/disk/shop/${path}`, `# ${word};\n`);
    this.words.add(word);
  }

  private forget(text: string): void {
    for (const word of this.words) if (text.includes(`${word};`)) this.words.delete(word);
  }

  private read(path: string): string {
    return new TextDecoder().decode(this.fs.readFileSync(`/disk/shop/${path}`));
  }
}

type Snapshot = Readonly<Record<string, string>>;

function snapshot(fs: FileSystem): Snapshot {
  const tree = readTree(fs, '/disk/shop', (path) => path === '.msvc/state' || path === '.git');
  return Object.fromEntries([...tree].map(([path, { content, mode }]) => [path, `${mode.toString(8)} ${content}`]));
}

function snapshotsDiffer(left: Snapshot, right: Snapshot): boolean {
  return JSON.stringify(left) !== JSON.stringify(right);
}

describe('any sequence of commands and edits', () => {
  it(`loses nothing that a user wrote, and says what it could not bring in (${RUNS} sequences)`, {
    timeout: 600_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 9 }), async (steps) => {
        const model = new Model();
        await model.create();
        for (const taken of steps) await model.take(taken);
      }),
      { numRuns: RUNS, ...SEED },
    );
  });
});

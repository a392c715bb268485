import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { readTemplates } from '../../src/cli/builtin-pack.ts';
import { compileTemplate } from '../../src/render/compile.ts';
import type { Pack } from '../../src/render/feature.ts';
import { loadPack } from '../../src/render/load-pack.ts';
import { render } from '../../src/render/render.ts';
import { parseSpec } from '../../src/spec/parse-spec.ts';

/** What `scripts/proof.mjs` hands to a proof. */
export interface Bench {
  /** The checkout. */
  readonly root: string;
  /** Survives from run to run: built tools, base images. */
  readonly cache: string;
  /** A scratch folder of this run. */
  readonly work: string;
  readonly say: (line: string) => void;
}

/** A line of the table that is printed at the end. */
export interface Figure {
  readonly what: string;
  readonly figure: string;
}

/** Renders a spec from this checkout's templates into a folder. */
export async function generate(bench: Bench, spec: string, folder: string): Promise<void> {
  const pack: Pack = loadPack(readTemplates(join(bench.root, 'templates')), (source, name) =>
    compileTemplate(source, name, () => pack.versions),
  );
  for (const [path, { content, mode }] of render(parseSpec(spec), pack, '0.0.0')) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content, { mode });
  }
}

/** The machine's uv as a binary: a version manager's shim would ask for the generated `.python-version`. */
export async function uvBinary(bench: Bench): Promise<string> {
  const venv = join(bench.cache, 'uv');
  const uv = join(venv, 'bin', 'uv');
  const { failed } = await execa(uv, ['--version'], { reject: false });
  if (failed) {
    await execa('python3', ['-m', 'venv', venv], { cwd: bench.root });
    await execa(join(venv, 'bin', 'pip'), ['install', '--quiet', 'uv'], { cwd: bench.root });
  }
  return uv;
}

/** Installs what is missing of some Debian packages. */
export async function debianPackages(bench: Bench, programs: Readonly<Record<string, string>>): Promise<void> {
  const missing: string[] = [];
  for (const [program, name] of Object.entries(programs)) {
    const { failed } = await execa('sh', ['-c', `command -v ${program}`], { reject: false });
    if (failed) missing.push(name);
  }
  if (missing.length === 0) return;
  bench.say(`installing ${missing.join(', ')}`);
  await execa('apt-get', ['update', '-qq']);
  await execa('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing]);
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse } from 'smol-toml';
import { type Bench, type Figure, generate, uvBinary } from './bench.ts';

const PYTHONS = ['311', '312', '313', '314', '315'];
const MACHINES = ['x86_64', 'aarch64'];

interface Dependency {
  readonly name: string;
  readonly extra?: readonly string[];
}

interface LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly source: { readonly registry?: string };
  readonly dependencies?: readonly Dependency[];
  readonly 'optional-dependencies'?: Readonly<Record<string, readonly Dependency[]>>;
  readonly wheels?: readonly { readonly url: string }[];
}

/**
 * Every production dependency that is locked has a wheel for alpine (PEP 656, musllinux), so that the image needs no compiler.
 *
 * @throws where a Python up to the default one lacks a wheel; what a later Python lacks is a figure
 */
export async function prove(bench: Bench): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const database of ['none', 'sqlite', 'postgres']) {
    const folder = join(bench.work, database);
    const spec = `version: 1\nname: orders\npython: "3.11"\nservices: { orders: { path: ., database: ${database} } }\n`;
    await generate(bench, spec, folder);
    await execa(await uvBinary(bench), ['lock', '--quiet'], { cwd: folder });
    const lock = parse(await readFile(join(folder, 'uv.lock'), 'utf8')) as unknown as { package: LockedPackage[] };
    const locked = production(lock.package);
    for (const python of PYTHONS) {
      const lacking = locked.filter((entry) => !MACHINES.every((machine) => hasWheel(entry, python, machine)));
      const names = lacking.map(({ name, version }) => `${name} ${version}`).join(', ');
      if (lacking.length > 0 && python < '315') throw new Error(`no musllinux wheel for Python ${python}: ${names}`);
      const all = `${locked.length} packages, all have wheels`;
      figures.push({
        what: `${database}, Python 3.${python.slice(1)}`,
        figure: lacking.length === 0 ? all : `lacking: ${names}`,
      });
    }
  }
  return figures;
}

/** What the service itself needs, directly or not; development tools are left out. */
function production(packages: readonly LockedPackage[]): readonly LockedPackage[] {
  const byName = new Map(packages.map((entry) => [entry.name, entry]));
  const found = new Set<LockedPackage>();
  const visit = ({ name, extra = [] }: Dependency): void => {
    const entry = byName.get(name);
    if (entry === undefined) return;
    for (const of of extra) entry['optional-dependencies']?.[of]?.forEach(visit);
    if (found.has(entry)) return;
    found.add(entry);
    entry.dependencies?.forEach(visit);
  };
  visit({ name: 'orders' });
  return [...found].filter(({ source }) => source.registry !== undefined);
}

function hasWheel({ wheels = [] }: LockedPackage, python: string, machine: string): boolean {
  return wheels.some(({ url }) => {
    const [platform = '', abi = '', interpreter = ''] = url
      .replace(/\.whl$/, '')
      .split('-')
      .reverse();
    const runs = interpreter.split('.').some((tag) => {
      if (tag === 'py3' || tag === `cp${python}`) return true;
      return abi === 'abi3' && /^cp3\d+$/.test(tag) && Number(tag.slice(3)) <= Number(python.slice(1));
    });
    return runs && (platform === 'any' || new RegExp(`musllinux_1_[0-2]_${machine}`).test(platform)) && !/t$/.test(abi);
  });
}

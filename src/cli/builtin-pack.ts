import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Pack } from '../render/feature.ts';
import type { TreeFile } from '../tree/tree.ts';

/**
 * The pack that comes with the tool. This module reads `templates/` and serves development and tests; in the bundle the
 * build puts the same pack in its place, with every template precompiled (`scripts/pack-source.ts`).
 */
export async function builtinPack(): Promise<Pack> {
  const [{ loadPack }, { compileTemplate }] = await Promise.all([
    import('../render/load-pack.ts'),
    import('../render/compile.ts'),
  ]);
  const pack: Pack = loadPack(
    readTemplates(fileURLToPath(new URL('../../templates', import.meta.url))),
    (source, name) => compileTemplate(source, name, () => pack.versions),
  );
  return pack;
}

/**
 * The files of a folder of templates, as they are on the disk.
 *
 * @param folder path of the folder
 */
export function readTemplates(folder: string): ReadonlyMap<string, TreeFile> {
  const files: [string, TreeFile][] = [];
  for (const entry of readdirSync(folder, { recursive: true }) as string[]) {
    const status = statSync(`${folder}/${entry}`);
    if (!status.isFile()) continue;
    const bytes = readFileSync(`${folder}/${entry}`);
    const text = bytes.toString('utf8');
    const content = Buffer.from(text, 'utf8').equals(bytes) ? text : bytes;
    files.push([entry.split('\\').join('/'), { content, mode: status.mode & 0o100 ? 0o755 : 0o644 }]);
  }
  return new Map(files.sort(([left], [right]) => (left < right ? -1 : 1)));
}

import { compileTemplate } from '../../src/render/compile.ts';
import type { Pack } from '../../src/render/feature.ts';
import { loadPack } from '../../src/render/load-pack.ts';
import { treeOf } from '../../src/tree/tree.ts';

/** A pack from path → text, compiled like an outside pack. */
export function packOf(files: Readonly<Record<string, string>>): Pack {
  const pack: Pack = loadPack(treeOf(files), (source, name) => compileTemplate(source, name, () => pack.versions));
  return pack;
}

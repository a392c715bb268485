import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { builtinPack } from '../../src/cli/builtin-pack.ts';
import { render } from '../../src/render/render.ts';
import { parseSpec } from '../../src/spec/parse-spec.ts';
import type { Tree } from '../../src/tree/tree.ts';

/**
 * Renders a spec from the built-in pack and writes the files into a folder.
 *
 * @param spec what stands in `msvc.yaml` after `version: 1`
 */
export async function generateInto(folder: string, spec: string): Promise<Tree> {
  const tree = render(parseSpec(`version: 1\n${spec}`), await builtinPack(), '0.0.0');
  for (const [path, { content, mode }] of tree) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content, { mode });
  }
  return tree;
}

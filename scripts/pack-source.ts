import { join } from 'node:path';
import { readTemplates } from '../src/cli/builtin-pack.ts';
import { compileTemplate, precompileTemplate } from '../src/render/compile.ts';
import type { Template } from '../src/render/feature.ts';
import { loadPack } from '../src/render/load-pack.ts';

/**
 * The source of the module that stands in for `src/cli/builtin-pack.ts` in the bundle: the pack as data, every template
 * precompiled, so that a render at the user's never compiles nor parses a manifest.
 *
 * @param root folder of this repository
 * @throws UserError where the pack is not well-formed
 */
export function packSource(root: string): string {
  const precompiled = new Map<Template, string>();
  const pack = loadPack(readTemplates(join(root, 'templates')), (source, name) => {
    const template = compileTemplate(source, name, () => pack.versions);
    precompiled.set(template, `template(${JSON.stringify(name)}, ${precompileTemplate(source, name)})`);
    return template;
  });
  const literal = (content: string | Uint8Array | Template): string => {
    if (typeof content === 'function') return precompiled.get(content) ?? '';
    if (typeof content === 'string') return JSON.stringify(content);
    return `Buffer.from('${Buffer.from(content).toString('base64')}', 'base64')`;
  };
  const features = pack.features.map(({ name, manifest, files, fragments }) => {
    const fileLiterals = files.map(
      ({ path, mode, content }) => `{ path: ${JSON.stringify(path)}, mode: ${mode}, content: ${literal(content)} }`,
    );
    const fragmentLiterals = Object.entries(fragments).map(
      ([path, text]) => `${JSON.stringify(path)}: ${literal(text)}`,
    );
    return `feature(
  ${JSON.stringify(name)},
  ${JSON.stringify(manifest)},
  () => [${fileLiterals.join(',\n')}],
  () => ({${fragmentLiterals.join(',\n')}}),
)`;
  });
  return `import { precompiledTemplates } from '../render/precompiled.ts';
const versions = ${JSON.stringify(pack.versions)};
const template = precompiledTemplates(versions);
// What a feature brings is made when it is used: most features are not.
function feature(name, manifest, makeFiles, makeFragments) {
  let files;
  let fragments;
  return {
    name,
    manifest,
    get files() {
      return (files ??= makeFiles());
    },
    get fragments() {
      return (fragments ??= makeFragments());
    },
  };
}
const pack = { features: [${features.join(',\n')}], versions, digest: '${pack.digest}' };
export async function builtinPack() {
  return pack;
}
`;
}

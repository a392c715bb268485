import { parse } from 'yaml';
import type * as z from 'zod';
import { hashTree } from '../tree/hash-tree.ts';
import { compareText, type Tree } from '../tree/tree.ts';
import { UserError } from '../tree/user-error.ts';
import {
  CONTRIBUTION_KINDS,
  type Feature,
  type FeatureFile,
  featureSchema,
  type Pack,
  type Template,
  versionsSchema,
} from './feature.ts';

const MANIFEST = 'feature.yaml';
const VERSIONS = 'versions.yaml';
const TEMPLATE_SUFFIX = '.hbs';

/**
 * Reads a pack: one folder per feature, each with a `feature.yaml`, and a `versions.yaml` beside them.
 *
 * @param tree the files of the pack
 * @param compile turns a template's source into a function; the name is for messages
 * @throws UserError with the file where the pack is not well-formed
 */
export function loadPack(tree: Tree, compile: (source: string, name: string) => Template): Pack {
  const names = [...tree.keys()]
    .filter((path) => /^[^/]+\/feature\.yaml$/.test(path))
    .map((path) => path.split('/')[0] ?? '');
  const features = names.sort(compareText).map((name) => loadFeature(tree, name, compile));
  const versions = tree.get(VERSIONS);
  return {
    features,
    versions: versions === undefined ? versionsSchema.parse({}) : validate(versionsSchema, versions.content, VERSIONS),
    digest: hashTree(tree, 'sha1').digest('hex'),
  };
}

function loadFeature(tree: Tree, name: string, compile: (source: string, name: string) => Template): Feature {
  const manifestPath = `${name}/${MANIFEST}`;
  const manifest = validate(featureSchema, tree.get(manifestPath)?.content ?? '', manifestPath);
  const files: FeatureFile[] = [];
  for (const [path, file] of tree) {
    const prefix = `${name}/files/`;
    if (!path.startsWith(prefix)) continue;
    const below = path.slice(prefix.length);
    const isTemplate = below.endsWith(TEMPLATE_SUFFIX) && typeof file.content === 'string';
    files.push({
      path: isTemplate ? below.slice(0, -TEMPLATE_SUFFIX.length) : below,
      mode: file.mode,
      content: isTemplate ? compile(file.content as string, path) : file.content,
    });
  }
  const fragments: Record<string, string | Template> = {};
  for (const [slot, value] of Object.entries(manifest.contributes)) {
    if (CONTRIBUTION_KINDS.includes(slot)) continue;
    for (const fragment of [value as string | string[]].flat()) {
      const path = `${name}/${fragment}`;
      const content = tree.get(path)?.content;
      if (typeof content !== 'string') {
        throw new UserError(`${slot} names ${fragment}, which is no text file of the feature`, {
          place: { file: manifestPath },
        });
      }
      fragments[fragment] = fragment.endsWith(TEMPLATE_SUFFIX) ? compile(content, path) : content;
    }
  }
  return { name, manifest, files, fragments };
}

function validate<Schema extends z.ZodType>(
  schema: Schema,
  content: string | Uint8Array,
  file: string,
): z.infer<Schema> {
  let value: unknown;
  try {
    value = parse(String(content));
  } catch (cause) {
    throw new UserError(`not YAML: ${(cause as Error).message}`, { place: { file }, cause });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new UserError(`${issue?.path.join('.')}: ${issue?.message}`, { place: { file } });
}

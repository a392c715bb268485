import type { Definitions, Schema } from '../yaml/schema.ts';
import { composeSchemaText } from './schema-text.ts';

/** The Compose Specification's schema. */
export interface ComposeSchema {
  readonly root: Schema;
  readonly definitions: Definitions;
}

let parsed: ComposeSchema | undefined;

/** The schema, parsed when it is first asked for. */
export function composeSchema(): ComposeSchema {
  parsed ??= JSON.parse(composeSchemaText) as ComposeSchema;
  return parsed;
}

import type { Definitions } from '../yaml/schema.ts';
import { kubernetesSchemaText } from './schema-text.ts';

/** The built-in kinds of Kubernetes. */
export interface KubernetesSchema {
  /** `apps/v1 Deployment` → the name of its definition. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly definitions: Definitions;
}

let parsed: KubernetesSchema | undefined;

/** The schema, parsed when it is first asked for. */
export function kubernetesSchema(): KubernetesSchema {
  parsed ??= JSON.parse(kubernetesSchemaText) as KubernetesSchema;
  return parsed;
}

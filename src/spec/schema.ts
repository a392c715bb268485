import * as z from 'zod';
import { type OptionName, optionNamed, type ValueOf } from './options.ts';

function choice<Name extends OptionName>(name: Name) {
  const option = optionNamed(name);
  return z.enum(option.values as readonly [ValueOf<Name>, ...ValueOf<Name>[]]).describe(option.description);
}

/** YAML reads an unquoted `3.14` as a number; it is taken as the version that it spells. */
const pythonVersion = z.preprocess(
  (value) => (typeof value === 'number' ? String(value) : value),
  choice('python'),
) as unknown as z.ZodType<ValueOf<'python'>>;

const names = z.array(z.string());

const ownerNames = z.array(z.string()).describe('Who reviews changes: @user, @organisation/team or an e-mail address');

const serviceSchema = z.strictObject({
  path: z.string().optional().describe('Folder of the service; services/<name> by default'),
  port: z.int().min(1024).max(65535).optional().describe("Port on the developer's machine"),
  framework: choice('framework').optional(),
  database: choice('database').optional(),
  cache: choice('cache').optional(),
  broker: choice('broker').optional(),
  pattern: choice('pattern').optional(),
  python: pythonVersion.optional(),
  'base-image': choice('base-image').optional(),
  calls: names.optional().describe('Services that this one calls over HTTP'),
  publishes: names.optional().describe('Events that this service publishes'),
  subscribes: names.optional().describe('Events that this service consumes'),
  owners: ownerNames.optional(),
});

/** `msvc.yaml` as people write it: everything that equals its default may be left out. */
export const specSchema = z.strictObject({
  version: z.literal(1).describe("The format's version"),
  name: z.string().describe('The workspace'),
  python: pythonVersion.optional(),
  'base-image': choice('base-image').optional(),
  ci: z.union([choice('ci'), z.array(choice('ci'))]).optional(),
  deploy: z
    .union([
      choice('deploy'),
      z.strictObject({ target: choice('deploy').optional(), strategy: choice('strategy').optional() }),
    ])
    .optional(),
  gateway: choice('gateway').optional(),
  logs: choice('logs').optional(),
  monitoring: choice('monitoring').optional(),
  tracing: choice('tracing').optional(),
  'config-service': choice('config-service').optional(),
  owners: ownerNames.optional(),
  packs: z.array(z.string()).optional().describe('Packs of features from outside: a path, npm package or git address'),
  services: z.record(z.string(), serviceSchema.nullable()).describe('The services, by name'),
  lint: z.record(z.string(), z.unknown()).optional().describe('Settings of msvc lint'),
});

/** What {@link specSchema} accepts, after YAML. */
export type SpecInput = z.infer<typeof specSchema>;

/** A service's part of {@link SpecInput}. */
export type ServiceInput = z.infer<typeof serviceSchema>;

/**
 * The JSON Schema (draft 2020-12) of `msvc.yaml`, for editors.
 *
 * @param lintSchema the schema of the `lint` section, where the caller knows it
 */
export function specJsonSchema(lintSchema?: object): object {
  const schema = z.toJSONSchema(specSchema, { io: 'input', unrepresentable: 'any' }) as {
    properties: Record<string, object>;
  };
  if (lintSchema !== undefined) schema.properties.lint = lintSchema;
  return { ...schema, title: 'msvc.yaml', description: 'The desired state of a repository of microservices' };
}

/** The keys that each level of the spec knows, for suggestions. */
export const SPEC_KEYS: readonly string[] = Object.keys(specSchema.shape);
export const SERVICE_KEYS: readonly string[] = Object.keys(serviceSchema.shape);

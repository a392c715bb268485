import * as z from 'zod';
import { OPTIONS } from '../spec/options.ts';
import type { FileMode } from '../tree/tree.ts';

/** A rendered template: context → text. */
export type Template = (context: object) => string;

/** What a slot's text is made of: see {@link fillSlot}. */
export type SlotKind = 'text' | 'lines' | 'yaml';

const conditionValue = z.union([z.string(), z.boolean(), z.array(z.string())]);

const conditionKeys = [
  ...OPTIONS.map((option) => option.name),
  'layout',
  'calls',
  'publishes',
  'subscribes',
  'owners',
] as const;

const condition = z.partialRecord(z.enum(conditionKeys), conditionValue);

const settingSchema = z.strictObject({
  type: z.string(),
  description: z.string(),
  default: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
  secret: z.boolean().default(false),
  'required-in': z.array(z.enum(['development', 'test', 'production'])).default([]),
  example: z.union([z.string(), z.number(), z.boolean()]).optional(),
});

/** `module:name`, the module inside the service's package. */
const pythonNames = z.array(z.string().regex(/^[\w.]+:\w+$/)).default([]);

const fragments = z.union([z.string(), z.array(z.string())]);

const contributions = z.object({
  dependencies: z.array(z.string()).default([]),
  'dev-dependencies': z.array(z.string()).default([]),
  settings: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), settingSchema).default({}),
  'call-settings': z.record(z.string().regex(/^[A-Z_]+$/), settingSchema).default({}),
  lifespan: pythonNames,
  routes: pythonNames,
});

/** The contributions that are no slots. */
export const CONTRIBUTION_KINDS: readonly string[] = Object.keys(contributions.shape);

/** The format of `feature.yaml`. */
export const featureSchema = z.strictObject({
  description: z.string().describe('One line for people'),
  scope: z.enum(['service', 'workspace']).describe('Whether the feature is rendered once per service or once'),
  when: z
    .union([condition, z.array(condition)])
    .default({})
    .transform((when) => [when].flat())
    .describe('Option → value or values; the feature applies when all agree. In a list, when all agree in any of them'),
  replaces: z.string().optional().describe('A feature of the packs below whose place this one takes'),
  requires: z
    .partialRecord(z.enum(conditionKeys), conditionValue)
    .default({})
    .describe('What else must be chosen where the feature applies; anything else is refused'),
  after: z.array(z.string()).default([]).describe('Features whose contributions come before those of this one'),
  slots: z
    .record(z.string(), z.enum(['text', 'lines', 'yaml']))
    .default({})
    .describe('Places that other features may fill'),
  folders: z
    .record(z.string().regex(/^[a-z][a-z-]*$/), z.string())
    .default({})
    .describe('Name → folder: what other features bring below `__name__/` goes there'),
  lists: z
    .array(z.string())
    .default([])
    .describe('Files of the workspace with one entry a line, in any order: what two branches add is kept from both'),
  contributes: contributions
    .catchall(fragments)
    .prefault({})
    .describe('What the feature brings to others; a key beside the known ones is the name of a slot'),
});

/** `feature.yaml`, validated. */
export type FeatureManifest = z.infer<typeof featureSchema>;

/** A file that a feature brings. */
export interface FeatureFile {
  /** Path below `files/`, without the `.hbs` suffix; placeholders unresolved. */
  readonly path: string;
  readonly mode: FileMode;
  readonly content: string | Uint8Array | Template;
}

/** A folder of a pack. */
export interface Feature {
  readonly name: string;
  readonly manifest: FeatureManifest;
  readonly files: readonly FeatureFile[];
  /** Fragments for slots: path in the feature's folder → template or text. */
  readonly fragments: Readonly<Record<string, string | Template>>;
}

const fact = { source: z.string().describe('Where the value was looked up'), date: z.string().optional() };

/** The format of `versions.yaml`: the one table of what is pinned, each entry with its source. */
export const versionsSchema = z.strictObject({
  images: z
    .record(z.string(), z.strictObject({ image: z.string(), tag: z.string(), digest: z.string().optional(), ...fact }))
    .default({}),
  actions: z
    .record(z.string(), z.strictObject({ sha: z.string().regex(/^[0-9a-f]{40}$/), tag: z.string(), ...fact }))
    .default({}),
  tools: z.record(z.string(), z.strictObject({ version: z.string(), ...fact })).default({}),
});

/** `versions.yaml`, validated. */
export type Versions = z.infer<typeof versionsSchema>;

/** Features and the versions that they pin. Features are sorted by name. */
export interface Pack {
  readonly features: readonly Feature[];
  readonly versions: Versions;
  /** Of all that is in the pack: where it is the same, so is what is rendered. */
  readonly digest: string;
}

/** The JSON Schema (draft 2020-12) of `feature.yaml`, for editors and for checks outside this tool. */
export function featureJsonSchema(): object {
  const schema = z.toJSONSchema(featureSchema, { io: 'input', unrepresentable: 'any' });
  return { ...schema, title: 'feature.yaml', description: 'A feature of a pack' };
}

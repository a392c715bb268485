import * as z from 'zod';
import { plainValue, type YamlNode } from '../artifacts/yaml/node.ts';
import { UserError } from '../tree/user-error.ts';
import { type ConfiguredRule, defaultConfig, type LintConfig, placeOf } from './config.ts';
import type { Preset } from './rule.ts';

const severity = z.enum(['error', 'warning', 'info', 'off']);
const preset = z.enum(['recommended', 'strict', 'all']);
const ruleSetting = z.union([severity, z.looseObject({ severity: severity.optional() })]);
const rules = z.record(z.string(), ruleSetting).optional();

/** The `lint:` section of `msvc.yaml`. */
export const lintSchema = z.strictObject({
  preset: preset.optional().describe('Which rules run: recommended, strict or all'),
  rules: rules.describe('Severity (error, warning, info, off) and options by rule'),
  extends: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe('Files with lint settings that these build on, relative to this one'),
  overrides: z
    .array(z.strictObject({ files: z.array(z.string()).min(1), rules }))
    .optional()
    .describe('Other severities for some paths (glob patterns)'),
  ignore: z.array(z.string()).optional().describe('Paths (glob patterns) that are not reported on'),
  baseline: z.string().optional().describe('A file of known findings that are not reported again'),
  plugins: z.array(z.string()).optional().describe('Folders or npm packages with rules of your own'),
});

/** Settings as written in one file. */
export type LintSection = z.infer<typeof lintSchema>;

/**
 * Reads a `lint:` section and the files it extends.
 *
 * @param section the section's node
 * @param readSection gives the section of another file, by its path relative to the one that names it
 * @throws UserError with the place of the first mistake
 */
export function readConfig(
  section: YamlNode,
  readSection: (path: string, from: string) => YamlNode | undefined,
  depth = 0,
): LintConfig {
  const checked = lintSchema.safeParse(plainValue(section));
  if (!checked.success) throw mistake(section, checked.error);
  const own = checked.data;
  const parents = typeof own.extends === 'string' ? [own.extends] : (own.extends ?? []);
  let config = defaultConfig;
  for (const [index, path] of parents.entries()) {
    const where = section.get('extends', index) ?? section.get('extends') ?? section;
    const parent = depth > 10 ? undefined : readSection(path, section.file.path);
    if (parent === undefined)
      throw new UserError(`The lint settings of ${path} cannot be read`, { place: placeOf(where) });
    config = mergeConfig(config, readConfig(parent, readSection, depth + 1));
  }
  return mergeConfig(config, {
    preset: own.preset,
    rules: configuredRules(own.rules, section.get('rules')),
    overrides: (own.overrides ?? []).map((override, index) => ({
      files: override.files,
      rules: configuredRules(override.rules, section.get('overrides', index, 'rules')),
    })),
    ignore: own.ignore ?? [],
    baseline: own.baseline,
    plugins: own.plugins ?? [],
  });
}

function mergeConfig(
  base: LintConfig,
  over: Omit<LintConfig, 'preset'> & { readonly preset: Preset | undefined },
): LintConfig {
  return {
    preset: over.preset ?? base.preset,
    rules: new Map([...base.rules, ...over.rules]),
    overrides: [...base.overrides, ...over.overrides],
    ignore: [...base.ignore, ...over.ignore],
    baseline: over.baseline ?? base.baseline,
    plugins: [...base.plugins, ...over.plugins],
  };
}

function configuredRules(given: LintSection['rules'], node: YamlNode | undefined): ReadonlyMap<string, ConfiguredRule> {
  return new Map(
    Object.entries(given ?? {}).map(([name, setting]) => {
      const where = node?.entry(name)?.key;
      if (typeof setting === 'string') return [name, { severity: setting, options: {}, where }];
      const { severity: own, ...options } = setting;
      return [name, { severity: own, options, where }];
    }),
  );
}

function mistake(section: YamlNode, error: z.ZodError): UserError {
  const [issue] = error.issues;
  const path = (issue?.path ?? []).map((step) => (typeof step === 'number' ? step : String(step)));
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const at = section.get(...path) ?? section;
  const where = unknownKey === undefined ? at : (at.entry(unknownKey)?.key ?? at);
  const name = ['lint', ...path].join('.');
  const message =
    unknownKey === undefined
      ? `${name}: ${issue?.message ?? 'is not valid'}`
      : `${name} has no setting "${unknownKey}"`;
  return new UserError(message, { place: placeOf(where), cause: error });
}

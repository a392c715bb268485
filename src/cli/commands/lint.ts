import { isAbsolute, relative, resolve } from 'node:path';
import { Option } from 'commander';
import { discover } from '../../artifacts/discover.ts';
import type { FileSource } from '../../artifacts/file-source.ts';
import { openRepository } from '../../artifacts/repository.ts';
import { applyBaseline, type BaselineEntry, formatBaseline, parseBaseline } from '../../lint/baseline.ts';
import type { LintConfig } from '../../lint/config.ts';
import type { Finding } from '../../lint/finding.ts';
import { fixAll } from '../../lint/fix-all.ts';
import { type LintOptions, type LintResult, lint as lintRepository } from '../../lint/lint.ts';
import { type FormatName, formats, isFormat } from '../../lint/report/formats.ts';
import type { ReportInput } from '../../lint/report/report.ts';
import type { Preset } from '../../lint/rule.ts';
import { UserError } from '../../tree/user-error.ts';
import { changedLines } from '../changed-lines.ts';
import { defineCommand } from '../command.ts';
import type { Context, ExitCode } from '../context.ts';
import { loadLintConfig } from '../lint-config.ts';
import { loadPlugins } from '../load-plugins.ts';
import { unifiedDiff } from '../unified-diff.ts';

interface LintFlags {
  readonly fix?: boolean;
  readonly dryRun?: boolean;
  readonly format?: readonly string[];
  readonly json?: boolean;
  readonly maxWarnings?: number;
  readonly since?: string;
  readonly preset?: Preset;
  readonly rule?: readonly string[];
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
  readonly config?: string;
  readonly cache?: boolean;
  readonly cacheFile?: string;
}

const defaultBaseline = 'msvc-baseline.json';

/** `msvc lint`: reads any repository and reports where it leaves best practice, or where its files disagree. */
export const lint = defineCommand<LintFlags, readonly [readonly string[]]>({
  examples: [
    { command: 'msvc lint', effect: 'Lint this repository' },
    { command: 'msvc lint services/orders --fix', effect: 'Mend what can be mended safely in one service' },
    { command: 'msvc lint --since origin/main', effect: 'Report only what this branch changed' },
    { command: 'msvc lint --format pretty --format sarif=lint.sarif', effect: 'Two reports at once' },
  ],
  configure(command) {
    command
      .argument('[paths...]', 'files or folders to report on; everything is read all the same')
      .option('--fix', 'apply the fixes that are safe')
      .option('--dry-run', 'with --fix: show the difference, write nothing')
      .option('--format <name[=file]>', `${Object.keys(formats).join(', ')}; repeatable`, collect)
      .addOption(new Option('--json', 'the same as --format json').hideHelp())
      .option('--max-warnings <n>', 'exit 1 on more warnings than this', wholeNumber)
      .option('--since <ref>', 'report only what changed since a git reference')
      .addOption(new Option('--preset <name>', 'which rules run').choices(['recommended', 'strict', 'all']))
      .option('--rule <id=severity>', 'set one rule: error, warning, info or off; repeatable', collect)
      .option('--config <file>', 'read the lint section of this file instead of msvc.yaml')
      .option('--baseline <file>', 'known findings that are not reported again')
      .option('--update-baseline', `write what is found now as the baseline (default ${defaultBaseline})`)
      .option('--cache', 'reuse the last result where nothing has changed')
      .option('--cache-file <file>', "keep it in this file instead of the user's cache folder")
      .option('-q, --quiet', 'report errors only');
  },
  async run(context, [paths], flags) {
    const root = context.cwd;
    const outputs = outputsOf(flags);
    const config = withFlags(await loadLintConfig(context, flags.config), flags);
    const within = paths.map((path) => relativePath(context, path));
    const baselinePath = flags.baseline ?? config.baseline ?? (flags.updateBaseline ? defaultBaseline : undefined);
    const baseline = baselinePath === undefined || flags.updateBaseline ? [] : readBaseline(context, baselinePath);
    const changed = flags.since === undefined ? undefined : await changedLines(context, flags.since);
    const wanted = (finding: Finding): boolean =>
      (within.length === 0 ||
        within.some((path) => path === '' || finding.file === path || finding.file.startsWith(`${path}/`))) &&
      (changed === undefined || changed.touches(finding)) &&
      !(flags.quiet && finding.severity !== 'error');

    const source = discover(context.fs, root);
    const plugins = config.plugins.length === 0 ? [] : await loadPlugins(context, config.plugins);
    const options = { config, plugins, today: new Date().toISOString().slice(0, 10) };
    const known = new Set(baseline.map((entry) => entry.fingerprint));
    const result = flags.fix
      ? await fixAll(source, options, (finding) => wanted(finding) && !known.has(finding.fingerprint))
      : { ...(await lintOnce(context, source, options, flags)), changed: new Map<string, string>(), fixed: 0 };
    if (flags.updateBaseline) {
      context.fs.writeFileSync(resolve(root, baselinePath ?? defaultBaseline), formatBaseline(result.findings));
      context.terminal.err(`${baselinePath}: ${result.findings.length} findings\n`);
      return 0;
    }
    applyChanges(context, result.changed, flags.dryRun === true);
    const judged = applyBaseline(result.findings, baseline);
    const input: ReportInput = {
      findings: judged.findings.filter(wanted),
      files: result.files,
      suppressed: result.suppressed,
      known: judged.known,
      stale: judged.stale.length,
      fixed: result.fixed,
      rules: result.rules,
      version: context.version,
      ...(outputs.some(({ format }) => format === 'html') ? { drawing: await drawingOf(source) } : {}),
    };
    await writeReports(context, outputs, input);
    return exitCode(input.findings, flags.maxWarnings);
  },
});

/** The system, drawn; undefined where there is nothing to draw. */
async function drawingOf(source: FileSource): Promise<string | undefined> {
  const [{ graphOf }, { systemOf }, { toSvg }] = await Promise.all([
    import('../../graph/graph.ts'),
    import('../../system/system.ts'),
    import('../../graph/svg.ts'),
  ]);
  const graph = graphOf(systemOf(await openRepository(source)));
  return graph.nodes.length === 0 ? undefined : toSvg(graph);
}

/** Lints, or finds the result of the last run. What plugins read or import is not known, so with them every run is new. */
async function lintOnce(
  context: Context,
  source: FileSource,
  options: LintOptions,
  flags: LintFlags,
): Promise<LintResult> {
  const cached = (flags.cache || flags.cacheFile !== undefined) && options.config.plugins.length === 0;
  if (!cached) return lintRepository(await openRepository(source), options);
  const { cacheFile, LintCache, settingsKey } = await import('../lint-cache.ts');
  const file = cacheFile(context, flags.cacheFile);
  if (file === undefined) return lintRepository(await openRepository(source), options);
  const cache = new LintCache(context, file, source, settingsKey(options.config, options.today));
  const known = cache.load();
  if (known) return known;
  const result = await lintRepository(await openRepository(cache.recording()), options);
  cache.store(result);
  return result;
}

interface Output {
  readonly format: FormatName;
  readonly file: string | undefined;
}

function outputsOf({ format = [], json }: LintFlags): readonly Output[] {
  const written = [...format, ...(json ? ['json'] : [])];
  const outputs = (written.length === 0 ? ['pretty'] : written).map((text): Output => {
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    if (!isFormat(name))
      throw new UserError(`There is no format "${name}"`, { remedy: `One of ${Object.keys(formats).join(', ')}.` });
    return { format: name, file: equals < 0 ? undefined : text.slice(equals + 1) };
  });
  if (outputs.filter((output) => output.file === undefined).length > 1) {
    throw new UserError('Only one format can go to the standard output', {
      remedy: 'Give the others a file: --format sarif=lint.sarif.',
    });
  }
  return outputs;
}

function withFlags(config: LintConfig, { preset, rule = [] }: LintFlags): LintConfig {
  const rules = new Map(config.rules);
  for (const text of rule) {
    const [name = '', severity] = text.split('=');
    if (severity !== 'error' && severity !== 'warning' && severity !== 'info' && severity !== 'off') {
      throw new UserError(`"${text}" sets no rule`, { remedy: 'Write --rule <id>=<error|warning|info|off>.' });
    }
    rules.delete(name);
    rules.set(name, { severity, options: rules.get(name)?.options ?? {}, where: undefined });
  }
  return { ...config, preset: preset ?? config.preset, rules };
}

function relativePath({ fs, cwd }: Context, path: string): string {
  const target = resolve(cwd, path);
  const inside = relative(cwd, target);
  if (inside.startsWith('..') || isAbsolute(inside)) {
    throw new UserError(`${path} lies outside of this folder`, {
      remedy: 'Run msvc lint in the folder that is to be linted.',
    });
  }
  try {
    fs.lstatSync(target);
  } catch (cause) {
    throw new UserError(`${path} does not exist`, { cause });
  }
  return inside.split('\\').join('/');
}

function readBaseline({ fs, cwd }: Context, path: string): readonly BaselineEntry[] {
  let text: string;
  try {
    text = new TextDecoder().decode(fs.readFileSync(resolve(cwd, path)));
  } catch (cause) {
    throw new UserError(`The baseline ${path} cannot be read`, {
      remedy: 'Write it with `msvc lint --update-baseline`.',
      cause,
    });
  }
  return parseBaseline(text, path);
}

function applyChanges({ fs, cwd, terminal }: Context, changed: ReadonlyMap<string, string>, dryRun: boolean): void {
  for (const [path, text] of changed) {
    const target = resolve(cwd, path);
    const bytes = fs.readFileSync(target);
    const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? '\uFEFF' : '';
    const before = new TextDecoder('utf-8').decode(bytes);
    if (dryRun) terminal.err(unifiedDiff(path, before, text));
    else fs.writeFileSync(target, bom + text);
  }
}

async function writeReports(context: Context, outputs: readonly Output[], input: ReportInput): Promise<void> {
  const { terminal, fs, cwd } = context;
  const plain = (text: string) => text;
  const bare = { bold: plain, dim: plain, red: plain, yellow: plain, blue: plain, cyan: plain };
  for (const { format, file } of outputs) {
    const report = await formats[format]();
    if (file !== undefined) fs.writeFileSync(resolve(cwd, file), report(input, { paint: bare, links: false }));
    else {
      const coloured = terminal.paint.bold('x') !== 'x';
      terminal.out(report(input, { paint: terminal.paint, links: coloured && terminal.animated }));
    }
  }
}

function exitCode(findings: readonly Finding[], maxWarnings: number | undefined): ExitCode {
  const errors = findings.some((finding) => finding.severity === 'error');
  const warnings = findings.filter((finding) => finding.severity === 'warning').length;
  return errors || warnings > (maxWarnings ?? Number.POSITIVE_INFINITY) ? 1 : 0;
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new UserError(`"${text}" is no number of warnings`);
  return Number(text);
}

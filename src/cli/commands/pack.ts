import { basename, relative, resolve } from 'node:path';
import { Argument } from 'commander';
import { featureJsonSchema } from '../../render/feature.ts';
import { suggestName } from '../../spec/names.ts';
import { applyChanges, removeFolder, STATE_FOLDER } from '../../tree/apply.ts';
import { statusOf } from '../../tree/read-tree.ts';
import { type Tree, treeOf } from '../../tree/tree.ts';
import { UserError } from '../../tree/user-error.ts';
import { defineCommand } from '../command.ts';
import type { Context, ExitCode } from '../context.ts';
import { showStep } from '../progress.ts';

interface PackOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `msvc pack`: begin a pack of features, and check one. */
export const pack = defineCommand<PackOptions, readonly ['new' | 'check', string | undefined]>({
  examples: [
    { command: 'msvc pack new features', effect: 'Begin a pack in ./features, with one feature to change' },
    { command: 'msvc pack check features', effect: 'Render it with every choice and lint what it brings' },
  ],
  configure(command) {
    command
      .addArgument(new Argument('<action>', 'what to do').choices(['new', 'check']))
      .argument('[folder]', 'the folder of the pack (default: the current one)')
      .option('--json', 'print one JSON document');
  },
  async run(context, [action, folder = '.'], options) {
    const root = resolve(context.cwd, folder);
    return action === 'new' ? begin(context, root) : check(context, root, options);
  },
});

function begin(context: Context, root: string): ExitCode {
  const status = statusOf(context.fs, root);
  if (status !== undefined && (!status.isDirectory() || context.fs.readdirSync(root).length > 0)) {
    throw new UserError('the folder is not empty', { place: { file: root }, remedy: 'Choose another.' });
  }
  const changes = [...skeleton(suggestName(basename(root)))].map(([path, after]) => ({ path, after }));
  applyChanges(context.fs, root, changes, 'pack new');
  removeFolder(context.fs, `${root}/${STATE_FOLDER.split('/')[0]}`);
  const { err, paintErr } = context.terminal;
  const shown = relative(context.cwd, root) || '.';
  err(`${paintErr.green('✓')} ${shown}: a pack with one feature, service-owner\n\nNext:\n`);
  err(
    `  msvc pack check ${shown}\n  create-microservice orders --pack ${shown.startsWith('.') ? shown : `./${shown}`}\n`,
  );
  return 0;
}

async function check(context: Context, root: string, options: PackOptions): Promise<ExitCode> {
  const { terminal } = context;
  const [{ loadPacks }, { checkPack }] = await Promise.all([import('../packs.ts'), import('../check-pack.ts')]);
  const builtin = await context.pack();
  const { pack: combined } = await loadPacks(context, root, [root], []);
  const names = combined.features.filter((feature) => !builtin.features.includes(feature)).map(({ name }) => name);
  if (names.length === 0) {
    throw new UserError('no feature is in this folder', {
      place: { file: root },
      remedy: 'A feature is a folder with a feature.yaml; `msvc pack new` begins one.',
    });
  }
  let report: Awaited<ReturnType<typeof checkPack>> | undefined;
  const quiet = options.quiet === true || options.json === true;
  await showStep(context, `${names.length} feature${names.length === 1 ? '' : 's'}`, quiet, async (onChoice) => {
    const today = new Date().toISOString().slice(0, 10);
    report = await checkPack(builtin, combined, names, { version: context.version, today, onChoice });
    return { ok: true, note: `${report.workspaces} workspaces rendered` };
  });
  const { workspaces = 0, unused = [], findings = [] } = report ?? {};
  if (options.json === true) {
    const flat = findings.map(({ choice, finding }) => ({
      choice,
      rule: finding.rule,
      severity: finding.severity,
      message: finding.message,
      file: finding.file,
      line: finding.line,
    }));
    terminal.out(`${JSON.stringify({ features: names, workspaces, unused, findings: flat }, null, 2)}\n`);
  } else {
    for (const { choice, finding } of findings) {
      terminal.out(`${finding.file}:${finding.line} ${finding.message} (${finding.rule}; with ${choice})\n`);
    }
    for (const name of unused) terminal.out(`${name}/feature.yaml: no accepted choice makes it apply\n`);
    if (findings.length + unused.length === 0) terminal.err('Nothing to report.\n');
  }
  return findings.length + unused.length === 0 ? 0 : 1;
}

/** A pack to begin with: one feature that works, and the schema that an editor completes by. */
function skeleton(name: string): Tree {
  return treeOf({
    'README.md': `# ${name}

A pack of features for create-microservice. Each folder with a \`feature.yaml\` is one; the format stands in
\`feature.schema.json\` and in the tool's docs/features.md.

    msvc pack check .          # renders it with every choice and lints what it brings
    create-microservice orders --pack ./${name}
    msvc add pack ./${name}    # in a repository that is there already
`,
    'feature.schema.json': `${JSON.stringify(featureJsonSchema(), null, 2)}\n`,
    'service-owner/feature.yaml': `# yaml-language-server: $schema=../feature.schema.json
description: A page that says who owns the service
scope: service
`,
    'service-owner/files/docs/OWNER.md.hbs': `# Who owns {{service.name}}

The team that changes \`{{service.module}}\` also answers for it at night.
`,
  });
}

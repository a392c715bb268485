import { relative, resolve } from 'node:path';
import { LOCK_FILE } from '../../reconcile/lock.ts';
import { openOperations } from '../../reconcile/plan.ts';
import { formatSpec } from '../../spec/format-spec.ts';
import { checkName } from '../../spec/names.ts';
import { OPTIONS } from '../../spec/options.ts';
import { checkSpec, parseSpec, SPEC_FILE } from '../../spec/parse-spec.ts';
import type { Workspace } from '../../spec/workspace.ts';
import { missingFolders, removeFolder } from '../../tree/apply.ts';
import { statusOf } from '../../tree/read-tree.ts';
import { UserError } from '../../tree/user-error.ts';
import { defineCommand } from '../command.ts';
import type { Context, GlobalOptions } from '../context.ts';
import {
  addChoiceFlags,
  addNameFlags,
  type ChoiceFlags,
  choicesOf,
  commandLineOf,
  NAME_LISTS,
  nameListsOf,
  shellWord,
  specOf,
  splitNames,
} from '../desired.ts';
import { commitFirst, lockDependencies, takeBackOnInterrupt } from '../first-steps.ts';
import { packSource } from '../pack-source.ts';
import { askQuestions } from '../questions.ts';
import { openLines, planDiff, planDocument, planTree, summaryLine } from '../show-plan.ts';
import { verdictLine, verifyWorkspace } from '../verification.ts';
import { applyPrepared, prepare, SCHEMA_FILE, settle } from '../workspace.ts';

interface CreateOptions extends GlobalOptions {
  readonly yes?: boolean;
  readonly dir?: string;
  readonly services?: string;
  readonly from?: string;
  readonly pack?: readonly string[];
  readonly verify?: boolean;
  readonly dryRun?: boolean;
  readonly diff?: boolean;
  readonly json?: boolean;
  readonly git: boolean;
  readonly lock: boolean;
}

/** The spec that was decided on, and how to decide on it again without a question. */
interface Decision {
  readonly name: string;
  readonly specText: string;
  readonly commandLine: string | undefined;
}

/** `create-microservice`: a reconcile whose base is empty. */
export const create = defineCommand<CreateOptions & ChoiceFlags, readonly [string | undefined]>({
  examples: [
    { command: 'npx create-microservice', effect: 'Be asked' },
    { command: 'npx create-microservice orders --yes', effect: 'FastAPI, PostgreSQL, GitHub, kustomize, in ./orders' },
    { command: 'npx create-microservice shop --services orders,payments', effect: 'Two services in one workspace' },
    { command: 'npx create-microservice orders --dry-run', effect: 'See what would be written' },
  ],
  async configure(command, context) {
    const pack = await context.pack();
    command
      .argument('[name]', 'the service, or with --services the workspace')
      .option('-y, --yes', 'take every default, never prompt (also whenever stdin is no terminal)')
      .option('--dir <path>', 'where to (default: ./<name>)');
    addChoiceFlags(command, pack, ['service', 'workspace']);
    addNameFlags(command, pack);
    command
      .option('--services <names>', 'several services at once, separated by commas, in a workspace with services/')
      .option(
        '--pack <source>',
        'features from outside: a folder, npm:<name>, github:<owner>/<repository> or git+<address> (repeatable)',
        (source: string, before: readonly string[] | undefined) => [...(before ?? []), source],
      )
      .option('--from <file>', 'start from an msvc.yaml')
      .option('--verify', "run the new repository's own lint, type check and tests")
      .option('--dry-run', 'show the plan, write nothing')
      .option('--diff', 'show the contents with the plan')
      .option('--json', 'print the plan as one JSON document')
      .option('--no-git', 'no git init, no first commit')
      .option('--no-lock', 'no uv lock');
  },
  async run(context, [name], options) {
    const { terminal } = context;
    const decision =
      options.from === undefined ? await decide(context, name, options) : readFrom(context, name, options);
    const root = linkedFolder(context, resolve(context.cwd, options.dir ?? decision.name));
    settle(context, root);
    const workspace = checkTarget(context, root, decision.specText);
    const prepared = await prepare(context, { root, specText: decision.specText, lock: undefined });
    const clashes = openOperations(prepared.plan);
    const json = options.json === true;
    const quiet = options.quiet === true || json;
    if (options.dryRun === true || clashes.length > 0) {
      if (json) terminal.out(`${JSON.stringify(planDocument(prepared, options.diff === true), null, 2)}\n`);
      else if (clashes.length === 0) {
        terminal.out(`${shown(context, root)}/\n${planTree(prepared, terminal.paint)}`);
        if (options.diff === true) terminal.out(planDiff(prepared));
      }
      if (clashes.length === 0) return 0;
      terminal.err(openLines(prepared.plan, terminal.paintErr));
      terminal.err(
        `${shown(context, root)} is not empty, and nothing in it is overwritten. Choose another folder: --dir <path>\n`,
      );
      return 1;
    }
    const cleanUp = leftoversOf(context, root);
    await applyPrepared(context, prepared, 'create', options.lock ? workspace.services : []);
    if (!quiet)
      terminal.err(`${terminal.paintErr.green('✓')} ${shown(context, root)}: ${summaryLine(prepared, true)}\n`);
    const locked = await takeBackOnInterrupt(
      context,
      root,
      async () => {
        const done = options.lock && (await lockDependencies(context, root, workspace, quiet));
        if (options.git) await commitFirst(context, root, quiet);
        return done;
      },
      cleanUp,
    );
    const checks =
      options.verify === true
        ? await verifyWorkspace(context, root, workspace, { quiet, verbose: options.verbose === true })
        : [];
    if (json) {
      const verified = options.verify === true ? { verified: checks.every(({ passed }) => passed), checks } : {};
      const document = { ...planDocument(prepared, options.diff === true), ...verified };
      terminal.out(`${JSON.stringify(document, null, 2)}\n`);
    } else {
      if (options.diff === true) terminal.out(planDiff(prepared));
      if (options.verify === true) terminal.err(`${verdictLine(checks, context)}\n`);
      if (!quiet) sayNext(context, root, workspace, decision, locked);
    }
    return checks.every(({ passed }) => passed) ? 0 : 1;
  },
});

async function decide(
  context: Context,
  typedName: string | undefined,
  options: CreateOptions & ChoiceFlags,
): Promise<Decision> {
  const choices = choicesOf(options);
  const lists = nameListsOf(options);
  const services = options.services === undefined ? undefined : splitNames(options.services);
  for (const name of [typedName ?? [], services ?? []].flat()) checkName(name);
  const asks = options.yes !== true && options.json !== true && context.terminal.interactive;
  if (!asks && typedName === undefined) {
    throw new UserError('the name is missing', { remedy: 'Name it: create-microservice orders --yes' });
  }
  const given = { choices, ...(typedName === undefined ? {} : { name: typedName }) };
  const { name, choices: chosen } = asks
    ? await askQuestions(context.prompt, await context.pack(), given)
    : { name: typedName ?? '', choices };
  const root = resolve(context.cwd, options.dir ?? name);
  const packs = (options.pack ?? []).map((source) => packSource(context.cwd, root, source));
  const input = { ...specOf(name, services, chosen, lists), ...(packs.length === 0 ? {} : { packs }) };
  checkSpec(input);
  const rest = [
    ...(options.dir === undefined ? [] : [`--dir ${shellWord(options.dir)}`]),
    ...(options.pack ?? []).map((source) => `--pack ${shellWord(source)}`),
    ...(options.git ? [] : ['--no-git']),
    ...(options.lock ? [] : ['--no-lock']),
    ...(options.verify === true ? ['--verify'] : []),
  ];
  return {
    name,
    specText: formatSpec(input, SCHEMA_FILE),
    commandLine: asks ? commandLineOf(name, services, chosen, lists, rest) : undefined,
  };
}

/** `--from`: the file is taken as it is, so choices beside it would contradict it. */
function readFrom(context: Context, name: string | undefined, options: CreateOptions & ChoiceFlags): Decision {
  const file = options.from ?? '';
  const chosen = [...OPTIONS.map((option) => option.name).filter((option) => choicesOf(options)[option] !== undefined)];
  const extra = [...chosen, ...NAME_LISTS.filter((list) => nameListsOf(options)[list] !== undefined)];
  if (options.services !== undefined) extra.unshift('services' as (typeof extra)[number]);
  if (options.pack !== undefined) extra.unshift('pack' as (typeof extra)[number]);
  if (extra.length > 0) {
    throw new UserError(`--${extra[0]} does not go with --from`, { remedy: `Write it into ${file}.` });
  }
  const path = resolve(context.cwd, file);
  if (!statusOf(context.fs, path)?.isFile()) throw new UserError('no such file', { place: { file } });
  const specText = new TextDecoder().decode(context.fs.readFileSync(path));
  const workspace = parseSpec(specText, file);
  if (name !== undefined && name !== workspace.name) {
    throw new UserError(`the workspace is called ${workspace.name}, not ${name}`, {
      place: { file },
      remedy: 'Leave the name out, or use --dir for another folder.',
    });
  }
  return { name: workspace.name, specText, commandLine: undefined };
}

/** A link to a folder is followed: its target is what gets the files. */
function linkedFolder({ fs }: Context, root: string): string {
  if (!statusOf(fs, root)?.isSymbolicLink()) return root;
  try {
    const target = fs.realpathSync(root);
    return statusOf(fs, target)?.isDirectory() ? target : root;
  } catch {
    return root;
  }
}

/** What removes the folders that the first steps are about to make, as far as they are left empty, and the repository. */
function leftoversOf({ fs }: Context, root: string): () => void {
  const missing = [`${root}/.git`, ...missingFolders(fs, root).toReversed()].filter(
    (path) => statusOf(fs, path) === undefined,
  );
  return () => {
    for (const path of missing) {
      if (path.endsWith('/.git')) removeFolder(fs, path);
      else if (fs.readdirSync(path).length === 0) fs.rmdirSync(path);
    }
  };
}

function checkTarget(context: Context, root: string, specText: string): Workspace {
  const status = statusOf(context.fs, root);
  if (status !== undefined && !status.isDirectory()) {
    throw new UserError(status.isSymbolicLink() ? 'a link to nothing has this name' : 'a file has this name', {
      place: { file: root },
      remedy: 'Choose another: --dir <path>',
    });
  }
  const own = [SPEC_FILE, LOCK_FILE].find((path) => statusOf(context.fs, `${root}/${path}`) !== undefined);
  if (own !== undefined) {
    throw new UserError('a workspace is here already', {
      place: { file: `${root}/${own}` },
      remedy: 'Add a service: msvc add-service <name>. Or choose another folder: --dir <path>',
    });
  }
  return parseSpec(specText);
}

function sayNext(
  context: Context,
  root: string,
  workspace: Workspace,
  { commandLine }: Decision,
  locked: boolean,
): void {
  const { err, paintErr } = context.terminal;
  const first = workspace.services[0];
  const folder = first === undefined || first.path === '.' ? root : `${root}/${first.path}`;
  err('\nNext:\n');
  err(`  cd ${shellWord(relative(context.cwd, folder) || '.')}\n`);
  if (!locked) err(`  uv lock      ${paintErr.dim('# pins the dependencies')}\n`);
  err(`  make run     ${paintErr.dim(`# http://127.0.0.1:8000/docs`)}\n`);
  err(`  make test\n`);
  if (commandLine !== undefined) err(`\nThe same without questions:\n  ${commandLine}\n`);
}

function shown({ cwd }: Context, root: string): string {
  const path = relative(cwd, root);
  return path === '' ? '.' : path.startsWith('..') ? root : path;
}

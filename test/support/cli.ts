import { memfs } from 'memfs';
import { builtinPack } from '../../src/cli/builtin-pack.ts';
import type { Choice, Context, Processes, ProcessResult, Prompt } from '../../src/cli/context.ts';
import { printError } from '../../src/cli/print-error.ts';
import { type ProgramName, runProgram } from '../../src/cli/program.ts';
import { createTerminal } from '../../src/cli/terminal.ts';
import { blobId } from '../../src/reconcile/blob-id.ts';
import type { Pack } from '../../src/render/feature.ts';
import type { FileSystem } from '../../src/tree/file-system.ts';
import { readTree } from '../../src/tree/read-tree.ts';

/** How a command ended and what it printed. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What a test may decide of the world in which a command runs; the rest is an empty disk without git, uv or terminal. */
export interface World {
  readonly fs?: FileSystem;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly pack?: Pack;
  readonly version?: string;
  readonly processes?: Processes;
  /** Answers to the questions in their order; with them, there is a terminal. */
  readonly answers?: readonly Answer[];
  readonly signal?: AbortSignal;
  /** Who answers a GET; nobody unless given. */
  readonly get?: Context['get'];
}

/** An answer, or a function of what is asked. */
export type Answer = string | readonly string[] | boolean | symbol | ((question: Question) => Answer);

/** A question as it is put. */
export interface Question {
  readonly message: string;
  readonly choices?: readonly Choice[];
  readonly default?: unknown;
  readonly validate?: (value: string) => true | string;
}

/** A machine that has no other program. */
export const NO_PROCESSES: Processes = { run: async () => NOT_INSTALLED };

const NOT_INSTALLED: ProcessResult = { exitCode: undefined, stdout: '', stderr: '' };

let builtin: Promise<Pack> | undefined;

/** The built-in pack, read once. */
export function sharedPack(): Promise<Pack> {
  builtin ??= builtinPack();
  return builtin;
}

/** An empty disk. */
export function emptyDisk(files: Readonly<Record<string, string>> = {}): FileSystem {
  const { fs } = memfs(files);
  fs.mkdirSync('/disk', { recursive: true });
  return fs as unknown as FileSystem;
}

/** Runs a program in the process of the test, on a world of its own. */
export async function runIn(world: World, name: ProgramName, ...argv: readonly string[]): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const isTTY = world.answers !== undefined;
  const terminal = createTerminal(
    {
      stdin: { isTTY },
      stdout: { isTTY: false, write: (text) => out.push(text) },
      stderr: { isTTY, write: (text) => err.push(text) },
    },
    { NO_COLOR: '1', ...world.env },
    argv,
  );
  const { pack } = world;
  const context: Context = {
    fs: world.fs ?? emptyDisk(),
    terminal: { ...terminal, animated: false },
    processes: world.processes ?? NO_PROCESSES,
    prompt: scripted(world.answers ?? []),
    get: world.get ?? (async () => undefined),
    now: () => 0,
    cwd: world.cwd ?? '/disk',
    env: world.env ?? {},
    version: world.version ?? '1.0.0',
    pack: pack === undefined ? sharedPack : async () => pack,
    importModule: (url) => import(url),
    signal: world.signal ?? new AbortController().signal,
  };
  let code: number;
  try {
    code = await runProgram(name, argv, context);
  } catch (error) {
    code = printError(error, terminal, { version: context.version, verbose: false });
  }
  return { code, out: out.join(''), err: err.join('') };
}

/** Path → text of every file of a folder but our own state and git's. */
export function filesOf(fs: FileSystem, root = '/disk'): Record<string, string> {
  const tree = readTree(fs, root, (path) => path === '.msvc/state' || path === '.git');
  return Object.fromEntries([...tree].map(([path, { content }]) => [path, String(content)]));
}

/** The same, without what the tool itself keeps. */
export function generatedIn(fs: FileSystem, root = '/disk'): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filesOf(fs, root)).filter(([path]) => path !== 'msvc.yaml' && !path.startsWith('.msvc/')),
  );
}

/** Answers questions in their order; a question too many fails the test. */
function scripted(answers: readonly Answer[]): Prompt {
  const rest = [...answers];
  const next = async (question: Question): Promise<never> => {
    let answer = rest.shift();
    while (typeof answer === 'function') answer = answer(question);
    if (answer === undefined) throw new Error(`nobody answers: ${question.message}`);
    return answer as never;
  };
  return { input: next, select: next, checkbox: next, confirm: next };
}

/**
 * As much of git as keeps what was generated: `fast-import` and `cat-file --batch`, in memory. The folder needs a `.git`.
 */
export function memoryGit(): Processes {
  const blobs = new Map<string, string>();
  return {
    async run(command, args, { input }) {
      if (command !== 'git') return NOT_INSTALLED;
      if (args[0] === 'for-each-ref') return { exitCode: 0, stdout: '', stderr: '' };
      if (args[0] === 'fast-import') {
        for (const content of importedFiles(Buffer.from(input ?? ''))) blobs.set(blobId(content), content);
        return { exitCode: 0, stdout: '', stderr: '' };
      }
      if (args[0] !== 'cat-file') return { exitCode: 128, stdout: '', stderr: '' };
      const answers = String(input)
        .trimEnd()
        .split('\n')
        .map((name) => {
          const found = blobs.get(name);
          if (found === undefined) return `${name} missing\n`;
          const bytes = Buffer.from(found, 'utf8');
          return `${name} blob ${bytes.length}\n${bytes.toString('latin1')}\n`;
        });
      return { exitCode: 0, stdout: answers.join(''), stderr: '' };
    },
  };
}

/** The contents in the stream of a `git fast-import`. */
function importedFiles(stream: Buffer): readonly string[] {
  const contents: string[] = [];
  for (let at = 0; at < stream.length; ) {
    const end = stream.indexOf('\n', at);
    const line = stream.toString('utf8', at, end);
    at = end + 1;
    const size = /^data (\d+)$/.exec(line)?.[1];
    if (size === undefined) continue;
    contents.push(stream.toString('utf8', at, at + Number(size)));
    at += Number(size);
  }
  return contents;
}

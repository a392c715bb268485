import type { ImageReference } from '../image-reference.ts';
import { unwrap } from '../shell/arguments.ts';
import type { ShellCommand, ShellScript, ShellWord } from '../shell/script.ts';
import type { Location } from '../source-file.ts';
import { type Dockerfile, type Instruction, lineage, type Stage } from './dockerfile.ts';

/** One command that a RUN executes, with `sudo`, `env` and the like taken off. */
export interface RunCommand extends Location {
  readonly instruction: Instruction;
  readonly script: ShellScript;
  readonly command: ShellCommand;
  /** The program's name; undefined when it is computed. */
  readonly program: string | undefined;
  readonly args: readonly ShellWord[];
  /** The program's own word. */
  readonly programAt: Location;
}

/**
 * Every command of the RUN instructions that a shell executes, in order.
 *
 * @param instructions those to look at, by default all of the file
 */
export function* runCommands(
  dockerfile: Dockerfile,
  instructions: readonly Instruction[] = dockerfile.instructions,
): Generator<RunCommand> {
  for (const instruction of instructions) {
    if (instruction.keyword !== 'RUN' || instruction.script === undefined) continue;
    const { script } = instruction;
    for (const command of script.commands) {
      const [program, ...args] = unwrap(command.words);
      if (program === undefined) continue;
      const { file } = script;
      const { range } = command;
      const programAt = { file, range: program.range };
      yield { file, range, instruction, script, command, program: program.value, args, programAt };
    }
  }
}

/** The instructions whose layers are part of the image that is built by default. */
export function shippedInstructions(dockerfile: Dockerfile): readonly Instruction[] {
  return dockerfile.finalStage ? lineage(dockerfile.finalStage).flatMap((stage) => stage.instructions) : [];
}

/** The image at the root of a stage; undefined for `scratch` and where it is not known. */
export function rootImage(stage: Stage): ImageReference | undefined {
  return lineage(stage)[0]?.image;
}

/** Whether a stage ends at `FROM scratch`. */
export function isScratch(stage: Stage): boolean {
  const root = lineage(stage)[0];
  return root?.image === undefined && root?.parent === undefined && root?.base.value === 'scratch';
}

/** The name of an official image of Docker Hub (`python`); undefined for others. */
export function officialName(image: ImageReference | undefined): string | undefined {
  if (image === undefined) return undefined;
  if (image.registry !== undefined && !/^(?:index\.)?docker\.io$/.test(image.registry)) return undefined;
  const name = image.repository.replace(/^library\//, '');
  return name.includes('/') ? undefined : name;
}

/**
 * Official images that bring an operating system or a language, and nothing more: they run as root, name no health
 * check and start no server. Images of servers, which often drop their rights themselves, are not among them.
 */
const plainBases = new Set([
  ...['alpine', 'debian', 'ubuntu', 'busybox', 'fedora', 'centos', 'rockylinux', 'almalinux', 'oraclelinux'],
  ...['amazonlinux', 'archlinux', 'buildpack-deps', 'gcc', 'bash', 'python', 'pypy', 'node', 'golang', 'rust', 'ruby'],
  ...[
    'perl',
    'openjdk',
    'eclipse-temurin',
    'amazoncorretto',
    'maven',
    'gradle',
    'erlang',
    'elixir',
    'haskell',
    'swift',
  ],
]);

/** Whether an image is an official one of an operating system or a language. */
export function isPlainBase(image: ImageReference | undefined): boolean {
  return plainBases.has(officialName(image) ?? '');
}

/** The options of a `--mount` flag: `type=cache,target=/root/.cache` → type and target. */
export function mountOptions(value: string): ReadonlyMap<string, string> {
  return new Map(
    value.split(',').map((part): [string, string] => {
      const equals = part.indexOf('=');
      const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
      const known = name === 'dst' || name === 'destination' ? 'target' : name === 'src' ? 'source' : name;
      return [known, equals < 0 ? '' : part.slice(equals + 1)];
    }),
  );
}

/** The folders of the cache and tmpfs mounts of a RUN: what is written there is no part of the image. */
export function cacheTargets(instruction: Instruction): readonly string[] {
  return instruction.flags.flatMap(({ name, value }) => {
    if (name !== 'mount' || value === undefined) return [];
    const options = mountOptions(value);
    const type = options.get('type');
    return type === 'cache' || type === 'tmpfs' ? [(options.get('target') ?? '').replace(/\/+$/, '')] : [];
  });
}

/** The value that an ENV or ARG in force gives a variable at an instruction; undefined when none is known. */
export function variableAt(dockerfile: Dockerfile, name: string, at: Instruction): string | undefined {
  return dockerfile.declaration(name, at) ? dockerfile.expand(`\${${name}}`, at) : undefined;
}

/** A command of a package manager with the word of its subcommand. */
export interface PackageCommand extends RunCommand {
  readonly verb: ShellWord;
  /** The words after the subcommand. */
  readonly rest: readonly ShellWord[];
}

/** The flags of a package manager that take the next word, so that it is not taken for the subcommand. */
const valued = [
  '-o',
  '--option',
  '-c',
  '--config-file',
  '-t',
  '--target-release',
  '-X',
  '--repository',
  '-p',
  '--root',
];

/**
 * Reads a command as one of a package manager.
 *
 * @param names the programs that are meant (`apt-get`)
 * @param verbs the subcommands that are meant (`install`)
 */
export function packageCommand(
  run: RunCommand,
  names: readonly string[],
  verbs: readonly string[],
): PackageCommand | undefined {
  if (run.program === undefined || !names.includes(run.program)) return undefined;
  for (let index = 0; index < run.args.length; index++) {
    const word = run.args[index];
    const text = word?.value ?? word?.text ?? '';
    if (text.startsWith('-')) {
      if (valued.includes(text)) index++;
    } else {
      const verb = word && verbs.includes(text) ? word : undefined;
      return verb && { ...run, verb, rest: run.args.slice(index + 1) };
    }
  }
  return undefined;
}

/** `pip install …`, `pip3 install …` and `python -m pip install …` (not `uv pip`). */
export function pipInstall(run: RunCommand): PackageCommand | undefined {
  const { program = '', args } = run;
  const name = program.slice(program.lastIndexOf('/') + 1);
  const own = /^pip(?:\d+(?:\.\d+)?)?$/.test(name);
  const module = args.findIndex((word) => word.value === '-m');
  const byModule = /^python(?:\d+(?:\.\d+)?)?$/.test(name) && module >= 0 && args[module + 1]?.value === 'pip';
  if (!own && !byModule) return undefined;
  const rest = byModule ? args.slice(module + 2) : args;
  return packageCommand({ ...run, program: 'pip', args: rest }, ['pip'], ['install']);
}

import { Argument, type Command } from 'commander';
import { defineCommand } from '../command.ts';
import { wholeProgram } from '../program.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** `msvc completion`: a static script, so that completing never starts node. */
export const completion = defineCommand<object, readonly [Shell]>({
  examples: [
    { command: 'msvc completion bash > ~/.local/share/bash-completion/completions/msvc', effect: 'Install for bash' },
    { command: 'msvc completion zsh > "${fpath[1]}/_msvc"', effect: 'Install for zsh' },
    { command: 'msvc completion fish > ~/.config/fish/completions/msvc.fish', effect: 'Install for fish' },
  ],
  configure(command) {
    command.addArgument(new Argument('<shell>', 'the shell').choices(SHELLS));
  },
  async run(context, [shell]) {
    const { create, msvc } = await wholeProgram(context);
    const programs: readonly Program[] = [
      { name: 'create-microservice', own: flagsOf(create), commands: [] },
      { name: 'msvc', own: [], commands: msvc.map(describe) },
    ];
    context.terminal.out(WRITERS[shell](programs));
    return 0;
  },
});

interface Flag {
  readonly names: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  readonly values: readonly string[];
}

interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
  readonly words: readonly string[];
}

interface Program {
  readonly name: string;
  readonly own: readonly Flag[];
  readonly commands: readonly CompletedCommand[];
}

function describe(command: Command): CompletedCommand {
  return {
    name: command.name().replace(/^msvc /, ''),
    summary: command.summary(),
    flags: flagsOf(command),
    words: command.registeredArguments.flatMap((argument) => argument.argChoices ?? []),
  };
}

function flagsOf(command: Command): readonly Flag[] {
  const own = command.options
    .filter((option) => !option.hidden)
    .map((option) => ({
      names: [option.short, option.long].filter((name) => name !== undefined),
      description: option.description,
      takesValue: option.required || option.optional,
      values: option.argChoices ?? [],
    }));
  return [...own, { names: ['-h', '--help'], description: 'show this help', takesValue: false, values: [] }];
}

const WRITERS: Readonly<Record<Shell, (programs: readonly Program[]) => string>> = { bash, zsh, fish };

function bash(programs: readonly Program[]): string {
  return programs.map(bashProgram).join('\n');
}

function bashProgram({ name, own, commands }: Program): string {
  const functionName = `_${name.replaceAll('-', '_')}_complete`;
  const cases = (flags: readonly Flag[], words: readonly string[]): string => {
    const values = flags
      .filter((flag) => flag.values.length > 0)
      .map((flag) => `      ${flag.names.join('|')}) words='${flag.values.join(' ')}' ;;\n`)
      .join('');
    const files = flags.filter((flag) => flag.takesValue && flag.values.length === 0).flatMap((flag) => flag.names);
    const other =
      files.length === 0 ? '' : `      ${files.join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;\n`;
    const all = [...words, ...flags.flatMap((flag) => flag.names.filter((flagName) => flagName.startsWith('--')))];
    return `    case "$previous" in\n${values}${other}      *) words='${all.join(' ')}' ;;\n    esac\n`;
  };
  const body =
    commands.length === 0
      ? cases(own, [])
      : `    case "\${COMP_WORDS[1]}" in\n${commands
          .map((command) => `    ${command.name})\n${cases(command.flags, command.words)}    ;;\n`)
          .join(
            '',
          )}    esac\n    if [ "$COMP_CWORD" -eq 1 ]; then words='${commands.map((command) => command.name).join(' ')}'; fi\n`;
  return `${functionName}() {
    local current previous words=''
    current="\${COMP_WORDS[COMP_CWORD]}"
    previous="\${COMP_WORDS[COMP_CWORD-1]}"
    COMPREPLY=()
${body}    COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F ${functionName} ${name}
`;
}

function zsh(programs: readonly Program[]): string {
  const functions = programs.map(({ name, own, commands }) => {
    const functionName = `_${name.replaceAll('-', '_')}`;
    const body =
      commands.length === 0
        ? zshArguments(own, [])
        : `  local -a commands=(\n${commands
            .map((command) => `    ${quoted(`${command.name}:${command.summary}`)}\n`)
            .join(
              '',
            )}  )\n  if (( CURRENT == 2 )); then _describe command commands; return; fi\n  local chosen=$words[2]\n  shift words; (( CURRENT-- ))\n  case $chosen in\n${commands
            .map((command) => `  ${command.name})\n${zshArguments(command.flags, command.words)}  ;;\n`)
            .join('')}  esac\n`;
    return `${functionName}() {\n${body}}\n`;
  });
  const calls = programs.map(({ name }) => `  ${name}) _${name.replaceAll('-', '_')} "$@" ;;\n`).join('');
  return `#compdef ${programs.map(({ name }) => name).join(' ')}
${functions.join('')}case $service in
${calls}esac
`;
}

function zshArguments(flags: readonly Flag[], words: readonly string[]): string {
  const specs = flags.flatMap((flag) =>
    flag.names.map((name) => {
      const description = flag.description.replace(/[[\]:]/g, (character) => `\\${character}`);
      const value =
        flag.values.length > 0 ? `:value:(${flag.values.join(' ')})` : flag.takesValue ? ':value:_files' : '';
      return quoted(`${name}[${description}]${value}`);
    }),
  );
  const rest = words.length > 0 ? quoted(`*:argument:(${words.join(' ')})`) : quoted('*:argument:_files');
  return `    _arguments ${[...specs, rest].join(' \\\n      ')}\n`;
}

function fish(programs: readonly Program[]): string {
  const lines = programs.flatMap(({ name, own, commands }) => [
    ...own.map((flag) => fishFlag(name, flag)),
    ...commands.map(
      (command) => `complete -c ${name} -n __fish_use_subcommand -f -a ${command.name} -d ${quoted(command.summary)}`,
    ),
    ...commands.flatMap((command) => {
      const seen = `-n ${quoted(`__fish_seen_subcommand_from ${command.name}`)}`;
      const words = command.words.map((word) => `complete -c ${name} ${seen} -f -a ${word}`);
      return [...words, ...command.flags.map((flag) => fishFlag(name, flag, seen))];
    }),
  ]);
  return `${lines.join('\n')}\n`;
}

function fishFlag(program: string, flag: Flag, condition = ''): string {
  const names = flag.names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const value = flag.values.length > 0 ? `-x -a ${quoted(flag.values.join(' '))}` : flag.takesValue ? '-r' : '';
  const parts = ['complete', `-c ${program}`, condition, ...names, value, `-d ${quoted(flag.description)}`];
  return parts.filter((part) => part !== '').join(' ');
}

/** In single quotes, for all three shells. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

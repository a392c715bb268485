import { Command, CommanderError, Option } from 'commander';
import { didYouMean, nearest } from '../spec/nearest.ts';
import { UserError } from '../tree/user-error.ts';
import type { CommandModule } from './command.ts';
import { COMMANDS, type CommandEntry, CREATE } from './commands.ts';
import type { Context, ExitCode } from './context.ts';

/** The two programs of the package. */
export type ProgramName = 'create-microservice' | 'msvc';

/**
 * Runs one program: finds the command, loads it alone, and lets commander read what was typed.
 *
 * @param name the program that was called
 * @param argv what was typed after it
 * @param context the world outside
 * @returns the exit code
 * @throws UserError where what was typed makes no sense, and whatever the command throws
 */
export async function runProgram(name: ProgramName, argv: readonly string[], context: Context): Promise<ExitCode> {
  if (name === 'create-microservice') return parse(await buildCommand(CREATE, context), argv);
  const typed = argv.find((argument) => !argument.startsWith('-'));
  const wanted = typed === 'help' ? argv.filter((argument) => !argument.startsWith('-'))[1] : typed;
  if (wanted === undefined) {
    const program = helpOnly();
    const unknown = argv.find((argument) => argument.startsWith('-') && argument !== '-h' && argument !== '--help');
    if (unknown !== undefined) throw unknownOption(unknown, ['--help', '--version']);
    const asked = argv.length > 0;
    if (asked) context.terminal.out(program.helpInformation());
    else context.terminal.err(program.helpInformation());
    return asked ? 0 : 2;
  }
  const entry = COMMANDS.find((command) => command.name === wanted);
  if (entry === undefined) {
    const guess = nearest(
      wanted,
      COMMANDS.map((command) => command.name),
    );
    throw new UserError(`"${wanted}" is no command of msvc`, {
      remedy: guess === undefined ? 'Run `msvc --help` for the list.' : `Did you mean "${guess}"?`,
    });
  }
  const command = await buildCommand(entry, context, 'msvc');
  const position = argv.indexOf(wanted);
  const rest = [...argv.slice(0, position), ...argv.slice(position + 1)];
  return parse(command, typed === 'help' ? ['--help'] : rest);
}

/** Every command with its options, for what describes the whole program (shell completion). */
export async function wholeProgram(context: Context): Promise<{ create: Command; msvc: readonly Command[] }> {
  const msvc = await Promise.all(COMMANDS.map((entry) => buildCommand(entry, context, 'msvc')));
  return { create: await buildCommand(CREATE, context), msvc };
}

/** The exit code of the command that ran, by the command object that commander handed to its action. */
const exitCodes = new WeakMap<Command, ExitCode>();

async function buildCommand(entry: CommandEntry, context: Context, parent?: 'msvc'): Promise<Command> {
  const module = await entry.load();
  const command = new Command(parent === undefined ? entry.name : `${parent} ${entry.name}`);
  command.summary(entry.summary).description(entry.summary);
  await module.configure(command, context);
  addGlobalOptions(command);
  if (module.examples.length > 0) command.addHelpText('after', `\n${exampleText(module)}`);
  command
    .exitOverride()
    .showSuggestionAfterError(false)
    .showHelpAfterError(false)
    .allowExcessArguments(false)
    .configureHelp({
      get helpWidth() {
        return Math.min(context.terminal.columns, 110);
      },
      optionDescription: (option) => option.description,
    })
    .configureOutput({ writeOut: (text) => context.terminal.out(text), writeErr: () => undefined })
    .action(async (...received: unknown[]) => {
      const args = received.slice(0, -2);
      exitCodes.set(command, await module.run(context, args, command.opts()));
    });
  return command;
}

function addGlobalOptions(command: Command): void {
  const taken = new Set(command.options.map((option) => option.long));
  const shared = [
    new Option('-q, --quiet', 'say nothing but results and errors'),
    new Option('--verbose', 'say what is run and how long it takes'),
    new Option('--no-color', 'never colour (also by NO_COLOR)'),
  ];
  for (const option of shared) if (!taken.has(option.long)) command.addOption(option);
  command.helpOption('-h, --help', 'show this help');
}

function exampleText({ examples }: CommandModule): string {
  return `Examples:\n${examples.map(({ command, effect }) => `  ${command}\n      ${effect}`).join('\n')}\n`;
}

async function parse(command: Command, argv: readonly string[]): Promise<ExitCode> {
  try {
    await command.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    throw asUserError(error, command, argv);
  }
  return exitCodes.get(command) ?? 0;
}

/** Commander's own errors, in our words: the fact, and the nearest thing that would have worked. */
function asUserError(error: CommanderError, command: Command, argv: readonly string[]): UserError {
  const longOptions = command.options.flatMap((option) => option.long ?? []);
  if (error.code === 'commander.unknownOption') {
    const written = /'([^']+)'/.exec(error.message)?.[1] ?? argv.find((argument) => argument.startsWith('-')) ?? '';
    return unknownOption(written, [...longOptions, '--help'], command.name());
  }
  const choice = /^error: option '([^']*)' argument '([\s\S]*)' is invalid\. Allowed choices are (.*)\.$/.exec(
    error.message,
  );
  if (choice?.[1] !== undefined && choice[2] !== undefined && choice[3] !== undefined) {
    const flag = /--[\w-]+/.exec(choice[1])?.[0] ?? choice[1];
    return new UserError(`"${choice[2]}" is no value of ${flag}`, {
      remedy: didYouMean(choice[2], choice[3].split(', ')),
    });
  }
  return new UserError(error.message.replace(/^error: /, ''), { remedy: `See \`${command.name()} --help\`.` });
}

function unknownOption(written: string, known: readonly string[], command = 'msvc'): UserError {
  const guess = nearest(written.replace(/=.*/, ''), known);
  return new UserError(`${written} is no option of ${command}`, {
    remedy: guess === undefined ? `See \`${command} --help\`.` : `Did you mean ${guess}?`,
  });
}

function helpOnly(): Command {
  const program = new Command('msvc')
    .usage('<command> [options]')
    .description('Keeps a repository of Python microservices current, and lints it');
  for (const { name, summary } of COMMANDS) program.command(name).summary(summary).description(summary);
  program.option('-V, --version', 'print the version').helpCommand('help <command>', 'show the help of a command');
  return program;
}

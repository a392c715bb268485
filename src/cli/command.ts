import type { Command } from 'commander';
import type { Context, ExitCode, GlobalOptions } from './context.ts';

/** A line of `--help`'s examples: what to type and what it does. */
export interface Example {
  readonly command: string;
  readonly effect: string;
}

/** One command: what it accepts and what it does. Declared in a file of its own under `commands/`, loaded when called. */
export interface CommandModule {
  readonly examples: readonly Example[];
  /** Declares arguments and options. Errors in what is typed are commander's to report. */
  configure(command: Command, context: Context): void | Promise<void>;
  run(context: Context, args: readonly unknown[], options: object): Promise<ExitCode>;
}

/**
 * Types a command's options and arguments by what its `configure` declares.
 *
 * @param command the command; `run` gets the positional arguments in order (a variadic one is an array) and the options
 */
export function defineCommand<Options extends object = object, Args extends readonly unknown[] = readonly []>(command: {
  readonly examples: readonly Example[];
  configure(command: Command, context: Context): void | Promise<void>;
  run(context: Context, args: Args, options: Options & GlobalOptions): Promise<ExitCode>;
}): CommandModule {
  return command as CommandModule;
}

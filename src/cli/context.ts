import type { Pack } from '../render/feature.ts';
import type { FileSystem } from '../tree/file-system.ts';

/** What a command returns: 0 fine, 1 findings, drift or conflicts, 2 wrong usage or an invalid spec, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 130;

/** Where text goes. Results go to `out`; progress, prompts, warnings and errors to `err`. */
export interface Terminal {
  /** Whether a person can answer: stdin and stderr are terminals and this is no CI job. */
  readonly interactive: boolean;
  /** Whether stderr may redraw a line. */
  readonly animated: boolean;
  readonly columns: number;
  /** Writes text to stdout as it is; add the line break yourself. */
  out(text: string): void;
  /** Writes text to stderr as it is; add the line break yourself. */
  err(text: string): void;
  /** Colours text for stdout, or returns it as it is where colour is off. */
  readonly paint: Paint;
  /** Colours text for stderr, or returns it as it is where colour is off. */
  readonly paintErr: Paint;
}

/** The few styles that the commands use. */
export type Paint = Readonly<
  Record<'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'cyan' | 'magenta', (text: string) => string>
>;

/** How a finished program ended. */
export interface ProcessResult {
  /** Undefined where it could not be started at all (not installed, not executable). */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs other programs. */
export interface Processes {
  /**
   * Runs a program to its end; a failing program is a result, never an exception.
   *
   * @param command the program
   * @param args its arguments, never interpreted by a shell
   * @param options working directory, additional environment, text for stdin; a listener for each line it prints, with
   *   which stdout and stderr are not kept
   */
  run(
    command: string,
    args: readonly string[],
    options: {
      readonly cwd: string;
      readonly env?: Readonly<Record<string, string>>;
      readonly input?: string | Uint8Array;
      /** Set to get what it prints as one unit a byte. */
      readonly encoding?: 'latin1';
      readonly onLine?: (line: string) => void;
      readonly signal?: AbortSignal;
    },
  ): Promise<ProcessResult>;
}

/** What a question answers with when the person wants the one before it again. */
export const BACK = Symbol('back');

/** One choice of a question. */
export interface Choice {
  readonly value: string;
  readonly description?: string;
}

/** Asks a person. Every question may be answered with `BACK`. */
export interface Prompt {
  input(question: {
    readonly message: string;
    readonly default?: string;
    readonly validate: (value: string) => true | string;
  }): Promise<string | typeof BACK>;
  select(question: {
    readonly message: string;
    readonly choices: readonly Choice[];
    readonly default: string;
  }): Promise<string | typeof BACK>;
  checkbox(question: {
    readonly message: string;
    readonly choices: readonly Choice[];
    readonly default: readonly string[];
  }): Promise<readonly string[] | typeof BACK>;
  confirm(question: { readonly message: string; readonly default: boolean }): Promise<boolean | typeof BACK>;
}

/** Everything a command needs from the world outside; built once, in the composition root. */
export interface Context {
  readonly fs: FileSystem;
  readonly terminal: Terminal;
  readonly processes: Processes;
  readonly prompt: Prompt;
  /** The status with which an address answers a GET; undefined where nobody answers in a second or two. */
  readonly get: (url: string) => Promise<number | undefined>;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** This tool's own version. */
  readonly version: string;
  /** The features that this version generates from; loaded at the first call. */
  readonly pack: () => Promise<Pack>;
  /** Loads a module of the repository's own, by its URL. */
  readonly importModule: (url: string) => Promise<unknown>;
  /** Aborted on Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Flags that every command takes. */
export interface GlobalOptions {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

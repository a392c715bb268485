import type { ImageReference } from '../image-reference.ts';
import type { ShellScript } from '../shell/script.ts';
import type { Location, SourceFile, TextRange } from '../source-file.ts';

/** One word of an instruction: `raw` as written (continuations joined), `value` without its quotes and escapes. */
export interface Word extends Location {
  readonly raw: string;
  readonly value: string;
}

/** A BuildKit flag: `--from=build`, `--mount=type=cache,target=/root/.cache`. */
export interface Flag extends Location {
  readonly name: string;
  /** Undefined for a flag without `=`. */
  readonly value: string | undefined;
}

/** A here-document of RUN, COPY or ADD. */
export interface Heredoc {
  readonly name: string;
  /** Variables in the body stay as they are (`<<'EOF'`). */
  readonly quoted: boolean;
  /** The body alone, without the line of its terminator. */
  readonly body: Location;
}

/** One `name=value` of ENV, ARG or LABEL. */
export interface Assignment extends Location {
  readonly name: string;
  /** Undefined for an ARG without a default. */
  readonly value: Word | undefined;
  /** Written as `ENV name value`. */
  readonly legacy: boolean;
}

/** One instruction; its range is the whole of it, without here-document bodies. */
export interface Instruction extends Location {
  /** In upper case, whatever the file says. */
  readonly keyword: string;
  readonly keywordRange: TextRange;
  readonly flags: readonly Flag[];
  /** What follows the flags, split at white space outside quotes. */
  readonly words: readonly Word[];
  /** All that follows the flags. */
  readonly argument: Location;
  /** The items when the argument is a JSON array (exec form). For HEALTHCHECK those after `CMD`. */
  readonly exec: readonly Word[] | undefined;
  readonly heredocs: readonly Heredoc[];
  /** The pairs of ENV, ARG and LABEL; empty for others. */
  readonly assignments: readonly Assignment[];
  /** The shell script of RUN, CMD, ENTRYPOINT and HEALTHCHECK in shell form. Undefined in exec form or for PowerShell. */
  readonly script: ShellScript | undefined;
  /** The instruction that ONBUILD holds. */
  readonly inner: Instruction | undefined;
  /** The stage it belongs to; undefined before the first FROM. */
  readonly stage: Stage | undefined;
}

/** One build stage. */
export interface Stage {
  readonly index: number;
  readonly from: Instruction;
  /** What stands after FROM, as written. */
  readonly base: Word;
  /** `AS name`. */
  readonly name: Word | undefined;
  /** The earlier stage that this one builds on. */
  readonly parent: Stage | undefined;
  /** The base image once variables are resolved; undefined when it is a stage, `scratch` or not known. */
  readonly image: ImageReference | undefined;
  /** All of the stage, FROM included. */
  readonly instructions: readonly Instruction[];
}

/** A parsed Dockerfile. */
export interface Dockerfile {
  readonly file: SourceFile;
  readonly escape: '\\' | '`';
  /** Parser directives such as `syntax`, by lower-case name. */
  readonly directives: ReadonlyMap<string, Word>;
  /** All instructions in order, those before the first FROM included. */
  readonly instructions: readonly Instruction[];
  readonly stages: readonly Stage[];
  /** The stage that is built by default; undefined when there is no FROM. */
  readonly finalStage: Stage | undefined;
  /**
   * Replaces `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+value}` by what ARG and ENV say before an instruction.
   *
   * @returns undefined where a variable's value is not known from the file
   */
  expand(text: string, at: Instruction): string | undefined;
  /** The instruction that declares a variable for an instruction (ARG or ENV); undefined when none does. */
  declaration(name: string, at: Instruction): Instruction | undefined;
}

/** The stage and those it builds on, from the outermost base to the stage itself. */
export function lineage(stage: Stage): readonly Stage[] {
  return stage.parent === undefined ? [stage] : [...lineage(stage.parent), stage];
}

/**
 * The last instruction of a kind that is in force in a stage, looking through the stages it builds on.
 *
 * @example effective(stage, 'USER')
 */
export function effective(stage: Stage, keyword: string): Instruction | undefined {
  for (let at: Stage | undefined = stage; at !== undefined; at = at.parent) {
    const found = at.instructions.findLast((instruction) => instruction.keyword === keyword);
    if (found) return found;
  }
  return undefined;
}

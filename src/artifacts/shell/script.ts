import {
  type AndOr,
  type Assignment,
  type Command,
  forEachChild,
  type ParsedScript,
  type Pipeline,
  parse,
  type Redirection,
  type SyntaxNode,
  type Word,
  type WordPart,
} from 'unbash';
import type { SourceFile, TextRange } from '../source-file.ts';
import { type OffsetMap, shiftedBy } from './offset-map.ts';

/** One word of a command: as written, and its value where no expansion takes part. */
export interface ShellWord {
  readonly text: string;
  /** The value after quote removal; undefined when it depends on a variable, a substitution or a glob. */
  readonly value: string | undefined;
  readonly range: TextRange;
  /** The parser's own parts, for rules about quoting; undefined for a word without any. */
  readonly parts: readonly WordPart[] | undefined;
}

/** How a command is tied to the one before it in the same list or pipeline. */
export type Joint = '&&' | '||' | ';' | '|' | '|&' | '&';

/** A variable set in front of a command or on its own. */
export interface ShellAssignment {
  readonly name: string;
  readonly value: string | undefined;
  readonly range: TextRange;
}

/** A redirection; a heredoc's target is its body. */
export interface ShellRedirect {
  readonly operator: string;
  readonly target: string | undefined;
  readonly range: TextRange;
}

/** One simple command, also when it stands in a loop, a function or a substitution. */
export interface ShellCommand {
  /** The first word's value; undefined when it is computed or the command only assigns. */
  readonly name: string | undefined;
  readonly words: readonly ShellWord[];
  readonly args: readonly ShellWord[];
  readonly assignments: readonly ShellAssignment[];
  readonly redirects: readonly ShellRedirect[];
  readonly range: TextRange;
  /** What ties it to its predecessor; undefined for the first of a list. */
  readonly joint: Joint | undefined;
  /** The pipeline it is part of, and its place there; a command on its own has none. */
  readonly pipeline: { readonly id: number; readonly index: number; readonly length: number } | undefined;
  /** Commands joined by `&&` or `||` share a chain. */
  readonly chain: number;
  /** Whether its exit status is asked: an `if` or `while` condition, or negated. */
  readonly condition: boolean;
  /** Whether it runs inside a `$(…)`, a `<(…)` or backquotes. */
  readonly substituted: boolean;
  /** Whether it stands inside a function's body. */
  readonly inFunction: boolean;
}

/** A stretch that the shell parser could not read. */
export interface ShellProblem {
  readonly message: string;
  readonly range: TextRange;
}

/** A shell script inside a file: a Dockerfile's RUN, a pipeline's step, a file of its own. Parsed on first use. */
export class ShellScript {
  readonly file: SourceFile;
  readonly text: string;
  readonly #map: OffsetMap;
  #tree: ParsedScript | undefined;
  #commands: readonly ShellCommand[] | undefined;

  /**
   * @param file the file that contains the script
   * @param text the script as the shell sees it; mask `${{ … }}` first (see `maskTemplates`)
   * @param map where each of its characters stands in the file
   */
  constructor(file: SourceFile, text: string, map: OffsetMap = shiftedBy(0)) {
    this.file = file;
    this.text = text;
    this.#map = map;
  }

  /** The parser's tree, with offsets of `text`; it is a best effort where the script has errors. */
  get tree(): ParsedScript {
    this.#tree ??= parse(this.text);
    return this.#tree;
  }

  /** Every simple command in source order. */
  get commands(): readonly ShellCommand[] {
    this.#commands ??= collectCommands(this);
    return this.#commands;
  }

  /** What could not be parsed. */
  get problems(): readonly ShellProblem[] {
    return (this.tree.errors ?? []).map(({ message, pos }) => ({ message, range: this.range(pos, pos + 1) }));
  }

  /** The file range of a stretch of `text`. */
  range(start: number, end: number): TextRange {
    const from = this.#map.toFile(start);
    return { start: from, end: end > start ? this.#map.toFile(end - 1) + 1 : from };
  }
}

/**
 * Replaces what a pipeline substitutes before the shell runs (`${{ … }}` on GitHub, `$[[ … ]]` on GitLab) by a
 * variable of the same length whose name is made of underscores, so that offsets hold and the words count as unknown.
 */
export function maskTemplates(text: string): string {
  if (!text.includes('${{') && !text.includes('$[[')) return text;
  return text.replace(/\$\{\{[\s\S]*?\}\}|\$\[\[[\s\S]*?\]\]/g, (found) => `$${'_'.repeat(found.length - 1)}`);
}

/**
 * Makes a Dockerfile instruction's raw text readable by a shell without moving a character: comment and empty lines
 * between continued lines become blanks, another escape character becomes the backslash.
 *
 * @param raw the argument of RUN, CMD or ENTRYPOINT with its line continuations
 * @param escapeWith the Dockerfile's escape character
 */
export function unfoldDockerfile(raw: string, escapeWith: '\\' | '`' = '\\'): string {
  if (!raw.includes('\n')) return raw;
  const lines = raw.split('\n');
  let continued = false;
  return lines
    .map((line, index) => {
      const bare = line.endsWith('\r') ? line.slice(0, -1) : line;
      const trimmed = bare.trim();
      if (continued && index < lines.length - 1 && (trimmed === '' || trimmed.startsWith('#'))) {
        return `${' '.repeat(line.length)}\u0000`;
      }
      const end = bare.trimEnd();
      continued = end.endsWith(escapeWith);
      if (!continued) return line;
      const fill = ' '.repeat(line.length - end.length);
      return `${fill}${end.slice(0, -1)}\\`;
    })
    .join('\n')
    .replaceAll('\u0000\n', ' ');
}

interface Surroundings {
  readonly joint: Joint | undefined;
  readonly pipeline: ShellCommand['pipeline'];
  readonly chain: number;
  readonly condition: boolean;
  readonly substituted: boolean;
  readonly inFunction: boolean;
}

function collectCommands(script: ShellScript): readonly ShellCommand[] {
  const found: ShellCommand[] = [];
  let serial = 0;

  const walkList = (statements: ParsedScript['commands'], around: Surroundings): void => {
    let joint: Joint | undefined;
    for (const statement of statements) {
      serial++;
      walk(statement.command, { ...around, joint, pipeline: undefined, chain: serial });
      joint = statement.background ? '&' : ';';
    }
  };

  const walk = (node: SyntaxNode, around: Surroundings): void => {
    switch (node.type) {
      case 'Command':
        found.push(commandOf(script, node, around));
        inside(node, { ...around, substituted: true });
        return;
      case 'AndOr':
        walkAndOr(node, around);
        return;
      case 'Pipeline':
        walkPipeline(node, around);
        return;
      case 'Script':
      case 'CompoundList':
        walkList(node.commands, around);
        return;
      case 'If':
        walk(node.clause, { ...around, condition: true });
        walk(node.then, around);
        for (const branch of node.elif) {
          walk(branch.clause, { ...around, condition: true });
          walk(branch.then, around);
        }
        if (node.else) walk(node.else, around);
        return;
      case 'While':
        walk(node.clause, { ...around, condition: true });
        walk(node.body, around);
        return;
      case 'Function':
        walk(node.body, { ...around, inFunction: true });
        return;
      case 'CommandExpansion':
      case 'ProcessSubstitution':
        if (node.script && node.script.source === undefined) {
          walk(node.script, { ...around, substituted: true, condition: false });
        }
        return;
      default:
        inside(node, around);
    }
  };

  const inside = (node: SyntaxNode, around: Surroundings): void => forEachChild(node, (child) => walk(child, around));

  const walkAndOr = (node: AndOr, around: Surroundings): void => {
    for (const [index, command] of node.commands.entries()) {
      const before = index === 0 ? around.joint : node.operators[index - 1];
      const after = node.operators[index];
      walk(command, { ...around, joint: before, condition: around.condition || after === '||' });
    }
  };

  const walkPipeline = (node: Pipeline, around: Surroundings): void => {
    serial++;
    const id = serial;
    const negated = node.prefixes.some((prefix) => prefix.type === 'Negation');
    const length = node.commands.length;
    for (const [index, command] of node.commands.entries()) {
      const joint = index === 0 ? around.joint : (node.operators[index - 1] ?? '|');
      const pipeline = length > 1 ? { id, index, length } : undefined;
      walk(command, { ...around, joint, pipeline, condition: around.condition || negated });
    }
  };

  walk(script.tree, {
    joint: undefined,
    pipeline: undefined,
    chain: 0,
    condition: false,
    substituted: false,
    inFunction: false,
  });
  return found;
}

function commandOf(script: ShellScript, node: Command, around: Surroundings): ShellCommand {
  const args: ShellWord[] = node.args.map((argument) =>
    argument.type === 'Word'
      ? wordOf(script, argument)
      : {
          text: argument.text,
          value: assignedText(argument),
          range: script.range(argument.pos, argument.end),
          parts: undefined,
        },
  );
  const words = node.name ? [wordOf(script, node.name), ...args] : args;
  const assignments = node.prefix.filter((item): item is Assignment => item.type === 'Assignment');
  return {
    name: words[0]?.value,
    words,
    args,
    assignments: assignments.map((item) => ({
      name: item.name,
      value: item.value.type === 'Word' ? literal(item.value) : undefined,
      range: script.range(item.pos, item.end),
    })),
    redirects: node.redirects.map((item) => redirectOf(script, item)),
    range: script.range(node.pos, node.end),
    ...around,
  };
}

function assignedText(node: Assignment): string | undefined {
  if (node.value.type !== 'Word') return undefined;
  const value = literal(node.value);
  return value === undefined ? undefined : `${node.name}${node.append ? '+=' : '='}${value}`;
}

function redirectOf(script: ShellScript, node: Redirection): ShellRedirect {
  const range = script.range(node.pos, node.end);
  if (node.type === 'HereDoc') return { operator: node.operator, target: node.body.text, range };
  return { operator: node.operator, target: node.target ? literal(node.target) : undefined, range };
}

function wordOf(script: ShellScript, word: Word): ShellWord {
  return { text: word.text, value: literal(word), range: script.range(word.pos, word.end), parts: word.parts };
}

/** The word's value when every part of it is literal. */
function literal(word: Word): string | undefined {
  for (const part of word.parts ?? []) {
    if (part.type === 'DoubleQuoted' || part.type === 'LocaleString') {
      if (part.parts.some((child) => child.type !== 'Literal')) return undefined;
    } else if (part.type !== 'Literal' && part.type !== 'SingleQuoted' && part.type !== 'AnsiCQuoted') {
      return undefined;
    }
  }
  return word.value;
}

import { hasFlag, operands } from './arguments.ts';
import type { ShellCommand, ShellWord } from './script.ts';

/** A word of `rm -r` that names a folder at the root when its variable is empty. */
export interface EmptyRemoval {
  readonly word: ShellWord;
  readonly name: string;
}

/** The words of a recursive `rm` that become `/*` or a folder of the system when a variable is empty (SC2115). */
export function emptyRemovals(program: string | undefined, args: readonly ShellWord[]): readonly EmptyRemoval[] {
  if (program !== 'rm' || !hasFlag(args, '-r', '-R', '--recursive')) return [];
  return operands(args).flatMap((word) => {
    const name = /^["']?\$\{?(\w+)\}?["']?\/["']?(?:\*|$|(?:bin|usr|etc|lib|var|home|opt)\b)/.exec(word.text)?.[1];
    return name === undefined || /^_+$/.test(name) ? [] : [{ word, name }];
  });
}

/** Whether a script itself gives a variable a value. */
export function setsVariable(script: string, name: string): boolean {
  return new RegExp(`\\b${name}=|for\\s+${name}\\b|\\bread\\b[^\\n]*\\b${name}\\b`).test(script);
}

/** Whether a script says that it stops at the first failure. */
export function setsErrexit(script: string): boolean {
  return /(?:^|[\s;&])set\s+-\w*e|\berrexit\b/.test(script);
}

/** Whether a script says that a failure inside a pipe counts. */
export function setsPipefail(script: string): boolean {
  return /\bpipefail\b/.test(script);
}

/** `cd` whose failure leaves the rest of the script in the wrong folder, in a shell that goes on (SC2164). */
export function goesOnAfterCd(command: ShellCommand, next: ShellCommand | undefined): boolean {
  if (command.name !== 'cd' || command.condition || command.substituted || command.inFunction) return false;
  return next?.joint === ';' && next.words.length > 0;
}

/** The variable of a test that is always true or breaks when it is empty: `[ -n $x ]`, `[ $x = y ]` (SC2070, SC2086). */
export function bareTestVariable({ name, args }: ShellCommand): ShellWord | undefined {
  if (name !== '[' && name !== 'test') return undefined;
  const bare = (word: ShellWord | undefined) =>
    word !== undefined && /^\$(?:[A-Za-z]\w*|\{[A-Za-z]\w*\})$/.test(word.text);
  const words = args.filter((word) => word.text !== ']');
  const [first, second] = words;
  if (words.length === 2 && first?.text === '-n' && bare(second)) return second;
  const compares = words.length === 3 && /^(?:=|==|!=)$/.test(second?.text ?? '');
  return compares && bare(first) ? first : undefined;
}

/** A declaration whose own success hides the failure of the command inside it: `export TAG=$(git describe)` (SC2155). */
export function hiddenFailure({ name, args }: ShellCommand): ShellWord | undefined {
  if (!/^(?:export|local|readonly|declare)$/.test(name ?? '')) return undefined;
  return args.find((word) => /^\w+=["']?\$\((?!\()[^)]*\)["']?$|^\w+=["']?`[^`]*`["']?$/.test(word.text));
}

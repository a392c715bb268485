import type { TextRange } from '../source-file.ts';
import type { ShellWord } from './script.ts';

/**
 * The words of a command that is given as a list of strings (exec form, Kubernetes `command`), for the same questions
 * that are asked of parsed commands.
 *
 * @param items each string with its place; `$VAR` and `$(VAR)` inside make a value unknown only where `expanded` says
 *   that the list's reader substitutes them
 * @param expanded whether `$(NAME)` is substituted (Kubernetes) or `$NAME` and `${NAME}` (Compose, ENV-aware readers)
 */
export function wordsOf(
  items: readonly { readonly value: string; readonly range: TextRange }[],
  expanded: 'none' | 'kubernetes' = 'none',
): readonly ShellWord[] {
  return items.map(({ value, range }) => ({
    text: value,
    value: expanded === 'kubernetes' && /(^|[^$])\$\(\w+\)/.test(value) ? undefined : value,
    range,
    parts: undefined,
  }));
}

/** The script of `sh -c "…"`: the word that holds it, or undefined when the words do not call a shell that way. */
export function shellScriptWord(words: readonly ShellWord[]): ShellWord | undefined {
  const name = words[0]?.value?.split('/').pop();
  if (name === undefined || !/^(ba|da|a|z|k)?sh$/.test(name)) return undefined;
  const flag = words.findIndex((word) => /^-[a-z]*c$/.test(word.value ?? ''));
  return flag < 0 ? undefined : words[flag + 1];
}

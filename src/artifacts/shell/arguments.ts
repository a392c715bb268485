import type { TextRange } from '../source-file.ts';
import type { ShellWord } from './script.ts';

/**
 * Whether one of the flags is given, as `--flag`, `--flag=value`, `-f` or among bundled short flags (`-xf`).
 *
 * @param args the words after the command's name; what follows `--` is no flag
 * @param names the flags with their dashes
 */
export function hasFlag(args: readonly ShellWord[], ...names: readonly string[]): boolean {
  return flagWord(args, ...names) !== undefined;
}

/** The word by which one of the flags is given. */
export function flagWord(args: readonly ShellWord[], ...names: readonly string[]): ShellWord | undefined {
  for (const word of args) {
    const text = word.value ?? word.text;
    if (text === '--') return undefined;
    if (names.some((name) => matches(text, name))) return word;
  }
  return undefined;
}

function matches(text: string, name: string): boolean {
  if (text === name || text.startsWith(`${name}=`)) return true;
  if (name.startsWith('--') || name.length !== 2 || text.startsWith('--')) return false;
  return /^-[A-Za-z]+$/.test(text) && text.includes(name.slice(1));
}

/** The value that a flag is given, known or not. */
export interface FlagValue {
  /** Undefined when it depends on a variable or a substitution. */
  readonly value: string | undefined;
  /** As written, without `--flag=`. */
  readonly text: string;
  readonly range: TextRange;
}

/**
 * The value of a flag, written `--flag value`, `--flag=value`, `-f value` or `-fvalue`; the last one wins.
 *
 * @param args the words after the command's name
 * @param names the flags with their dashes
 */
export function flagValue(args: readonly ShellWord[], ...names: readonly string[]): FlagValue | undefined {
  let found: FlagValue | undefined;
  for (const [index, word] of args.entries()) {
    const text = word.value ?? word.text;
    for (const name of names) {
      if (text === name) {
        const next = args[index + 1];
        if (next) found = { value: next.value, text: next.text, range: next.range };
      } else if (text.startsWith(`${name}=`)) {
        found = inline(word, name.length + 1);
      } else if (name.length === 2 && !name.startsWith('--') && text.startsWith(name) && /^-\w[^=]/.test(text)) {
        found = inline(word, 2);
      }
    }
  }
  return found;
}

function inline(word: ShellWord, skip: number): FlagValue {
  const start = word.range.end - word.range.start === word.text.length ? word.range.start + skip : word.range.start;
  return { value: word.value?.slice(skip), text: word.text.slice(skip), range: { start, end: word.range.end } };
}

/**
 * The words that are neither flags nor their values.
 *
 * @param args the words after the command's name
 * @param valued flags that take the next word as their value
 */
export function operands(args: readonly ShellWord[], valued: readonly string[] = []): readonly ShellWord[] {
  const found: ShellWord[] = [];
  let literalOnly = false;
  for (let index = 0; index < args.length; index++) {
    const word = args[index];
    if (!word) continue;
    const text = word.value ?? word.text;
    if (literalOnly || !text.startsWith('-') || text === '-') found.push(word);
    else if (text === '--') literalOnly = true;
    else if (valued.includes(text)) index++;
  }
  return found;
}

/** Commands that run the command that follows them, with the flags of theirs that take a value. */
const WRAPPERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['exec', ['-a']],
  ['command', []],
  ['nohup', []],
  ['time', []],
  ['sudo', ['-u', '-g', '-U']],
  ['doas', ['-u']],
  ['nice', ['-n']],
  ['ionice', ['-c', '-n']],
  ['env', ['-u', '-C']],
  ['timeout', ['-k', '-s']],
  ['tini', ['-p', '-e']],
  ['/sbin/tini', ['-p', '-e']],
  ['/usr/bin/tini', ['-p', '-e']],
  ['dumb-init', ['-r']],
  ['/usr/bin/dumb-init', ['-r']],
  ['catchsegv', []],
  ['gosu', []],
  ['su-exec', []],
  ['opentelemetry-instrument', []],
  ['ddtrace-run', []],
  ['newrelic-admin', []],
]);

/** Runners of a Python project's tools: `uv run x` runs x in the project's environment. */
const RUNNERS = new Set(['uv', 'poetry', 'pipenv', 'pdm', 'hatch', 'rye']);
const RUNNER_VALUED = [
  '--python',
  '-p',
  '--with',
  '--extra',
  '--group',
  '--package',
  '--project',
  '--directory',
  '--env-file',
  '--index-url',
  '-m',
  '--module',
];

/**
 * The words of the program that really runs: without `exec`, `env A=b`, `sudo`, `tini --`, `uv run` and the like.
 *
 * @param words a command's words, the name first
 * @returns the program's words; empty when there is none
 */
export function unwrap(words: readonly ShellWord[]): readonly ShellWord[] {
  let rest = words;
  for (let guard = 0; guard < 8; guard++) {
    const name = rest[0]?.value;
    if (name === undefined) return rest;
    if (/^\w+=/.test(name)) rest = rest.slice(1);
    else if (RUNNERS.has(name) && rest[1]?.value === 'run') rest = skipFlags(rest.slice(2), RUNNER_VALUED);
    else {
      const valued = WRAPPERS.get(name);
      if (valued === undefined) return rest;
      rest = skipFlags(rest.slice(1), valued);
      if (name === 'timeout' || name === 'gosu' || name === 'su-exec') rest = rest.slice(1);
      if (name === 'newrelic-admin' && rest[0]?.value === 'run-program') rest = rest.slice(1);
    }
  }
  return rest;
}

function skipFlags(words: readonly ShellWord[], valued: readonly string[]): readonly ShellWord[] {
  let index = 0;
  while (index < words.length) {
    const text = words[index]?.value;
    if (text === undefined || !text.startsWith('-')) break;
    index++;
    if (text === '--') break;
    if ((text === '-m' || text === '--module') && valued === RUNNER_VALUED) {
      // `uv run -m uvicorn` names the module next.
      break;
    }
    if (valued.includes(text)) index++;
  }
  return words.slice(index);
}

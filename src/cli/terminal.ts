import type { Paint, Terminal } from './context.ts';

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Where each style starts and ends: ECMA-48, "select graphic rendition". */
const STYLES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const;

/**
 * The real terminal. Colour follows, in this order: `--no-color` and NO_COLOR (https://no-color.org), FORCE_COLOR, whether the
 * stream is a terminal. A stream is asked for only when it is needed: opening one takes Node a while.
 *
 * @param streams the process's three streams
 * @param env the process's environment
 * @param argv what was typed, for `--no-color`
 */
export function createTerminal(
  streams: { readonly stdin: { readonly isTTY?: boolean }; readonly stdout: Stream; readonly stderr: Stream },
  env: Readonly<Record<string, string | undefined>>,
  argv: readonly string[],
): Terminal {
  const inCi = env.CI !== undefined && env.CI !== '' && env.CI !== 'false' && env.CI !== '0';
  const isTerminal = (): boolean => streams.stderr.isTTY === true && env.TERM !== 'dumb';
  let painted: Paint | undefined;
  let paintedErr: Paint | undefined;
  return {
    get interactive() {
      return !inCi && isTerminal() && streams.stdin.isTTY === true;
    },
    get animated() {
      return !inCi && isTerminal();
    },
    get columns() {
      return streams.stdout.columns ?? streams.stderr.columns ?? 100;
    },
    out: (text) => void streams.stdout.write(text),
    err: (text) => void streams.stderr.write(text),
    get paint() {
      painted ??= paint(hasColor(streams.stdout, env, argv));
      return painted;
    },
    get paintErr() {
      paintedErr ??= paint(hasColor(streams.stderr, env, argv));
      return paintedErr;
    },
  };
}

function hasColor(stream: Stream, env: Readonly<Record<string, string | undefined>>, argv: readonly string[]): boolean {
  if (argv.includes('--no-color') || (env.NO_COLOR ?? '') !== '') return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

function paint(enabled: boolean): Paint {
  const styles = Object.entries(STYLES).map(([name, [on, off]]) => {
    const start = `\u001b[${on}m`;
    const end = `\u001b[${off}m`;
    // What ends an inner style of the same kind would end this one too.
    return [name, enabled ? (text: string) => start + text.replaceAll(end, end + start) + end : unstyled] as const;
  });
  return Object.fromEntries(styles) as Record<keyof typeof STYLES, (text: string) => string>;
}

function unstyled(text: string): string {
  return text;
}

import { Chalk, type ChalkInstance } from 'chalk';
import type { Paint, Terminal } from './context.ts';

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * The real terminal. Colour follows, in this order: `--no-color` and NO_COLOR (https://no-color.org), FORCE_COLOR, whether the
 * stream is a terminal.
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
  const { stdin, stdout, stderr } = streams;
  const inCi = env.CI !== undefined && env.CI !== '' && env.CI !== 'false' && env.CI !== '0';
  const isTerminal = stderr.isTTY === true && env.TERM !== 'dumb';
  return {
    interactive: stdin.isTTY === true && isTerminal && !inCi,
    animated: isTerminal && !inCi,
    columns: stdout.columns ?? stderr.columns ?? 100,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    paint: paint(hasColor(stdout, env, argv)),
    paintErr: paint(hasColor(stderr, env, argv)),
  };
}

function hasColor(stream: Stream, env: Readonly<Record<string, string | undefined>>, argv: readonly string[]): boolean {
  if (argv.includes('--no-color') || (env.NO_COLOR ?? '') !== '') return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

function paint(enabled: boolean): Paint {
  const chalk: ChalkInstance = new Chalk({ level: enabled ? 1 : 0 });
  const { bold, dim, red, green, yellow, blue, cyan, magenta } = chalk;
  return { bold, dim, red, green, yellow, blue, cyan, magenta };
}

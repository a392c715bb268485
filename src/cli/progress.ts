import type { Context } from './context.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** How a step ended: well, or softly failed with what to do. */
export type StepResult =
  | { readonly ok: true; readonly note?: string }
  | { readonly ok: false; readonly problem: string };

/**
 * Runs a slow step and shows on stderr that it runs, how long it took and how it ended.
 *
 * @param context the world outside
 * @param label what is done
 * @param quiet shows failures only
 * @param run the step; it may report the line it is at
 */
export async function showStep(
  { terminal, now }: Context,
  label: string,
  quiet: boolean,
  run: (report: (line: string) => void) => Promise<StepResult>,
): Promise<StepResult> {
  const { paintErr, err } = terminal;
  const started = now();
  let latest = '';
  let frame = 0;
  const animated = terminal.animated && !quiet;
  const draw = (): void => {
    const spinner = FRAMES[frame++ % FRAMES.length] ?? '';
    const room = Math.max(0, terminal.columns - label.length - 6);
    err(`\r\u001b[2K${spinner} ${label} ${paintErr.dim(latest.slice(0, room))}`);
  };
  const timer = animated ? setInterval(draw, 100) : undefined;
  let result: StepResult;
  try {
    result = await run((line) => {
      latest = line.trim();
    });
  } finally {
    clearInterval(timer);
    if (animated) err('\r\u001b[2K');
  }
  const seconds = `${((now() - started) / 1000).toFixed(1)} s`;
  if (!result.ok) err(`${paintErr.yellow('!')} ${label}: ${result.problem}\n`);
  else if (!quiet)
    err(`${paintErr.green('✓')} ${label}${result.note ? ` (${result.note})` : ''} ${paintErr.dim(seconds)}\n`);
  return result;
}

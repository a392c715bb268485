import type { Service, Workspace } from '../spec/workspace.ts';
import type { Context } from './context.ts';
import { showStep } from './progress.ts';

/** One of the repository's own checks and how it ended. */
export interface Check {
  readonly service: string;
  readonly command: string;
  readonly passed: boolean;
  readonly seconds: number;
}

/** What is run in each service: its Makefile's targets, which people use too. */
const TARGETS = ['lint', 'test'] as const;

const SHOWN_LINES = 40;

/**
 * Runs each service's own lint, type check and tests.
 *
 * @param root the workspace
 * @param options `quiet` shows failures only, `verbose` every line
 * @returns the checks that ran; a service's later checks are left out after one that failed
 */
export async function verifyWorkspace(
  context: Context,
  root: string,
  workspace: Workspace,
  options: { readonly quiet: boolean; readonly verbose: boolean },
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const service of workspace.services) {
    for (const target of TARGETS) {
      const check = await runTarget(context, root, service, target, options);
      checks.push(check);
      if (!check.passed) break;
    }
  }
  return checks;
}

/** The verdict in a line. */
export function verdictLine(checks: readonly Check[], context: Context): string {
  const failed = checks.filter(({ passed }) => !passed);
  const seconds = checks.reduce((sum, check) => sum + check.seconds, 0).toFixed(1);
  const { green, red } = context.terminal.paintErr;
  if (failed.length === 0) return `${green('verified')} lint, types and tests pass (${seconds} s)`;
  return `${red('not verified')} ${failed.map(({ service, command }) => `${service}: ${command}`).join(', ')} failed`;
}

async function runTarget(
  context: Context,
  root: string,
  service: Service,
  target: (typeof TARGETS)[number],
  { quiet, verbose }: { readonly quiet: boolean; readonly verbose: boolean },
): Promise<Check> {
  const cwd = service.path === '.' ? root : `${root}/${service.path}`;
  const command = `make ${target}`;
  const started = context.now();
  const result = await showStep(context, `${service.name}: ${command}`, quiet, async (report) => {
    const lines: string[] = [];
    const ended = await context.processes.run('make', [target], {
      cwd,
      signal: context.signal,
      onLine: (line) => {
        lines.push(line);
        if (verbose) context.terminal.err(`${line}\n`);
        else report(line);
      },
    });
    if (ended.exitCode === 0) return { ok: true };
    if (ended.exitCode === undefined) return { ok: false, problem: 'make could not be started; install make and uv' };
    const tail = verbose ? [] : lines.slice(-SHOWN_LINES);
    return { ok: false, problem: [`failed with exit code ${ended.exitCode}`, ...tail].join('\n    ') };
  });
  return { service: service.name, command, passed: result.ok, seconds: (context.now() - started) / 1000 };
}

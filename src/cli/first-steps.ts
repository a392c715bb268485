import type { Workspace } from '../spec/workspace.ts';
import { takeBack } from '../tree/apply.ts';
import { gitEnvironment } from './base.ts';
import type { Context } from './context.ts';
import { InterruptedError } from './print-error.ts';
import { type StepResult, showStep } from './progress.ts';

/**
 * Runs what comes after an apply; where a person ends it by Ctrl-C, the apply is taken back too.
 *
 * @param cleanUp removes then what the steps left behind
 */
export async function takeBackOnInterrupt<Result>(
  { fs, terminal }: Context,
  root: string,
  steps: () => Promise<Result>,
  cleanUp: () => void = () => undefined,
): Promise<Result> {
  try {
    return await steps();
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    takeBack(fs, root);
    cleanUp();
    terminal.err('Interrupted: everything is as it was before.\n');
    throw error;
  }
}

/** Writes `uv.lock` of each service; failing is no reason to undo, because `uv lock` can be run again. */
export async function lockDependencies(
  context: Context,
  root: string,
  workspace: Workspace,
  quiet: boolean,
): Promise<boolean> {
  let locked = true;
  for (const service of workspace.services) {
    const cwd = service.path === '.' ? root : `${root}/${service.path}`;
    const retry = service.path === '.' ? '`uv lock`' : `\`uv lock\` in ${service.path}`;
    const result = await showStep(
      context,
      `uv lock${service.path === '.' ? '' : ` in ${service.path}`}`,
      quiet,
      async (report) => {
        let latest = '';
        const onLine = (line: string): void => {
          latest = line;
          report(line);
        };
        const ended = await context.processes.run('uv', ['lock'], { cwd, signal: context.signal, onLine });
        if (ended.exitCode === 0) return { ok: true };
        if (ended.exitCode === undefined) {
          return {
            ok: false,
            problem: `uv is not installed; install it (https://docs.astral.sh/uv/ or \`pip install uv\`) and run ${retry}`,
          };
        }
        return { ok: false, problem: `${latest}; mend that and run ${retry}` };
      },
    );
    locked &&= result.ok;
    if (!result.ok && result.problem.startsWith('uv is not installed')) break;
  }
  return locked;
}

/** Makes the folder a git repository and commits what is in it, as far as git is there and knows who commits. */
export async function commitFirst(context: Context, root: string, quiet: boolean): Promise<StepResult> {
  return showStep(context, 'git init and first commit', quiet, async () => {
    const git = (...args: readonly string[]) =>
      context.processes.run('git', args, { cwd: root, env: gitEnvironment(context.env), signal: context.signal });
    const inside = await git('rev-parse', '--show-toplevel');
    if (inside.exitCode === undefined) {
      return { ok: false, problem: 'git is not installed; install it, then run `git init`' };
    }
    const isRepository = inside.exitCode === 0;
    if (isRepository && context.fs.realpathSync(inside.stdout.trim()) !== context.fs.realpathSync(root)) {
      return { ok: true, note: `left to you: the folder is inside the repository ${inside.stdout.trim()}` };
    }
    if (!isRepository) {
      const initialised = await git('-c', 'init.defaultBranch=main', 'init', '--quiet');
      if (initialised.exitCode !== 0)
        return { ok: false, problem: `${lastLine(initialised.stderr)}; run \`git init\`` };
    } else if ((await git('rev-parse', '--verify', '--quiet', 'HEAD')).exitCode === 0) {
      return { ok: true, note: 'left to you: the repository has commits' };
    }
    const added = await git('add', '--all');
    if (added.exitCode !== 0) return { ok: false, problem: `${lastLine(added.stderr)}; run \`git add --all\`` };
    const committed = await git('commit', '--quiet', '--no-verify', '--message', 'Create the service');
    if (committed.exitCode === 0) return { ok: true };
    const isNameless = /user\.(?:name|email)|identity|empty ident/i.test(committed.stderr);
    return {
      ok: false,
      problem: isNameless
        ? 'git does not know who commits; run `git config --global user.name "…"` and `git config --global user.email "…"`, then `git commit -m "Create the service"`'
        : `${lastLine(committed.stderr)}; then run \`git commit -m "Create the service"\``,
    };
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}

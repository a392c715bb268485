import type { ShellScript } from '../shell/script.ts';
import type { MapNode } from '../yaml/node.ts';
import { nestedCalls } from './jenkins.ts';
import type { GithubAction, GithubJob, GithubStep, GithubWorkflow, Pipeline } from './pipeline.ts';

/** A step with the job that it is part of; a composite action's has none. */
export interface StepOfJob {
  readonly step: GithubStep;
  readonly job: GithubJob | undefined;
}

/** Whether a pipeline is one of GitHub's kinds and lies where GitHub reads it (Gitea and Forgejo have a syntax of their own). */
export function isGithub(pipeline: Pipeline): pipeline is GithubWorkflow | GithubAction {
  if (pipeline.kind === 'github-action') return true;
  return pipeline.kind === 'github-workflow' && /(?:^|\/)\.github\//.test(pipeline.file.path);
}

/** The steps of a workflow or a composite action; none for other kinds. */
export function githubSteps(pipeline: Pipeline): readonly StepOfJob[] {
  if (pipeline.kind === 'github-action') return pipeline.steps.map((step) => ({ step, job: undefined }));
  if (pipeline.kind !== 'github-workflow') return [];
  return pipeline.jobs.flatMap((job) => job.steps.map((step) => ({ step, job })));
}

/** A shell script of a pipeline with what its shell does about failures. */
export interface PipelineScript {
  readonly script: ShellScript;
  /** Whether it stops at the first command that fails. */
  readonly stops: boolean;
  /** Whether a failure inside a pipe counts; undefined where the shell is not known. */
  readonly pipefail: boolean | undefined;
  /** Whether a variable is surely set before the script begins: the file gives it a value, or the system does. */
  sets(name: string): boolean;
}

/** Variables that GitHub, GitLab and Jenkins give each job. */
const given = /^(?:GITHUB_|RUNNER_|CI_|JENKINS_|HOME$|PWD$|WORKSPACE$|TMPDIR$|BUILD_)/;

function setBy(...owners: readonly (MapNode | undefined)[]): (name: string) => boolean {
  return (name) =>
    given.test(name) ||
    owners.some((owner) => /^[^$]*[^$\s]/.test(owner?.text(name) ?? owner?.text(name, 'value') ?? ''));
}

/**
 * Every POSIX shell script of a pipeline.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
 */
export function shellScripts(pipeline: Pipeline): readonly PipelineScript[] {
  if (pipeline.kind === 'gitlab') {
    return pipeline.jobs
      .filter(({ hidden }) => !hidden)
      .flatMap(({ root, scripts }) => {
        const sets = setBy(root.map('variables'), pipeline.root.map('variables'));
        return scripts.map((script) => ({ script, stops: true, pipefail: true, sets }));
      });
  }
  if (pipeline.kind === 'jenkins') {
    return [...nestedCalls(pipeline.calls)].flatMap(({ script }) => {
      if (script === undefined) return [];
      // `sh` runs `sh -xe` unless the script brings an interpreter of its own.
      const own = script.text.trimStart().startsWith('#!');
      return [{ script, stops: !own, pipefail: own ? undefined : false, sets: setBy() }];
    });
  }
  return githubSteps(pipeline).flatMap(({ step, job }): readonly PipelineScript[] => {
    const { script, shell } = step;
    if (script === undefined) return [];
    const sets = setBy(step.root.map('env'), job?.root.map('env'), pipeline.root.map('env'));
    if (shell === undefined) {
      const runner = job?.root.text('runs-on') ?? '';
      return [{ script, stops: true, pipefail: /^(?:ubuntu|macos)-/.test(runner) ? false : undefined, sets }];
    }
    if (shell === 'bash') return [{ script, stops: true, pipefail: true, sets }];
    if (shell === 'sh') return [{ script, stops: true, pipefail: false, sets }];
    return [{ script, stops: /\s-\w*e/.test(shell), pipefail: /pipefail/.test(shell), sets }];
  });
}

/**
 * Events whose runs have the rights of the repository while others decide what they work on.
 *
 * @see https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/
 */
const privilegedTriggers = [
  'pull_request_target',
  'workflow_run',
  'issue_comment',
  'issues',
  'discussion',
  'discussion_comment',
];

/** Whether strangers can start a run that has the repository's rights. */
export function isPrivileged(workflow: GithubWorkflow): boolean {
  return privilegedTriggers.some((name) => workflow.triggers.has(name));
}

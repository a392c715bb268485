import type { GithubWorkflow } from '../../../artifacts/pipeline/pipeline.ts';
import type { Location } from '../../../artifacts/source-file.ts';
import type { YamlNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';
import { admits } from './_gitlab.ts';

export const noDoublePipelines = defineRule({
  id: 'pipeline/no-double-pipelines',
  summary: 'A push runs one pipeline',
  severity: 'warning',
  preset: 'recommended',
  peers: ['checkov:CKV_GITLABCI_2'],
  why: 'A push to a branch with an open merge request is two events. Where the conditions let both through everything runs twice: twice the waiting, twice the bill, and two results that may differ.',
  source: 'https://docs.gitlab.com/ci/jobs/job_rules/#avoid-duplicate-pipelines',
  messages: {
    both: {
      text: 'The rules admit branch pipelines beside merge request pipelines',
      remedy: 'Add workflow: rules that choose one, as in workflow: rules with CI_OPEN_MERGE_REQUESTS.',
    },
    any: {
      text: 'The rule has no condition on the kind of pipeline, so the job runs for the branch and for its merge request',
      remedy: 'Add workflow: rules that choose one of them.',
    },
    mixed: {
      text: 'This job runs in merge request pipelines, and {job} without rules in a branch pipeline beside it',
      remedy: 'Give all jobs the same kind with workflow: rules.',
    },
    github: {
      text: 'A push to the branch of a pull request runs the workflow twice',
      remedy: 'Restrict push to the default branch.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            unit:
              script: make test
              rules:
                - if: $CI_PIPELINE_SOURCE == "merge_request_event"
                - if: $CI_PIPELINE_SOURCE == "push"
          `,
        },
        at: ['.gitlab-ci.yml:5'],
      },
      {
        files: {
          '.gitlab-ci.yml': `
            unit:
              script: make test
              rules:
                - if: $SKIP == "yes"
                  when: never
                - when: on_success
          `,
        },
        at: ['.gitlab-ci.yml:6'],
      },
      {
        files: {
          '.gitlab-ci.yml': `
            workflow:
              rules:
                - if: $CI_PIPELINE_SOURCE == "merge_request_event"
                - if: $CI_COMMIT_BRANCH
            unit:
              script: make test
          `,
        },
        at: ['.gitlab-ci.yml:4'],
      },
      {
        files: {
          '.gitlab-ci.yml': `
            lint:
              script: make lint
            unit:
              script: make test
              rules:
                - if: $CI_PIPELINE_SOURCE == "merge_request_event"
          `,
        },
        at: ['.gitlab-ci.yml:6'],
      },
      {
        files: `
          on: [push, pull_request]
          jobs:
            unit:
              runs-on: ubuntu-24.04
              steps:
                - run: make test
        `,
        at: [1],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            workflow:
              rules:
                - if: $CI_PIPELINE_SOURCE == "merge_request_event"
                - if: $CI_COMMIT_BRANCH && $CI_OPEN_MERGE_REQUESTS
                  when: never
                - if: $CI_COMMIT_BRANCH
            unit:
              script: make test
              rules:
                - when: on_success
          `,
        },
      },
      {
        files: {
          '.gitlab-ci.yml': `
            unit:
              script: make test
              rules:
                - if: $CI_PIPELINE_SOURCE == "merge_request_event"
                - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
            release:
              script: make release
              rules:
                - if: $CI_PIPELINE_SOURCE == "merge_request_event"
                  when: never
                - when: manual
          `,
        },
      },
      `
        on:
          push: { branches: [main] }
          pull_request:
        jobs:
          unit:
            runs-on: ubuntu-24.04
            steps:
              - run: make test
      `,
      {
        files: `
          on: [push, pull_request]
          jobs:
            unit:
              if: github.event_name == 'push' || github.event.pull_request.head.repo.fork
              runs-on: ubuntu-24.04
              steps:
                - run: make test
        `,
        note: 'The condition leaves the second run to forks.',
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind === 'github-workflow') checkGithub(pipeline, (where) => report('github', where));
    if (pipeline.kind !== 'gitlab') return;
    const workflow = pipeline.root.list('workflow', 'rules');
    if (workflow.length > 0) {
      const doubled = doubledBy(workflow);
      if (doubled?.kind === 'both') report('both', doubled.where);
      return;
    }
    if (!pipeline.complete || pipeline.root.get('workflow') !== undefined) return;
    const seen = new Set<YamlNode>();
    const jobs = pipeline.jobs.filter((job) => !job.hidden);
    const bare = jobs.find(({ root }) => !['rules', 'only', 'except'].some((key) => root.get(key) !== undefined));
    for (const { root } of jobs) {
      const rules = root.list('rules');
      const doubled = doubledBy(rules);
      const where =
        doubled?.where ??
        (bare ? rules.find((rule) => rule.string('when') !== 'never' && admits(rule).merge) : undefined);
      if (!where || seen.has(where)) continue;
      seen.add(where);
      if (doubled) report(doubled.kind, where);
      else if (bare) report('mixed', where, { job: bare.name });
    }
  },
});

/** The rule by which a list of rules admits both kinds for the same push. */
function doubledBy(
  rules: readonly YamlNode[],
): { readonly kind: 'both' | 'any'; readonly where: YamlNode } | undefined {
  let merge = false;
  let branch = false;
  const refused = { merge: false, branch: false };
  for (const rule of rules) {
    if (rule.kind !== 'map' || /OPEN_MERGE_REQUESTS/.test(rule.text('if') ?? '')) return undefined;
    const kinds = admits(rule);
    if (rule.string('when') === 'never') {
      if (!kinds.conditional) return undefined;
      refused.merge ||= kinds.merge;
      refused.branch ||= kinds.branch;
      continue;
    }
    merge ||= kinds.merge && !refused.merge;
    branch ||= kinds.branch && !refused.branch;
    if (merge && branch)
      return kinds.conditional ? { kind: 'both', where: rule.get('if') ?? rule } : { kind: 'any', where: rule };
  }
  return undefined;
}

function checkGithub({ root, triggers, jobs, file }: GithubWorkflow, report: (where: Location) => void): void {
  const push = triggers.get('push');
  if (push === undefined || !triggers.has('pull_request')) return;
  const filtered = ['branches', 'branches-ignore', 'tags', 'tags-ignore'].some((key) => push.get(key) !== undefined);
  if (filtered && !push.list('branches').some((branch) => /^\*\*?$/.test(branch.text() ?? ''))) return;
  if (jobs.every((job) => job.root.get('if') !== undefined) || /head\.repo|\.fork\b/.test(file.text)) return;
  report(root.entry('on', 'push')?.key ?? push);
}

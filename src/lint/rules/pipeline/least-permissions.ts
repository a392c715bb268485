import type { GithubWorkflow } from '../../../artifacts/pipeline/pipeline.ts';
import type { YamlNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';
import { addKeyBefore } from './_edits.ts';
import { onlyReads } from './_token.ts';

export const leastPermissions = defineRule({
  id: 'pipeline/least-permissions',
  summary: 'A job gets the permissions that it uses, and says so',
  severity: 'warning',
  preset: 'recommended',
  peers: ['zizmor:excessive-permissions', 'checkov:CKV2_GHA_1'],
  why: 'Where a workflow is silent, the token of each job may write to the whole repository: that is the default of older repositories and organizations. One bad action or one injected command can then push code, move tags and publish packages.',
  source:
    'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#defining-access-for-the-github_token-scopes',
  messages: {
    silent: {
      text: 'The workflow does not say which permissions its jobs have',
      remedy: 'Set permissions: contents: read, and more for the job that needs it.',
    },
    job: {
      text: 'The job {job} does not say which permissions it has',
      remedy: 'Set permissions for the workflow, or for this job as well.',
    },
    all: { text: 'Every job may write everything', remedy: 'List the permissions that are used.' },
    reads: { text: 'Every job may read everything', remedy: 'List the permissions that are used.' },
    wide: {
      text: 'Every job of the workflow may write {scope}',
      remedy: 'Give this permission to the job that uses it.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on: push

          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
                - run: pytest
        `,
        at: [3],
        fixed: `
          on: push

          permissions:
            contents: read

          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
                - run: pytest
        `,
      },
      {
        files: `
          on: push
          permissions:
            contents: read
            packages: write
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: pytest
            publish:
              permissions: write-all
              runs-on: ubuntu-24.04
              steps:
                - run: make publish
        `,
        at: [4, 11],
      },
      {
        files: `
          on: push
          jobs:
            test:
              permissions: {}
              runs-on: ubuntu-24.04
              steps:
                - run: pytest
            publish:
              runs-on: ubuntu-24.04
              steps:
                - run: make publish
        `,
        at: [8],
      },
    ],
    good: [
      `
        on: push
        permissions: {}
        jobs:
          test:
            permissions:
              contents: read
            runs-on: ubuntu-24.04
            steps:
              - run: pytest
      `,
      {
        files: `
          on: workflow_call
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: pytest
        `,
        note: 'the caller decides',
      },
      {
        files: `
          on: push
          permissions:
            contents: write
          jobs:
            release:
              runs-on: ubuntu-24.04
              steps:
                - run: make release
        `,
        note: 'the only job is the one that needs it',
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'github-workflow') return;
    const own = pipeline.root.get('permissions');
    const unsaid = pipeline.jobs.filter(({ root }) => root.get('permissions') === undefined);
    for (const node of [own, ...pipeline.jobs.map(({ root }) => root.get('permissions'))]) {
      if (node?.string() === 'write-all') report('all', node);
      else if (node?.string() === 'read-all' && node === own) report('reads', node);
    }
    if (own !== undefined) {
      if (unsaid.length < 2 && pipeline.jobs.length < 2) return;
      if (unsaid.length === 0) return;
      for (const scope of writes(own)) report('wide', scope.value, { scope: scope.name });
    } else if (!onlyCalled(pipeline)) {
      const entry = pipeline.root.entry('jobs');
      if (unsaid.length === pipeline.jobs.length && entry) {
        const safe = pipeline.jobs.every((job) => onlyReads(pipeline, job));
        const fix = safe ? addKeyBefore(pipeline.root, 'jobs', 'permissions:', '  contents: read') : [];
        report('silent', entry.key, {}, { fix });
      } else for (const job of unsaid) report('job', job, { job: job.id });
    }
  },
});

function writes(permissions: YamlNode) {
  return permissions.pairs().filter(({ value }) => value.string() === 'write');
}

/** A workflow that is only called has at most what its caller gives it. */
function onlyCalled({ triggers }: GithubWorkflow): boolean {
  return triggers.size === 1 && triggers.has('workflow_call');
}

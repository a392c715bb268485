import { calledWorkflow } from '../../../artifacts/pipeline/called.ts';
import { contextReads } from '../../../artifacts/pipeline/expression.ts';
import type { GithubWorkflow } from '../../../artifacts/pipeline/pipeline.ts';
import { defineRule } from '../../rule.ts';
import { replaceByMap } from './_edits.ts';

export const noInheritedSecrets = defineRule({
  id: 'pipeline/no-inherited-secrets',
  summary: 'A called workflow is given the secrets it needs, not all of them',
  severity: 'warning',
  preset: 'recommended',
  peers: ['zizmor:secrets-inherit'],
  why: 'With secrets: inherit the called workflow, and every action in it, can read all secrets of the caller. Nobody can tell from the file which of them are used, and one bad action takes them all.',
  source: 'https://docs.zizmor.sh/audits/#secrets-inherit',
  messages: {
    inherited: { text: 'The called workflow gets every secret', remedy: 'Pass the secrets that it uses by name.' },
  },
  examples: {
    bad: [
      {
        files: `
          on: push
          jobs:
            deploy:
              uses: acme/workflows/.github/workflows/deploy.yml@8e8c483db84b4bee98b60c0593521ed34d9990e8
              secrets: inherit
        `,
        at: [5],
      },
      {
        files: {
          '.github/workflows/ci.yml': `
            on: push
            jobs:
              deploy:
                uses: ./.github/workflows/deploy.yml
                secrets: inherit
          `,
          '.github/workflows/deploy.yml': `
            on:
              workflow_call:
                secrets:
                  TOKEN:
                    required: true
            jobs:
              deploy:
                runs-on: ubuntu-24.04
                steps:
                  - run: scripts/deploy
                    env:
                      TOKEN: \${{ secrets.TOKEN }}
          `,
        },
        at: ['.github/workflows/ci.yml:5'],
        fixed: {
          '.github/workflows/ci.yml': `
            on: push
            jobs:
              deploy:
                uses: ./.github/workflows/deploy.yml
                secrets:
                  TOKEN: \${{ secrets.TOKEN }}
          `,
        },
      },
    ],
    good: [
      `
        on: push
        jobs:
          deploy:
            uses: ./.github/workflows/deploy.yml
            secrets:
              TOKEN: \${{ secrets.TOKEN }}
      `,
    ],
  },
  check(pipeline, { report, repository }) {
    if (pipeline.kind !== 'github-workflow') return;
    for (const { root } of pipeline.jobs) {
      const secrets = root.get('secrets');
      if (secrets?.string() !== 'inherit') continue;
      const called = calledWorkflow(repository, pipeline.file, root.string('uses'));
      const names = called && usedSecrets(called);
      const passed = names?.map((name) => `${name}: \${{ secrets.${name} }}`) ?? [];
      report('inherited', secrets, {}, { fix: replaceByMap(root, 'secrets', passed) });
    }
  },
});

/** The secrets that a workflow reads, where all of them are declared and none can come from an environment. */
function usedSecrets(workflow: GithubWorkflow): readonly string[] | undefined {
  const declared = new Map(
    workflow.root.pairs('on', 'workflow_call', 'secrets').map(({ name }) => [name.toLowerCase(), name]),
  );
  const used = new Set<string>();
  for (const { expression } of workflow.expressions) {
    for (const { path } of expression ? contextReads(expression) : []) {
      if (path[0] !== 'secrets' || path[1] === 'github_token') continue;
      const name = declared.get(path[1] ?? '');
      if (name === undefined) return undefined;
      used.add(name);
    }
  }
  const open = workflow.jobs.some(({ root }) => root.get('environment') || root.string('secrets') === 'inherit');
  return open ? undefined : [...used].sort();
}

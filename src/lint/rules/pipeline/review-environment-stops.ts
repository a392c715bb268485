import { defineRule } from '../../rule.ts';

export const reviewEnvironmentStops = defineRule({
  id: 'pipeline/review-environment-stops',
  summary: 'A review environment is stopped again',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'An environment for each branch that nothing stops stays when the branch is gone: its pods, databases and addresses pile up until somebody pays for them or a limit is hit.',
  source: 'https://docs.gitlab.com/ci/environments/#stopping-an-environment',
  messages: {
    stays: {
      text: 'The environment {name} is never stopped',
      remedy: 'Add auto_stop_in, and on_stop with a job that takes it down.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            review:
              script: helm upgrade --install "$CI_ENVIRONMENT_SLUG" chart
              environment:
                name: review/$CI_COMMIT_REF_SLUG
          `,
        },
        at: ['.gitlab-ci.yml:4'],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            review:
              script: helm upgrade --install "$CI_ENVIRONMENT_SLUG" chart
              environment:
                name: review/$CI_COMMIT_REF_SLUG
                auto_stop_in: 2 days
            staging:
              script: helm upgrade --install app chart
              environment: staging
            check-review:
              script: curl --fail "$CI_ENVIRONMENT_URL"
              environment:
                name: review/$CI_COMMIT_REF_SLUG
                action: verify
          `,
        },
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'gitlab') return;
    const seen = new Set<unknown>();
    for (const { root, hidden } of pipeline.jobs) {
      const environment = root.get('environment');
      const node = environment?.get('name') ?? environment;
      const name = node?.text();
      if (hidden || !environment || !node || name === undefined || seen.has(node)) continue;
      if (!/\$\{?CI_(?:COMMIT_REF|COMMIT_BRANCH|COMMIT_SHORT_SHA|COMMIT_SHA|MERGE_REQUEST)/.test(name)) continue;
      if ((environment.string('action') ?? 'start') !== 'start') continue;
      seen.add(node);
      if (environment.get('on_stop') === undefined && environment.get('auto_stop_in') === undefined)
        report('stays', node, { name });
    }
  },
});

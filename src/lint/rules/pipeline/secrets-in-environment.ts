import { contextReads } from '../../../artifacts/pipeline/expression.ts';
import { defineRule } from '../../rule.ts';

export const secretsInEnvironment = defineRule({
  id: 'pipeline/secrets-in-environment',
  summary: 'Secrets are read by jobs that belong to an environment',
  severity: 'info',
  preset: 'all',
  peers: ['zizmor:secrets-outside-env'],
  why: 'A secret of the repository can be read by every workflow of every branch. A secret of an environment is given out only where the rules of the environment allow it, for example on main and after an approval.',
  source: 'https://docs.github.com/en/actions/how-tos/deploy/configure-and-manage-deployments/manage-environments',
  messages: {
    outside: {
      text: 'The secret {name} is read outside an environment',
      remedy: 'Name the environment of the job, and move the secret there.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on: push
          jobs:
            deploy:
              runs-on: ubuntu-24.04
              steps:
                - run: make deploy
                  env:
                    TOKEN: \${{ secrets.TOKEN }}
        `,
        at: [8],
      },
    ],
    good: [
      `
        on: push
        jobs:
          deploy:
            environment: production
            runs-on: ubuntu-24.04
            steps:
              - run: make deploy
                env:
                  TOKEN: \${{ secrets.TOKEN }}
          check:
            runs-on: ubuntu-24.04
            steps:
              - run: make check
                env:
                  TOKEN: \${{ secrets.GITHUB_TOKEN }}
      `,
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'github-workflow' || pipeline.triggers.has('workflow_call')) return;
    const inside = new Set(
      pipeline.jobs.filter(({ root }) => root.get('environment') || root.get('uses')).map(({ id }) => id),
    );
    for (const { expression, path, at } of pipeline.expressions) {
      if (path[0] !== 'jobs' || inside.has(path[1] ?? '')) continue;
      for (const read of expression ? contextReads(expression) : []) {
        const name = read.text[1];
        if (read.path[0] === 'secrets' && name && read.path[1] !== 'github_token')
          report('outside', at(read), { name });
      }
    }
  },
});

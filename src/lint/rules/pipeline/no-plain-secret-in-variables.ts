import { runsTests } from '../../../artifacts/pipeline/delivery.ts';
import { jobGraph } from '../../../artifacts/pipeline/jobs.ts';
import type { Pipeline } from '../../../artifacts/pipeline/pipeline.ts';
import { type MapNode, ScalarNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';
import { gitlabVariables, type PipelineVariable } from './_gitlab.ts';
import { placedCalls } from './_jenkins.ts';
import { holdsPlainSecret, isKnownToken } from './_secrets.ts';

export const noPlainSecretInVariables = defineRule({
  id: 'pipeline/no-plain-secret-in-variables',
  summary: 'No secret stands in a pipeline file',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'Whoever may read the repository, today or in any old commit or fork, has the secret. The pipeline system keeps secrets outside of it, hides them in the log and hands them only to the jobs that need them.',
  source: 'https://docs.gitlab.com/ci/variables/#cicd-variable-security',
  messages: {
    plain: {
      text: '{name} holds a secret in plain text',
      remedy: 'Keep it among the secrets of the pipeline system and change it: it is known.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            variables:
              DEPLOY_TOKEN: k3Yq81xTzPw0
            unit:
              script: make test
          `,
        },
        at: ['.gitlab-ci.yml:2'],
      },
      {
        files: `
          on: push
          env:
            DATABASE_URL: postgresql://orders:s3cr9xQ@db.example.com/orders
          jobs:
            unit:
              runs-on: ubuntu-24.04
              steps:
                - uses: docker/login-action@184bdaa0721073962dff0199f1fb9940f07167d1 # v3.5.0
                  with:
                    username: acme
                    password: k3Yq81xTzPw0
        `,
        at: [3, 11],
      },
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              environment { API_KEY = 'k3Yq81xTzPw0' }
              stages { stage('Test') { steps { sh 'make test' } } }
            }
          `,
        },
        at: ['Jenkinsfile:3'],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            variables:
              DEPLOY_TOKEN: $PRODUCTION_TOKEN
              TOKEN_FILE: /run/secrets/token
              SECRET_KEY: not-a-secret-1
            integration:
              services: [postgres:18]
              variables:
                POSTGRES_PASSWORD: orders2
                DATABASE_URL: postgresql://orders:orders2@postgres/orders
              script: pytest
          `,
        },
        note: 'The database lives as long as the job.',
      },
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              environment { API_KEY = credentials('api-key') }
              stages { stage('Test') { steps { sh 'make test' } } }
            }
          `,
        },
      },
    ],
  },
  check(pipeline, { report }) {
    for (const { name, value, throwaway, ...where } of variables(pipeline)) {
      if (throwaway ? isKnownToken(value) : holdsPlainSecret(name, value)) report('plain', where, { name });
    }
  },
});

interface Variable extends PipelineVariable {
  /** Set for a job that only tests: what it protects lives as long as the job. */
  readonly throwaway: boolean;
}

function variables(pipeline: Pipeline): readonly Variable[] {
  if (pipeline.kind === 'jenkins') {
    const blocks = placedCalls(pipeline, 'environment').map(({ call }) => call.extent);
    return pipeline.assignments.flatMap(({ name, value, file, range }) =>
      value?.value !== undefined &&
      value.isString &&
      blocks.some(({ start, end }) => range.start > start && range.end < end)
        ? [{ file, range: value.range, name, value: value.value, throwaway: false }]
        : [],
    );
  }
  const found: Variable[] = [];
  const read = (owner: MapNode | undefined, throwaway: boolean) => {
    for (const { name, value } of owner?.pairs() ?? []) {
      if (value instanceof ScalarNode)
        found.push({ file: value.file, range: value.range, name, value: value.source, throwaway });
    }
  };
  if (pipeline.kind === 'gitlab') {
    const tested = jobGraph(pipeline).jobs.filter((job) => job.commands.some(runsTests) || hasStore(job.gitlab?.root));
    const owned = new Set(
      tested.flatMap((job) => job.gitlab?.root.pairs('variables').map(({ value }) => value.range.start) ?? []),
    );
    return gitlabVariables(pipeline).map((one) => ({ ...one, throwaway: owned.has(one.range.start) }));
  }
  if (pipeline.kind === 'github-action') {
    for (const { root } of pipeline.steps) for (const key of ['env', 'with']) read(root.map(key), false);
    return found;
  }
  read(pipeline.root.map('env'), false);
  for (const job of jobGraph(pipeline).jobs) {
    const throwaway = job.commands.some(runsTests) || hasStore(job.github?.root);
    read(job.github?.root.map('env'), throwaway);
    for (const { root } of job.steps) for (const key of ['env', 'with']) read(root.map(key), throwaway);
  }
  return found;
}

/** Whether a database or the like runs beside a job: its password is used by nobody else. */
function hasStore(job: MapNode | undefined): boolean {
  const services = job?.get('services');
  const images =
    services?.kind === 'list'
      ? services.items.map((service) => service.text() ?? service.text('name'))
      : (job?.pairs('services') ?? []).map(({ value }) => value.text('image') ?? value.text());
  return images.some((image) => image !== undefined && !/dind|(?:^|\/)docker(?:[:@]|$)/.test(image));
}

import { jobGraph } from '../../../artifacts/pipeline/jobs.ts';
import { defineRule } from '../../rule.ts';

export const servicesReady = defineRule({
  id: 'pipeline/services-ready',
  summary: 'Tests wait until their services answer',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'GitHub starts the steps when the container of a service runs, unless it has a health check. The first test then meets a database that still starts, now and then, on the slower runner.',
  source:
    'https://docs.github.com/en/actions/tutorials/use-containerized-services/create-postgresql-service-containers',
  messages: {
    unchecked: {
      text: 'The service {name} has no health check, so the steps do not wait for it',
      remedy: 'Add --health-cmd with an interval and retries to options.',
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
              services:
                postgres:
                  image: postgres:18.1
              steps:
                - run: pytest
        `,
        at: [6],
      },
    ],
    good: [
      `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            services:
              postgres:
                image: postgres:18.1
                options: --health-cmd pg_isready --health-interval 5s --health-retries 10
              mail:
                image: axllent/mailpit:v1.27
            steps:
              - run: pytest
      `,
      {
        files: `
          on: push
          jobs:
            test:
              runs-on: ubuntu-24.04
              services:
                postgres:
                  image: postgres:18.1
              steps:
                - run: until pg_isready -h localhost; do sleep 1; done
                - run: pytest
        `,
        note: 'A step waits.',
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'github-workflow') return;
    for (const job of jobGraph(pipeline).jobs) {
      const waits = job.commands.some(({ command }) =>
        command.words.some((word) => /wait|ready|ping|until|sleep|nc$/.test(word.text)),
      );
      if (waits) continue;
      for (const { name, key, value } of job.github?.root.pairs('services') ?? []) {
        const image = value.text('image') ?? '';
        if (slowToStart.test(image) && !/--health-cmd/.test(value.text('options') ?? ''))
          report('unchecked', key, { name });
      }
    }
  },
});

const slowToStart =
  /^(?:[\w.-]+\/)*(?:postgres|postgis|timescaledb|mysql|mariadb|rabbitmq|mongo|elasticsearch|opensearch|kafka|mssql\/server|cassandra)(?:[:@]|$)/;

import { defineRule } from '../../rule.ts';

export const artifactsExpire = defineRule({
  id: 'pipeline/artifacts-expire',
  summary: 'Artifacts have a lifetime',
  severity: 'info',
  preset: 'strict',
  peers: [],
  why: 'What says nothing is kept as long as the instance or the repository happens to be set up: often for weeks, sometimes for ever. Reports of every run fill the storage that is paid for, and old builds with old secrets in them stay downloadable.',
  source: 'https://docs.gitlab.com/ci/yaml/#artifactsexpire_in',
  messages: {
    gitlab: {
      text: 'The artifacts of the job have no expire_in',
      remedy: 'Say how long they are of use, for example expire_in: 1 week.',
    },
    github: {
      text: 'The artifact has no retention-days',
      remedy: 'Say how long it is of use, for example retention-days: 7.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            build:
              script: make dist
              artifacts:
                paths: [dist]
          `,
        },
        at: ['.gitlab-ci.yml:3'],
      },
      {
        files: `
          on: push
          jobs:
            build:
              runs-on: ubuntu-24.04
              steps:
                - run: make dist
                - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
                  with:
                    path: dist
        `,
        at: [7],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            default:
              artifacts:
                expire_in: 1 week
            build:
              script: make dist
              artifacts:
                paths: [dist]
                expire_in: 3 days
            release:
              script: make release
              artifacts:
                paths: [dist]
                expire_in: never
            pages:
              script: make docs
              artifacts:
                paths: [public]
          `,
        },
        note: 'Keeping it for ever is a decision, too; what pages publishes is no artifact to be fetched later.',
      },
      `
        on: push
        jobs:
          build:
            runs-on: ubuntu-24.04
            steps:
              - run: make dist
              - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
                with:
                  path: dist
                  retention-days: 7
      `,
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind === 'gitlab') {
      const seen = new Set<unknown>();
      for (const { name, hidden, root } of pipeline.jobs) {
        const artifacts = root.entry('artifacts');
        if (hidden || name === 'pages' || root.get('pages') !== undefined || !artifacts || seen.has(artifacts.key))
          continue;
        seen.add(artifacts.key);
        const reports = artifacts.value.pairs('reports').filter((report) => report.name !== 'dotenv');
        const kept = reports.length > 0 || ['paths', 'untracked'].some((key) => artifacts.value.get(key) !== undefined);
        if (kept && artifacts.value.get('expire_in') === undefined) report('gitlab', artifacts.key);
      }
    } else if (pipeline.kind === 'github-workflow') {
      for (const step of pipeline.jobs.flatMap((job) => job.steps)) {
        if (!step.uses || !/^actions\/upload-artifact@/.test(step.uses.source)) continue;
        if (step.root.get('with', 'retention-days') === undefined) report('github', step.uses);
      }
    }
  },
});

import { mentions } from '../../../artifacts/pipeline/delivery.ts';
import { jobGraph } from '../../../artifacts/pipeline/jobs.ts';
import { defineRule } from '../../rule.ts';

export const dependenciesWatched = defineRule({
  id: 'pipeline/dependencies-watched',
  summary: 'Somebody watches the dependencies',
  severity: 'info',
  preset: 'all',
  peers: [],
  why: 'Half of the known holes of a service come from packages that were sound when they were chosen. A bot that proposes updates, or a check that fails on a known hole, finds them without anybody thinking of it.',
  source: 'https://github.com/ossf/scorecard/blob/main/docs/checks.md#dependency-update-tool',
  messages: {
    unwatched: {
      text: 'No bot proposes updates and no pipeline looks for known holes in dependencies',
      remedy: 'Add .github/dependabot.yml or renovate.json, or run pip-audit in the pipeline.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': 'unit: { script: pytest }\n',
          'requirements.txt': 'fastapi==0.115.0\n',
        },
        at: ['.gitlab-ci.yml:1'],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': 'unit: { script: pytest }\n',
          'requirements.txt': 'fastapi==0.115.0\n',
          'renovate.json': '{}\n',
        },
      },
      {
        files: {
          '.gitlab-ci.yml': 'audit: { script: pip-audit -r requirements.txt }\n',
          'requirements.txt': 'fastapi==0.115.0\n',
        },
      },
      { files: { '.gitlab-ci.yml': 'unit: { script: pytest }\n' }, note: 'There is nothing to watch.' },
    ],
  },
  check(pipeline, { report, repository }) {
    if (repository.pipelines[0] !== pipeline || repository.pipelines.some((other) => !jobGraph(other).complete)) return;
    const manifests = /(?:^|\/)(?:pyproject\.toml|requirements[\w.-]*\.txt|Pipfile|package\.json)$/;
    if (!repository.paths.some((path) => manifests.test(path)) || bots.some((path) => repository.exists(path))) return;
    if (repository.pipelines.some((other) => mentions(jobGraph(other), auditor))) return;
    const [job] = jobGraph(pipeline).jobs;
    if (job) report('unwatched', job);
  },
});

const bots = [
  '.github/dependabot.yml',
  '.github/dependabot.yaml',
  '.github/renovate.json',
  '.github/renovate.json5',
  '.gitlab/renovate.json',
  '.renovaterc',
  '.renovaterc.json',
  'renovate.json',
  'renovate.json5',
  '.pyup.yml',
];
const auditor =
  /pip-audit|safety|snyk|trivy|grype|osv|dependency-review|renovate|dependabot|audit|dependency[-_]?(?:check|scan|track)/i;

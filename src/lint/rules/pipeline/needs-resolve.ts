import type { GithubJob, GithubWorkflow, GitlabJob, GitlabPipeline } from '../../../artifacts/pipeline/pipeline.ts';
import { ListNode, MapNode, ScalarNode, type YamlNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';

export const needsResolve = defineRule({
  id: 'pipeline/needs-resolve',
  summary: 'The jobs that a job names exist, and no job waits for itself',
  severity: 'error',
  preset: 'recommended',
  peers: ['actionlint:job-needs'],
  why: 'A need that names no job, or a circle of needs makes the system refuse the pipeline: nothing runs at all. It usually follows from a job that was renamed or removed.',
  source: 'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idneeds',
  messages: {
    unknown: { text: 'There is no job {name}', remedy: 'Name a job of this pipeline.' },
    twice: { text: 'The need {name} is given twice', remedy: 'Remove one of the two.' },
    circle: { text: 'The jobs wait for each other: {circle}', remedy: 'Remove one of the needs.' },
    later: { text: '{name} runs in a later stage', remedy: 'Need a job of the same or an earlier stage.' },
    parent: { text: 'There is no job {name} to extend', remedy: 'Name a job of this pipeline.' },
  },
  examples: {
    bad: [
      {
        files: `
          on: push
          jobs:
            build:
              needs: [lint, check, check]
              runs-on: ubuntu-24.04
              steps:
                - run: make build
            check:
              needs: build
              runs-on: ubuntu-24.04
              steps:
                - run: make check
        `,
        at: [4, 4, 9],
      },
      {
        files: {
          '.gitlab-ci.yml': `
            stages: [build, test]
            build:
              stage: build
              extends: .python
              needs: [unit]
              script: [make]
            unit:
              stage: test
              needs: [lint]
              script: [make test]
          `,
        },
        at: ['.gitlab-ci.yml:4', '.gitlab-ci.yml:5', '.gitlab-ci.yml:9'],
      },
    ],
    good: [
      `
        on: push
        jobs:
          build:
            runs-on: ubuntu-24.04
            steps:
              - run: make build
          check:
            needs: [build]
            runs-on: ubuntu-24.04
            steps:
              - run: make check
      `,
      {
        files: {
          '.gitlab-ci.yml': `
            include:
              - template: Jobs/SAST.gitlab-ci.yml
            unit:
              extends: .from-elsewhere
              needs: [sast, { job: other, optional: true }]
              script: [make test]
          `,
        },
        note: 'what a file elsewhere brings is not known',
      },
      {
        files: {
          '.gitlab-ci.yml': `
            build:
              stage: build
              parallel: 3
              script: [make]
            unit:
              needs: ['build 1/3', { pipeline: $PARENT, job: anything }]
              script: [make test]
          `,
        },
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind === 'github-workflow') {
      const jobs = new Map(pipeline.jobs.map((job) => [job.id.toLowerCase(), job]));
      for (const job of pipeline.jobs) {
        const seen = new Set<string>();
        for (const need of job.needs) {
          const name = need.source;
          if (seen.has(name.toLowerCase())) report('twice', need, { name });
          else if (!jobs.has(name.toLowerCase())) report('unknown', need, { name });
          seen.add(name.toLowerCase());
        }
      }
      const circle = circleOf(pipeline, jobs);
      if (circle) report('circle', circle.at, { circle: circle.names.join(', ') });
    } else if (pipeline.kind === 'gitlab' && pipeline.complete) {
      const jobs = new Map(pipeline.jobs.map((job) => [job.name, job]));
      for (const { name, value } of pipeline.root.pairs()) {
        if (!jobs.has(name) || !(value instanceof MapNode)) continue;
        for (const parent of scalars(value.get('extends'))) {
          if (!pipeline.root.entries.has(parent.source)) report('parent', parent, { name: parent.source });
        }
      }
      for (const job of jobs.values()) {
        if (job.hidden) continue;
        for (const need of gitlabNeeds(job)) {
          const target = jobNamed(pipeline, jobs, need.source);
          if (target === undefined) report('unknown', need, { name: need.source });
          else if (
            target !== 'many' &&
            stageOf(pipeline, target) > stageOf(pipeline, job) &&
            stageOf(pipeline, job) >= 0
          ) {
            report('later', need, { name: need.source });
          }
        }
      }
    }
  },
});

/** The first circle of needs: the need that closes it, and the jobs along it. */
function circleOf({ jobs }: GithubWorkflow, byId: ReadonlyMap<string, GithubJob>) {
  const done = new Set<string>();
  for (const start of jobs) {
    const way: string[] = [];
    const visit = (job: GithubJob): { at: ScalarNode; names: readonly string[] } | undefined => {
      way.push(job.id);
      for (const need of job.needs) {
        const next = byId.get(need.source.toLowerCase());
        if (next === undefined || done.has(next.id)) continue;
        const known = way.indexOf(next.id);
        if (known >= 0) return { at: need, names: [...way.slice(known), next.id] };
        const found = visit(next);
        if (found) return found;
      }
      done.add(way.pop() ?? '');
      return undefined;
    };
    const found = done.has(start.id) ? undefined : visit(start);
    if (found) return found;
  }
  return undefined;
}

/** The jobs of the same pipeline that a job demands. */
function gitlabNeeds({ root }: GitlabJob): readonly ScalarNode[] {
  const items = [...root.list('needs'), ...root.list('dependencies')];
  return items.flatMap((item) => {
    if (item instanceof MapNode) {
      if (item.get('pipeline') || item.get('project') || item.boolean('optional')) return [];
      return scalars(item.get('job'));
    }
    return scalars(item);
  });
}

/** The job that a need names; `many` for one of those that `parallel` makes. */
function jobNamed(
  pipeline: GitlabPipeline,
  jobs: ReadonlyMap<string, GitlabJob>,
  name: string,
): GitlabJob | 'many' | undefined {
  const found = jobs.get(name);
  if (found) return found.hidden ? undefined : found;
  const many = pipeline.jobs.some(
    (job) => job.root.get('parallel') && (name.startsWith(`${job.name} `) || name.startsWith(`${job.name}:`)),
  );
  return many || /[$]/.test(name) ? 'many' : undefined;
}

function stageOf({ stages }: GitlabPipeline, { stage }: GitlabJob): number {
  return stages.indexOf(stage);
}

function scalars(node: YamlNode | undefined): readonly ScalarNode[] {
  const items = node instanceof ListNode && node.tag === undefined ? node.items : node === undefined ? [] : [node];
  return items.filter((item) => item instanceof ScalarNode).filter((item) => typeof item.value === 'string');
}

import { describe, expect, it } from 'vitest';
import { treeSource } from '../../../src/artifacts/file-source.ts';
import {
  deploymentOf,
  deploymentTarget,
  pushedImages,
  referenceOf,
  runsTests,
} from '../../../src/artifacts/pipeline/delivery.ts';
import { jobGraph } from '../../../src/artifacts/pipeline/jobs.ts';
import { openRepository } from '../../../src/artifacts/repository.ts';
import { SourceFile } from '../../../src/artifacts/source-file.ts';
import { treeOf } from '../../../src/tree/tree.ts';

async function graph(path: string, text: string) {
  const { pipelines } = await openRepository(treeSource(treeOf({ [path]: text })));
  const [pipeline] = pipelines;
  if (!pipeline) throw new Error('no pipeline');
  const { jobs, before } = jobGraph(pipeline);
  const order = Object.fromEntries(jobs.map((job) => [job.name, [...before(job)].map(({ name }) => name).sort()]));
  return { jobs, order };
}

describe('jobGraph', () => {
  it('follows needs on GitHub', async () => {
    const { order } = await graph(
      '.github/workflows/ci.yml',
      'on: push\njobs:\n  a: { runs-on: x }\n  b: { needs: a }\n  c: { needs: [b] }\n  d: {}\n',
    );
    expect(order).toEqual({ a: [], b: ['a'], c: ['a', 'b'], d: [] });
  });

  it('follows stages on GitLab, and needs where there are some', async () => {
    const { order } = await graph(
      '.gitlab-ci.yml',
      'stages: [x, y, z]\na: { stage: x }\nb: { stage: y }\nc: { stage: z, needs: [{ job: a }] }\nd: { stage: z, needs: [] }\ne: { stage: z }\n',
    );
    expect(order).toEqual({ a: [], b: ['a'], c: ['a'], d: [], e: ['a', 'b'] });
  });

  it('reads Jenkins stages one after the other, those of parallel side by side', async () => {
    const { order } = await graph(
      'Jenkinsfile',
      `pipeline {
  stages {
    stage('a') { steps { sh 'x' } }
    stage('both') { parallel { stage('b') { steps { sh 'x' } } stage('c') { steps { sh 'x' } } } }
    stage('d') { stages { stage('e') { steps { sh 'x' } } stage('f') { steps { sh 'x' } } } }
  }
}
`,
    );
    expect(order).toEqual({ a: [], b: ['a'], c: ['a'], e: ['a', 'b', 'c'], f: ['a', 'b', 'c', 'e'] });
  });
});

describe('what jobs do', () => {
  const deployments = async (script: string) => {
    const { jobs } = await graph('.gitlab-ci.yml', `job:\n  script:\n    - ${script}\n`);
    return jobs.map((job) => {
      const deployment = deploymentOf(job);
      return deployment && deploymentTarget(job, deployment);
    })[0];
  };

  it.each([
    ['kubectl apply -k k8s/overlays/production', 'production'],
    ['kubectl -n prod apply -f app.yaml', 'production'],
    ['kubectl apply -k k8s/overlays/staging', 'other'],
    ['helm upgrade --install app chart --namespace preprod-prod', 'other'],
    ['helm upgrade --install app chart -n dev', 'provisional'],
    ['kubectl apply --dry-run=server -k k8s/overlays/production', undefined],
    ['kubectl get pods -n production', undefined],
    ['scripts/deploy production orders', 'production'],
    ['kind create cluster && kubectl apply -k k8s/overlays/production', undefined],
    ['kustomize build k8s/overlays/prod | kubectl apply -f -', 'other'],
  ])('%s deploys to %s', async (script, target) => {
    expect(await deployments(script)).toBe(target);
  });

  it('knows test suites by the program that runs them', async () => {
    const { jobs } = await graph(
      '.gitlab-ci.yml',
      'job:\n  script:\n    - uv run pytest\n    - python -m pytest tests\n    - python manage.py test\n    - npm run test:unit\n    - make test\n    - npm run lint\n    - pytest --version\n    - mvn -DskipTests verify\n',
    );
    expect(jobs[0]?.commands.map(runsTests)).toEqual([true, true, true, true, true, false, false, false]);
  });

  it('finds the images that are pushed', async () => {
    const { jobs } = await graph(
      '.gitlab-ci.yml',
      'job:\n  script:\n    - docker push "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"\n    - docker buildx build --push -t registry:5000/app . --tag=app:1\n    - docker build -t app:2 .\n',
    );
    expect(jobs.flatMap((job) => pushedImages(job).map(({ repository, tag }) => [repository, tag]))).toEqual([
      ['$CI_REGISTRY_IMAGE', '$CI_COMMIT_SHA'],
      ['registry:5000/app', undefined],
      ['app', '1'],
    ]);
  });

  it.each([
    ['registry:5000/a/b:1', 'registry:5000/a/b', '1'],
    ['a', 'a', undefined],
    ['$IMAGE', '$IMAGE', '$'],
    ['${{ env.A }}:${{ github.sha }}', '${{ env.A }}', '${{ github.sha }}'],
    ['ghcr.io/${{ github.repository }}', 'ghcr.io/${{ github.repository }}', undefined],
  ])('splits %s', (text, repository, tag) => {
    const found = referenceOf(text, { file: new SourceFile('x', ''), range: { start: 0, end: 0 } });
    expect([found.repository, found.tag]).toEqual([repository, tag]);
  });
});

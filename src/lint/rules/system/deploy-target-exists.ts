import type { Repository } from '../../../artifacts/repository.ts';
import { flagValue, operands } from '../../../artifacts/shell/arguments.ts';
import type { ShellCommand, ShellScript } from '../../../artifacts/shell/script.ts';
import type { Location } from '../../../artifacts/source-file.ts';
import { defineRule } from '../../rule.ts';
import { says } from './_ports.ts';

const manifests = `
  apiVersion: apps/v1
  kind: Deployment
  metadata: { name: orders }
  spec:
    selector: { matchLabels: { app: orders } }
    template:
      metadata: { labels: { app: orders } }
      spec: { containers: [{ name: web, image: "orders:1.0" }] }
`;

const workflow = (command: string): string => `
  on: push
  jobs:
    deploy:
      runs-on: ubuntu-24.04
      steps:
        - run: ${command}
`;

export const deployTargetExists = defineRule({
  id: 'system/deploy-target-exists',
  summary: 'What a pipeline deploys exists in the repository',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A pipeline that names a Deployment, a container or a folder that was renamed fails at its last step, after everything was built and tested, or leaves the old version running.',
  source: 'https://kubernetes.io/docs/reference/kubectl/generated/kubectl_set/kubectl_set_image/',
  messages: {
    path: {
      text: 'The pipeline applies {path}, which does not exist',
      remedy: 'Name the folder or file that is deployed.',
    },
    workload: {
      text: 'The pipeline names the {kind} {name}, but the manifests have only {known}',
      remedy: 'Use the name in the manifests.',
    },
    container: {
      text: 'The pipeline sets the image of the container {name}, but {workload} has only {known}',
      remedy: "Use the container's name.",
    },
  },
  examples: {
    bad: [
      {
        files: {
          'k8s/app.yaml': manifests,
          '.github/workflows/ci.yml': workflow('kubectl apply -k deploy/overlays/production'),
        },
        at: ['.github/workflows/ci.yml:6'],
      },
      {
        files: {
          'k8s/app.yaml': manifests,
          '.github/workflows/ci.yml': workflow('kubectl rollout status deployment/order'),
        },
        at: ['.github/workflows/ci.yml:6'],
      },
      {
        files: {
          'k8s/app.yaml': manifests,
          '.github/workflows/ci.yml': workflow('kubectl set image deployment/orders orders=orders:1.1'),
        },
        at: ['.github/workflows/ci.yml:6'],
      },
    ],
    good: [
      {
        files: {
          'k8s/app.yaml': manifests,
          '.github/workflows/ci.yml': workflow(
            'kubectl apply -f k8s && kubectl set image deployment/orders web=orders:1.1',
          ),
        },
      },
      {
        files: {
          'k8s/app.yaml': manifests,
          '.github/workflows/ci.yml': workflow('kubectl rollout status "deployment/$NAME"'),
        },
        note: 'Which one that is, is not known.',
      },
      {
        files: { '.github/workflows/ci.yml': workflow('kubectl rollout status deployment/orders') },
        note: 'The manifests are elsewhere.',
      },
    ],
  },
  check({ repository }, { report }) {
    for (const { script, nested } of scriptsOf(repository)) {
      const moves = script.commands.some(
        (command) =>
          command.name === 'cd' ||
          command.name === 'git' ||
          command.name === 'helm' ||
          command.name === 'envsubst' ||
          command.name === 'pushd',
      );
      for (const command of script.commands) {
        if (command.name !== 'kubectl') continue;
        const wanted = pathOf(command);
        if (wanted && !moves && !nested && !repository.exists(wanted.path)) {
          report(
            'path',
            { file: script.file, range: wanted.range },
            { path: wanted.path },
            { related: [says({ file: script.file, range: command.range }, 'The command')] },
          );
        }
        const target = workloadOf(command);
        if (
          !target ||
          repository.environments.length === 0 ||
          repository.environments.some((environment) => !environment.complete)
        )
          continue;
        const objects = repository.environments.flatMap((environment) => environment.ofKind(target.kind));
        const known = [...new Set(objects.flatMap((object) => object.name ?? []))];
        const [first] = objects;
        if (!first || known.length === 0) continue;
        const place = { file: script.file, range: target.range };
        if (!known.includes(target.name)) {
          report(
            'workload',
            place,
            { kind: target.kind, name: target.name, known: known.join(', ') },
            { related: [says(first.nameLocation, 'The manifests have this one')] },
          );
          continue;
        }
        const chosen = objects.filter((object) => object.name === target.name);
        const containers = new Set(chosen.flatMap((object) => object.containers.map((container) => container.name)));
        for (const image of target.images) {
          const [owner] = chosen;
          if (image.name === '*' || containers.has(image.name) || !owner) continue;
          report(
            'container',
            { file: script.file, range: image.range },
            { name: image.name, workload: owner.title, known: [...containers].join(', ') },
            { related: [says(owner.nameLocation, `${owner.title} is defined here`)] },
          );
        }
      }
    }
  },
});

function scriptsOf(repository: Repository): readonly { readonly script: ShellScript; readonly nested: boolean }[] {
  return repository.pipelines.flatMap((pipeline) => {
    if (pipeline.kind === 'github-workflow') {
      return pipeline.jobs.flatMap((job) =>
        job.steps.flatMap((step) =>
          step.script
            ? [
                {
                  script: step.script,
                  nested:
                    step.root.get('working-directory') !== undefined ||
                    job.root.get('defaults') !== undefined ||
                    pipeline.root.get('defaults') !== undefined,
                },
              ]
            : [],
        ),
      );
    }
    if (pipeline.kind === 'gitlab')
      return pipeline.jobs
        .filter((job) => !job.hidden)
        .flatMap((job) => job.scripts.map((script) => ({ script, nested: true })));
    return [];
  });
}

function pathOf(command: ShellCommand): { readonly path: string; readonly range: Location['range'] } | undefined {
  if (command.args[0]?.value !== 'apply') return undefined;
  const given = flagValue(command.args, '-k', '--kustomize') ?? flagValue(command.args, '-f', '--filename');
  const path = given?.value?.replace(/^\.\//, '').replace(/\/$/, '');
  if (
    !given ||
    path === undefined ||
    path === '' ||
    path === '-' ||
    path === '.' ||
    /^\/|^\w+:\/\/|[*?]|\.\.|,/.test(path)
  )
    return undefined;
  // Something that an earlier step writes is not in the repository.
  if (/(^|\/)(rendered|build|dist|out|output|tmp|generated|manifests?\.ya?ml)(\/|$)/.test(path)) return undefined;
  return { path, range: given.range };
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ['deployment', 'Deployment'],
  ['deployments', 'Deployment'],
  ['deploy', 'Deployment'],
  ['statefulset', 'StatefulSet'],
  ['sts', 'StatefulSet'],
]);

interface NamedWorkload {
  readonly kind: string;
  readonly name: string;
  readonly range: Location['range'];
  readonly images: readonly { readonly name: string; readonly range: Location['range'] }[];
}

function workloadOf(command: ShellCommand): NamedWorkload | undefined {
  const words = operands(command.args, ['-n', '--namespace', '--timeout', '--context', '--kubeconfig']);
  const [verb, second] = [words[0]?.value, words[1]?.value];
  if (!((verb === 'rollout' && second !== undefined) || (verb === 'set' && second === 'image'))) return undefined;
  const target = words[2];
  const match = /^(\w+)\/([a-z0-9.-]+)$/.exec(target?.value ?? '');
  const kind = KINDS.get(match?.[1]?.toLowerCase() ?? '');
  if (!target || !match || kind === undefined) return undefined;
  const images =
    verb === 'set'
      ? words.slice(3).flatMap((word) => {
          const name = /^([\w.*-]+)=/.exec(word.text)?.[1];
          return name === undefined ? [] : [{ name, range: word.range }];
        })
      : [];
  return { kind, name: match[2] ?? '', range: target.range, images };
}

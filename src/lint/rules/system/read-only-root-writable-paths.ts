import type { PythonModule } from '../../../artifacts/python/module.ts';
import type { PythonProject } from '../../../artifacts/python/project.ts';
import { argumentAt } from '../../../artifacts/python/syntax.ts';
import { evaluate } from '../../../artifacts/python/values.ts';
import { type Fact, fact } from '../../../system/fact.ts';
import type { Runtime } from '../../../system/system.ts';
import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService } from './_examples.ts';
import { says, withPlace } from './_ports.ts';

const writing = (path: string): Record<string, string> => ({
  ...fastapiService,
  Dockerfile: dockerfile,
  'app/store.py': `def save(text):\n    with open(${path}, "w") as file:\n        file.write(text)\n`,
});

const deployment = (mounts: string): string => `
  apiVersion: apps/v1
  kind: Deployment
  metadata: { name: orders }
  spec:
    selector: { matchLabels: { app: orders } }
    template:
      metadata: { labels: { app: orders } }
      spec:
        containers:
          - name: orders
            image: ghcr.io/acme/orders:1.4.0
            securityContext: { readOnlyRootFilesystem: true }
            volumeMounts: ${mounts}
`;

export const readOnlyRootWritablePaths = defineRule({
  id: 'system/read-only-root-writable-paths',
  summary: 'What the code writes is on a volume where the root file system is read-only',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'On a read-only root every write outside of a mounted volume fails with "Read-only file system". It is found when that line of code runs for the first time, often not before production.',
  source: 'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
  messages: {
    unmounted: {
      text: 'The root is read-only, and no volume is mounted at {path}, which {place} writes',
      remedy: 'Mount a volume (an emptyDir or tmpfs for what may be lost) there.',
    },
  },
  examples: {
    bad: [
      {
        files: { ...writing('"/data/orders.txt"'), 'k8s/app.yaml': deployment('[{ name: tmp, mountPath: /tmp }]') },
        at: ['k8s/app.yaml:12'],
      },
      {
        files: {
          ...writing('"/tmp/orders.txt"'),
          'compose.yaml': `
            services:
              orders:
                build: .
                read_only: true
          `,
        },
        at: ['compose.yaml:4'],
      },
    ],
    good: [
      { files: { ...writing('"/data/orders.txt"'), 'k8s/app.yaml': deployment('[{ name: data, mountPath: /data }]') } },
      {
        files: { ...writing('path'), 'k8s/app.yaml': deployment('[]') },
        note: 'Where it writes is decided at run time.',
      },
    ],
  },
  check({ runtimes }, { report }) {
    for (const runtime of runtimes) {
      const readOnly = runtime.kubernetes
        ? runtime.kubernetes.container.root.get('securityContext', 'readOnlyRootFilesystem')
        : runtime.compose?.service.root.get('read_only');
      const { project } = runtime.service;
      if (readOnly?.boolean() !== true || !project || !runtime.start) continue;
      const mounts = mountsOf(runtime);
      if (!mounts) continue;
      const told = new Set<string>();
      for (const write of writesOf(project)) {
        if (
          told.has(write.value) ||
          mounts.some((mount) => write.value === mount || write.value.startsWith(mount === '/' ? '/' : `${mount}/`))
        )
          continue;
        told.add(write.value);
        report(
          'unmounted',
          readOnly,
          { path: write.value, place: withPlace('the code', write) },
          { related: [says(write, 'This is written')] },
        );
      }
    }
  },
});

/** Where volumes and memory are mounted; undefined when a mount is not known. */
function mountsOf(runtime: Runtime): readonly string[] | undefined {
  const paths: string[] = ['/dev/shm', '/dev/stdout', '/dev/stderr', '/dev/null', '/proc'];
  if (runtime.kubernetes) {
    for (const mount of runtime.kubernetes.container.root.list('volumeMounts'))
      paths.push((mount.text('mountPath') ?? '').replace(/\/$/, ''));
    return paths.some((path) => path.includes('$')) ? undefined : paths;
  }
  const { compose } = runtime;
  if (!compose) return undefined;
  const { root } = compose.service;
  for (const field of ['volumes', 'tmpfs']) {
    const node = root.get(field);
    for (const item of node?.kind === 'list' ? node.items : node ? [node] : []) {
      const text = item.text('target') ?? compose.project.interpolate(item.text() ?? '');
      if (text === undefined) return undefined;
      const parts = text.split(':');
      paths.push((field === 'tmpfs' || parts.length === 1 ? (parts[0] ?? '') : (parts[1] ?? '')).replace(/\/$/, ''));
    }
  }
  return paths;
}

/** Absolute paths that the code opens for writing, written in the code. */
function writesOf(project: PythonProject): readonly Fact<string>[] {
  const found: Fact<string>[] = [];
  for (const module of project.sources) {
    if (/(^|\/)(scripts?|tools?|docs?)\//.test(module.path)) continue;
    for (const { call } of module.calls) {
      const path = writtenPath(project, module, call);
      if (path) found.push(path);
    }
  }
  return found;
}

function writtenPath(
  project: PythonProject,
  module: PythonModule,
  call: PythonModule['calls'][number]['call'],
): Fact<string> | undefined {
  const name = module.qualify(call.callee);
  const mode = argumentAt(call, 1, 'mode')?.value;
  const opens =
    name === 'open' && mode?.kind === 'string' && typeof mode.parts[0] === 'string' && /[wax+]/.test(mode.parts[0]);
  const makes = name === 'os.makedirs' || name === 'os.mkdir';
  const first = argumentAt(call, 0)?.value;
  if ((!opens && !makes) || !first) return undefined;
  const value = evaluate(project.repository, module, first);
  return value.kind === 'string' && value.value.startsWith('/') ? fact(value.value, module.at(first)) : undefined;
}

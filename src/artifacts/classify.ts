import type { ArtifactKind } from './problem.ts';

/** What a file is, as far as its name says; YAML files without a telling name are looked into. */
export type FileClass = ArtifactKind | 'kustomization' | 'chart' | 'yaml' | undefined;

const templateSuffix = /\.(?:hbs|j2|jinja2?|tmpl|tpl|template|erb|ejs|md|txt|rst|html|bak|orig|swp|dockerignore)$/i;
const dockerfileName = /^(?:docker|container)file(?:[.-].+)?$/i;
const dockerfileSuffix = /\.(?:docker|container)file$/i;
const composeName = /^(?:docker-)?compose(?:[.-][^/]+)?\.ya?ml$/i;
const workflowPath = /(?:^|\/)\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/;
const actionName = /^action\.ya?ml$/;
const gitlabName = /(?:^|[.-])gitlab-ci(?:[.-][^/]+)?\.ya?ml$/;
const jenkinsName = /^jenkinsfile(?:[.-].+)?$|\.jenkinsfile$/i;
const pythonName =
  /\.pyi?$|^pyproject\.toml$|^setup\.(?:cfg|py)$|^requirements[^/]*\.(?:txt|in)$|^uv\.lock$|^poetry\.lock$|^pdm\.lock$|^Pipfile(?:\.lock)?$|^\.python-version$/;

/**
 * Says what a file is by its path.
 *
 * @param path relative, with `/` separators
 * @returns `yaml` where only the content can tell; undefined when the file is of no interest
 */
export function classifyPath(path: string): FileClass {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === 'Kustomization') return 'kustomization';
  const dot = name.lastIndexOf('.');
  const suffix = dot < 0 ? '' : name.slice(dot);
  if (suffix === '.yml' || suffix === '.yaml') return classifyYaml(path, name);
  if (pythonName.test(name)) return 'python';
  const first = name.charCodeAt(0) | 32;
  const mayBeDockerfile = first === 100 || first === 99;
  if (mayBeDockerfile && dockerfileName.test(name) && !templateSuffix.test(name)) return 'dockerfile';
  if (dockerfileSuffix.test(name)) return 'dockerfile';
  if (jenkinsName.test(name) && !templateSuffix.test(name)) return 'pipeline';
  return undefined;
}

function classifyYaml(path: string, name: string): FileClass {
  if (name === 'kustomization.yaml' || name === 'kustomization.yml') return 'kustomization';
  if (name === 'Chart.yaml') return 'chart';
  if (composeName.test(name)) return 'compose';
  if (workflowPath.test(path) || actionName.test(name) || gitlabName.test(name)) return 'pipeline';
  if (path.includes('.gitlab/ci/')) return 'pipeline';
  return 'yaml';
}

/** Whether a YAML text has the two keys that every Kubernetes object has, judged without parsing. */
export function looksLikeKubernetes(text: string): boolean {
  return /^[ \t-]*["']?kind["']?[ \t]*:/m.test(text) && /^[ \t-]*["']?apiVersion["']?[ \t]*:/m.test(text);
}

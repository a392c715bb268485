import type { Problem } from '../problem.ts';
import type { SourceFile } from '../source-file.ts';
import type { MapNode } from '../yaml/node.ts';
import { readAction, readWorkflow } from './github.ts';
import { readGitlabPipeline } from './gitlab.ts';
import { parseJenkinsfile } from './jenkins.ts';
import type { Pipeline } from './pipeline.ts';

/**
 * Reads pipeline files. A GitLab file that another one includes is read with that one.
 *
 * @param all every file of the repository
 * @param read gives the root of a YAML file of the repository
 * @param readText gives the text of any other file that is parsed
 * @param problems takes what cannot be understood
 */
export function loadPipelines(
  paths: readonly string[],
  all: readonly string[],
  read: (path: string) => MapNode | undefined,
  readText: (path: string) => SourceFile | undefined,
  problems: Problem[],
): readonly Pipeline[] {
  const pipelines: Pipeline[] = [];
  const gitlab = new Set<string>();
  for (const path of paths) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (/jenkinsfile/i.test(name)) {
      const file = readText(path);
      const parsed = file && parseJenkinsfile(file);
      problems.push(...(parsed?.problems ?? []));
      if (parsed) pipelines.push(parsed.pipeline);
      continue;
    }
    if (/gitlab-ci|(?:^|\/)\.gitlab\/ci\//.test(path)) {
      gitlab.add(path);
      continue;
    }
    const root = read(path);
    if (root === undefined) continue;
    if (!/^action\.ya?ml$/.test(name)) pipelines.push(readWorkflow(root.file, root));
    else if (root.get('runs') !== undefined) pipelines.push(readAction(root.file, root));
  }
  // Whole pipelines first, so that what they include is not taken for a pipeline of its own.
  const entryPoints = [...gitlab].sort((left, right) => rank(left) - rank(right));
  for (const path of entryPoints) {
    if (!gitlab.has(path)) continue;
    const root = read(path);
    if (root === undefined) continue;
    const pipeline = readGitlabPipeline(root.file, root, read, all);
    for (const file of pipeline.files) gitlab.delete(file.path);
    pipelines.push(pipeline);
  }
  return pipelines;
}

function rank(path: string): number {
  return path === '.gitlab-ci.yml' ? 0 : path.endsWith('.gitlab-ci.yml') ? 1 : 2;
}

import type { Repository } from '../repository.ts';
import type { SourceFile } from '../source-file.ts';
import type { GithubAction, GithubWorkflow, Pipeline } from './pipeline.ts';
import { parseUses } from './uses.ts';

const known = new WeakMap<Repository, ReadonlyMap<string, Pipeline>>();

/** The workflow of the same repository that a job calls; undefined for others and for what is not there. */
export function calledWorkflow(
  repository: Repository,
  from: SourceFile,
  uses: string | undefined,
): GithubWorkflow | undefined {
  const parsed = parseUses(uses);
  if (parsed?.kind !== 'local') return undefined;
  const found = pipelines(repository).get(rootOf(from) + parsed.path);
  return found?.kind === 'github-workflow' ? found : undefined;
}

/** The action of the same repository that a step uses; undefined for others and for what is not there. */
export function calledAction(
  repository: Repository,
  from: SourceFile,
  uses: string | undefined,
): GithubAction | undefined {
  const parsed = parseUses(uses);
  if (parsed?.kind !== 'local') return undefined;
  const folder = rootOf(from) + (parsed.path === '' ? '' : `${parsed.path}/`);
  const found = pipelines(repository).get(`${folder}action.yml`) ?? pipelines(repository).get(`${folder}action.yaml`);
  return found?.kind === 'github-action' ? found : undefined;
}

/** The folder that holds `.github`, with a slash at its end; the repository's own root for an action. */
export function rootOf(file: SourceFile): string {
  return /^(.*?)\.github\//.exec(file.path)?.[1] ?? '';
}

function pipelines(repository: Repository): ReadonlyMap<string, Pipeline> {
  let found = known.get(repository);
  if (found === undefined) {
    found = new Map(repository.pipelines.map((pipeline) => [pipeline.file.path, pipeline]));
    known.set(repository, found);
  }
  return found;
}

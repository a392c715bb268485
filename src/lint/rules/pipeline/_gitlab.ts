import type { GitlabPipeline } from '../../../artifacts/pipeline/pipeline.ts';
import type { Location } from '../../../artifacts/source-file.ts';
import { type MapNode, ScalarNode, type YamlNode } from '../../../artifacts/yaml/node.ts';

/** A variable that a pipeline file sets. As a place it is the value. */
export interface PipelineVariable extends Location {
  readonly name: string;
  readonly value: string;
}

/** The variables of a GitLab pipeline: those of all jobs, and those of each job (also by a rule); each place once. */
export function gitlabVariables(pipeline: GitlabPipeline): readonly PipelineVariable[] {
  const found = new Map<ScalarNode, PipelineVariable>();
  const read = (owner: MapNode) => {
    for (const { name, value } of owner.pairs('variables')) {
      const node = value.get('value') ?? value;
      if (node instanceof ScalarNode && node.value !== null)
        found.set(node, { file: node.file, range: node.range, name, value: node.source });
    }
  };
  read(pipeline.root);
  for (const { root } of pipeline.jobs) {
    read(root);
    for (const rule of root.list('rules')) if (rule.kind === 'map') read(rule);
  }
  return [...found.values()];
}

/** Whether a comment (of YAML or Groovy) stands on the line of a place or on the line above it. */
export function hasComment({ file, range }: Location): boolean {
  const start = file.text.lastIndexOf('\n', range.start - 1) + 1;
  const newline = file.text.indexOf('\n', range.end);
  const line = file.text.slice(range.start, newline < 0 ? undefined : newline);
  const above = file.text.slice(file.text.lastIndexOf('\n', start - 2) + 1, Math.max(0, start - 1));
  return /\s(?:#|\/\/)/.test(line) || /^\s*(?:#|\/\/)/.test(above);
}

/** Which kinds of pipeline a rule of `rules` is sure to admit. */
export function admits(rule: YamlNode): {
  readonly merge: boolean;
  readonly branch: boolean;
  readonly conditional: boolean;
} {
  const condition = rule.get('if');
  if (condition === undefined) return { merge: true, branch: true, conditional: false };
  const parts = (condition.text() ?? '').split('||').map((part) => part.replace(/\s+/g, '').replaceAll("'", '"'));
  return {
    merge: parts.some((part) => /^\$CI_PIPELINE_SOURCE=="merge_request_event"$|^\$CI_MERGE_REQUEST_I?ID$/.test(part)),
    branch: parts.some((part) =>
      /^\$CI_PIPELINE_SOURCE=="push"$|^\$CI_COMMIT_BRANCH(?:!=\$CI_DEFAULT_BRANCH)?$/.test(part),
    ),
    conditional: true,
  };
}

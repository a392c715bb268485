import type { ShellScript } from '../shell/script.ts';
import type { Location, SourceFile } from '../source-file.ts';
import type { MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';

/** A pipeline definition of one of the systems that are read. */
export type Pipeline = GithubWorkflow | GithubAction | GitlabPipeline;

/** One step of a GitHub job or composite action. As a place it is its first key. */
export interface GithubStep extends Location {
  readonly root: MapNode;
  readonly name: string | undefined;
  /** `owner/repository/path@ref`, a `./path` or `docker://image`. */
  readonly uses: ScalarNode | undefined;
  readonly run: ScalarNode | undefined;
  /** The shell that runs `run`, where the file says it (step, job or workflow default); undefined for the runner's own. */
  readonly shell: string | undefined;
  /** The parsed script, `${{ … }}` masked; undefined where the shell is no POSIX shell. */
  readonly script: ShellScript | undefined;
}

/** One job of a GitHub workflow. As a place it is its key. */
export interface GithubJob extends Location {
  readonly id: string;
  readonly root: MapNode;
  readonly needs: readonly ScalarNode[];
  readonly steps: readonly GithubStep[];
}

/** A file under `.github/workflows`. */
export interface GithubWorkflow {
  readonly kind: 'github-workflow';
  readonly file: SourceFile;
  readonly root: MapNode;
  /** Event name → its settings; the node is the event's own scalar where it has none. */
  readonly triggers: ReadonlyMap<string, YamlNode>;
  readonly jobs: readonly GithubJob[];
}

/** An `action.yml`; `steps` are those of a composite action. */
export interface GithubAction {
  readonly kind: 'github-action';
  readonly file: SourceFile;
  readonly root: MapNode;
  readonly steps: readonly GithubStep[];
}

/** One job of a GitLab pipeline after `extends`, `default` and local includes. As a place it is its key. */
export interface GitlabJob extends Location {
  readonly name: string;
  /** Starts with a dot: a template that never runs. */
  readonly hidden: boolean;
  /** The merged definition. */
  readonly root: MapNode;
  readonly stage: string;
  /** `before_script`, `script` and `after_script`, one parsed script for each line. */
  readonly scripts: readonly ShellScript[];
}

/** A `.gitlab-ci.yml` with the local files it includes. */
export interface GitlabPipeline {
  readonly kind: 'gitlab';
  readonly file: SourceFile;
  readonly files: readonly SourceFile[];
  readonly root: MapNode;
  readonly stages: readonly string[];
  readonly jobs: readonly GitlabJob[];
  /** Whether everything it includes could be read. */
  readonly complete: boolean;
}

import type { ShellScript } from '../shell/script.ts';
import type { Location, SourceFile, TextRange } from '../source-file.ts';
import type { MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import type { PlacedExpression } from './github-expressions.ts';

/** A pipeline definition of one of the systems that are read. */
export type Pipeline = GithubWorkflow | GithubAction | GitlabPipeline | JenkinsPipeline;

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
  /** Every `${{ … }}` and every condition. */
  readonly expressions: readonly PlacedExpression[];
}

/** An `action.yml`; `steps` are those of a composite action. */
export interface GithubAction {
  readonly kind: 'github-action';
  readonly file: SourceFile;
  readonly root: MapNode;
  readonly steps: readonly GithubStep[];
  /** Every `${{ … }}` and every condition. */
  readonly expressions: readonly PlacedExpression[];
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

/** One argument of a call in a Jenkinsfile. */
export interface JenkinsArgument extends Location {
  /** `script` of `sh(script: '…')`. */
  readonly name: string | undefined;
  /** As written, without quotes. */
  readonly text: string;
  /** Undefined where it is computed. */
  readonly value: string | undefined;
  readonly isString: boolean;
  /** Whether `${…}` in it is filled in by Groovy. */
  readonly interpolated: boolean;
  /** Where the text stands, without quotes. */
  readonly content: TextRange;
}

/** One call in a Jenkinsfile: a section, a directive or a step. As a place it is its name. */
export interface JenkinsCall extends Location {
  readonly name: string;
  /** The call with its arguments and its block. */
  readonly extent: TextRange;
  readonly args: readonly JenkinsArgument[];
  readonly hasBody: boolean;
  /** The calls in its block and in its arguments. */
  readonly body: readonly JenkinsCall[];
  /** The script of `sh`, what Groovy fills in masked; undefined for other calls and computed scripts. */
  readonly script: ShellScript | undefined;
}

/** `NAME = 'text'` in a Jenkinsfile: a variable of an `environment` block, or of a script. As a place it is the name. */
export interface JenkinsAssignment extends Location {
  readonly name: string;
  /** Undefined where it is more than one literal or word. */
  readonly value: JenkinsArgument | undefined;
  /** The function whose result it takes, as in `NAME = credentials('id')`. */
  readonly call: string | undefined;
}

/** A Jenkinsfile. */
export interface JenkinsPipeline {
  readonly kind: 'jenkins';
  readonly file: SourceFile;
  /** Whether it is `pipeline { … }`. */
  readonly declarative: boolean;
  /** Top-level calls; walk all of them with `nestedCalls`. */
  readonly calls: readonly JenkinsCall[];
  /** Every assignment in it, in order. */
  readonly assignments: readonly JenkinsAssignment[];
}

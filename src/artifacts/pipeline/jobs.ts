import { operands, unwrap } from '../shell/arguments.ts';
import type { ShellCommand, ShellScript, ShellWord } from '../shell/script.ts';
import type { Location } from '../source-file.ts';
import { MapNode, ScalarNode, type YamlNode } from '../yaml/node.ts';
import { nestedCalls } from './jenkins.ts';
import type {
  GithubJob,
  GithubStep,
  GithubWorkflow,
  GitlabJob,
  GitlabPipeline,
  JenkinsCall,
  JenkinsPipeline,
  Pipeline,
} from './pipeline.ts';

/** A command of a job, with the file it is written in. As a place it is the whole command. */
export interface JobCommand extends Location {
  readonly command: ShellCommand;
  /** What really runs, without wrappers such as `sudo`, `uv run` or `python -m`, and without its folder. */
  readonly program: string | undefined;
  readonly args: readonly ShellWord[];
}

/**
 * A unit of work of any pipeline system: a GitHub job, a GitLab job that runs, or a Jenkins stage without stages in it
 * (the whole file where there are none). As a place it is its key or name.
 */
export interface PipelineJob extends Location {
  readonly name: string;
  readonly commands: readonly JobCommand[];
  /** The steps of a GitHub job; empty elsewhere. */
  readonly steps: readonly GithubStep[];
  /** The name of the environment that it says it deploys to. */
  readonly environment: string | undefined;
  readonly github: GithubJob | undefined;
  readonly gitlab: GitlabJob | undefined;
  /** The stage's call, or undefined for a Jenkinsfile without stages. */
  readonly jenkins: JenkinsCall | undefined;
}

/** The jobs of a pipeline and their order. */
export interface JobGraph {
  readonly jobs: readonly PipelineJob[];
  /** Whether all of it is in this repository: no reusable workflow, remote include or shared library takes part. */
  readonly complete: boolean;
  /** All jobs that have ended when a job starts. */
  before(job: PipelineJob): ReadonlySet<PipelineJob>;
}

const graphs = new WeakMap<Pipeline, JobGraph>();

/** The jobs of a pipeline in one form for all systems; worked out once. An action has none. */
export function jobGraph(pipeline: Pipeline): JobGraph {
  const known = graphs.get(pipeline);
  if (known) return known;
  const graph = graphOf(pipeline);
  graphs.set(pipeline, graph);
  return graph;
}

function graphOf(pipeline: Pipeline): JobGraph {
  switch (pipeline.kind) {
    case 'github-workflow':
      return githubGraph(pipeline);
    case 'gitlab':
      return gitlabGraph(pipeline);
    case 'jenkins':
      return jenkinsGraph(pipeline);
    case 'github-action':
      return { jobs: [], complete: true, before: () => new Set() };
  }
}

function githubGraph(pipeline: GithubWorkflow): JobGraph {
  const jobs = pipeline.jobs.map((job) =>
    jobOf(job, job.id, () => job.steps.flatMap((step) => step.script ?? []), {
      steps: job.steps,
      environment: environmentName(job.root.get('environment')),
      github: job,
    }),
  );
  const byId = new Map(jobs.map((job) => [job.name, job]));
  const needed = (job: PipelineJob) => job.github?.needs.flatMap((need) => byId.get(need.source) ?? []) ?? [];
  const complete = pipeline.jobs.every((job) => job.root.get('uses') === undefined);
  return { jobs, complete, before: (job) => reachable(job, needed) };
}

function gitlabGraph(pipeline: GitlabPipeline): JobGraph {
  const jobs = pipeline.jobs
    .filter((job) => !job.hidden)
    .map((job) =>
      jobOf(job, job.name, () => job.scripts, {
        environment: environmentName(job.root.get('environment')),
        gitlab: job,
      }),
    );
  const byName = new Map(jobs.map((job) => [job.name, job]));
  const byStage = new Map<string, PipelineJob[]>();
  for (const job of jobs) {
    const stage = job.gitlab?.stage ?? '';
    const others = byStage.get(stage);
    if (others) others.push(job);
    else byStage.set(stage, [job]);
  }
  // All jobs of a stage wait for the same ones, unless they say what they need.
  const earlier = new Map<string, ReadonlySet<PipelineJob>>();
  const ofStage = (stage: string): ReadonlySet<PipelineJob> => {
    const known = earlier.get(stage);
    if (known) return known;
    const stages = pipeline.stages.slice(0, Math.max(0, pipeline.stages.indexOf(stage)));
    const found = new Set(stages.flatMap((name) => byStage.get(name) ?? []));
    earlier.set(stage, found);
    return found;
  };
  const known = new Map<PipelineJob, ReadonlySet<PipelineJob>>();
  const before = (job: PipelineJob): ReadonlySet<PipelineJob> => {
    if (job.gitlab?.root.get('needs') === undefined) return ofStage(job.gitlab?.stage ?? '');
    const found = known.get(job) ?? beforeNeeds(job);
    known.set(job, found);
    return found;
  };
  const beforeNeeds = (job: PipelineJob): ReadonlySet<PipelineJob> => {
    const needed = ({ gitlab }: PipelineJob): readonly PipelineJob[] => {
      if (gitlab?.root.get('needs') === undefined) return [...ofStage(gitlab?.stage ?? '')];
      return gitlab.root.list('needs').flatMap((need) => byName.get(need.text() ?? need.text('job') ?? '') ?? []);
    };
    return reachable(job, needed);
  };
  return { jobs, complete: pipeline.complete, before };
}

function jenkinsGraph(pipeline: JenkinsPipeline): JobGraph {
  const jobs: PipelineJob[] = [];
  const earlier = new Map<PipelineJob, readonly PipelineJob[]>();
  /** Reads stages one after the other, those of `parallel` side by side; returns all of them. */
  const read = (calls: readonly JenkinsCall[], done: readonly PipelineJob[], sideBySide: boolean): PipelineJob[] => {
    const found: PipelineJob[] = [];
    for (const call of calls) {
      const past = sideBySide ? done : [...done, ...found];
      if (call.name === 'stage' && !hasStages(call)) {
        const name = call.args.find((argument) => argument.name === undefined || argument.name === 'name')?.value;
        const job = jobOf(call, name ?? '', () => scriptsOf(call.body), { jenkins: call });
        earlier.set(job, past);
        jobs.push(job);
        found.push(job);
      } else {
        const parallel = call.name === 'parallel' || call.name === 'matrix';
        found.push(...read(call.body, past, parallel || (sideBySide && call.name === 'stages')));
      }
    }
    return found;
  };
  read(pipeline.calls, [], false);
  const [first] = pipeline.calls;
  if (jobs.length === 0 && first) jobs.push(jobOf(first, first.name, () => scriptsOf(pipeline.calls), {}));
  let external = false;
  for (const call of nestedCalls(pipeline.calls)) external ||= /^(?:[Ll]ibrary|load)$/.test(call.name);
  return { jobs, complete: !external, before: (job) => new Set(earlier.get(job)) };
}

function hasStages(call: JenkinsCall): boolean {
  for (const inner of nestedCalls(call.body)) if (inner.name === 'stage') return true;
  return false;
}

function scriptsOf(calls: readonly JenkinsCall[]): readonly ShellScript[] {
  return [...nestedCalls(calls)].flatMap((call) => call.script ?? []);
}

function jobOf(
  { file, range }: Location,
  name: string,
  scripts: () => readonly ShellScript[],
  rest: Partial<PipelineJob>,
): PipelineJob {
  let commands: readonly JobCommand[] | undefined;
  return {
    ...{
      file,
      range,
      name,
      steps: [],
      environment: undefined,
      github: undefined,
      gitlab: undefined,
      jenkins: undefined,
    },
    ...rest,
    get commands() {
      commands ??= scripts().flatMap((script) => script.commands.map((command) => jobCommand(script, command)));
      return commands;
    },
  };
}

/** A command of a script with what really runs in it. */
export function jobCommand({ file }: ShellScript, command: ShellCommand): JobCommand {
  let words = unwrap(command.words);
  if (/^python(?:\d[\d.]*)?$/.test(words[0]?.value ?? '') && words[1]?.value === '-m') words = words.slice(1);
  if (words[0]?.value === '-m' || words[0]?.value === '--module') words = words.slice(1);
  const program = words[0]?.value?.replace(/^.*\//, '');
  return { file, range: command.range, command, program, args: words.slice(1) };
}

/** The name that `environment:` gives, on GitHub as on GitLab. */
function environmentName(node: YamlNode | undefined): string | undefined {
  if (node instanceof ScalarNode) return node.text();
  return node instanceof MapNode ? node.text('name') : undefined;
}

function reachable(job: PipelineJob, direct: (job: PipelineJob) => readonly PipelineJob[]): ReadonlySet<PipelineJob> {
  const found = new Set<PipelineJob>();
  const open = [...direct(job)];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...direct(next));
  }
  return found;
}

/** Every command of a pipeline or action, also those outside jobs and those of Jenkins' post sections; each place once. */
export function commandsOf(pipeline: Pipeline): readonly JobCommand[] {
  if (pipeline.kind === 'github-action')
    return pipeline.steps.flatMap(({ script }) => script?.commands.map((command) => jobCommand(script, command)) ?? []);
  if (pipeline.kind === 'jenkins')
    return scriptsOf(pipeline.calls).flatMap((script) => script.commands.map((command) => jobCommand(script, command)));
  const commands = jobGraph(pipeline).jobs.flatMap((job) => job.commands);
  if (pipeline.kind !== 'gitlab') return commands;
  const places = new Map<string, JobCommand>();
  for (const command of commands) {
    const place = `${command.file.path}:${command.range.start}`;
    if (!places.has(place)) places.set(place, command);
  }
  return [...places.values()];
}

/** Whether a command's words after flags begin with these. */
export function startsWith({ args }: JobCommand, ...wanted: readonly (string | RegExp)[]): boolean {
  const words = operands(args);
  return wanted.every((want, index) => {
    const value = words[index]?.value ?? '';
    return typeof want === 'string' ? value === want : want.test(value);
  });
}

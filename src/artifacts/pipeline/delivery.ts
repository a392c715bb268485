import { flagValue, hasFlag, operands } from '../shell/arguments.ts';
import type { Location } from '../source-file.ts';
import { nestedCalls } from './jenkins.ts';
import { type JobCommand, type JobGraph, type PipelineJob, startsWith } from './jobs.ts';
import type { GithubStep } from './pipeline.ts';

const testPrograms: ReadonlySet<string> = new Set([
  ...['pytest', 'py.test', 'tox', 'nox', 'unittest', 'nose2', 'behave', 'robot', 'schemathesis', 'jest', 'vitest'],
  ...['mocha', 'ava', 'rspec', 'phpunit', 'ctest', 'newman', 'bats'],
]);
const testSubcommands: ReadonlyMap<string, RegExp> = new Map([
  ['go', /^test$/],
  ['cargo', /^(?:test|nextest)$/],
  ['dotnet', /^test$/],
  ['hatch', /^test$/],
  ['coverage', /^run$/],
  ['playwright', /^test$/],
  ['cypress', /^run$/],
  ['npm', /^(?:test|t|tst)$/],
  ['yarn', /^test/],
  ['pnpm', /^test/],
  ['bun', /^test/],
  ['make', /^(?:unit|integration)?[-_.]?tests?(?:[-_.]|$)|[-_.]tests?$/],
  ['just', /^tests?$/],
  ['task', /^tests?$/],
  ['mvn', /^(?:test|verify|install)$/],
  ['mvnw', /^(?:test|verify|install)$/],
  ['gradle', /^(?:test|check)$/],
  ['gradlew', /^(?:test|check)$/],
  ['manage.py', /^test$/],
  ['django-admin', /^test$/],
]);

/** Whether a command runs a test suite, beyond doubt. */
export function runsTests(job: JobCommand): boolean {
  const { program = '', args } = job;
  if (testPrograms.has(program)) return !hasFlag(args, '--version', '--collect-only', '--help', '--co');
  if (/^python(?:\d[\d.]*)?$/.test(program)) return startsWith(job, /(?:^|\/)manage\.py$/, 'test');
  if (/^(?:npm|pnpm|yarn|bun)$/.test(program) && startsWith(job, /^run(?:-script)?$/))
    return startsWith(job, /^run(?:-script)?$/, /^(?:unit|integration)?[:_-]?tests?(?:$|[:_-])/);
  const subcommand = testSubcommands.get(program);
  if (subcommand === undefined || args.some((word) => /skipTests|maven\.test\.skip/.test(word.text))) return false;
  return operands(args).some((word) => subcommand.test(word.value ?? ''));
}

const testWord =
  /(?<!la|at|con)test|check(?!out|sum)|verif|validat|\bspec\b|e2e|qualit|(?:^|[^a-z])(?:qa|ci)(?:$|[^a-z])/i;

/**
 * Whether a job may test something: it does, or its name, an action or a command of it says so.
 *
 * @param until looks only at the commands before this one
 */
export function mayTest(job: PipelineJob, until?: JobCommand): boolean {
  const end = until === undefined ? -1 : job.commands.indexOf(until);
  const commands = end < 0 ? job.commands : job.commands.slice(0, end);
  if (until === undefined && (testWord.test(job.name) || job.github?.root.get('uses') !== undefined)) return true;
  return (
    job.steps.some((step) => testWord.test(step.uses?.source.replace(/@.*/, '') ?? '')) ||
    commands.some((one) => runsTests(one) || one.command.words.some((word) => testWord.test(word.text)))
  );
}

const throwawayCluster =
  /(?:^|\/)(?:kind|k3d|k3s|minikube|ctlptl|microk8s|setup-kind|kind-action|setup-minikube|k3d-action)\b/;
const deployActions = new RegExp(
  '^(?:azure/(?:k8s-deploy|webapps-deploy|container-apps-deploy-action)|google-github-actions/deploy-\\w+|' +
    'aws-actions/amazon-ecs-deploy-task-definition|superfly/flyctl-actions|deliverybot/helm|bitovi/github-actions-deploy.*)(?:@|/|$)',
  'i',
);

/** What in a job changes a running environment. */
export interface Deployment extends Location {
  /** The command, unless an action or GitLab's `environment` deploys. */
  readonly command: JobCommand | undefined;
}

/**
 * The first thing in a job that deploys, beyond doubt; undefined also for clusters that the job makes for itself.
 */
export function deploymentOf(job: PipelineJob): Deployment | undefined {
  if (!deployments.has(job)) deployments.set(job, findDeployment(job));
  return deployments.get(job);
}

const deployments = new WeakMap<PipelineJob, Deployment | undefined>();

function findDeployment(job: PipelineJob): Deployment | undefined {
  const throwaway =
    job.steps.some((step) => throwawayCluster.test(step.uses?.source ?? '')) ||
    job.commands.some(({ program = '' }) => throwawayCluster.test(program));
  if (throwaway) return undefined;
  const command = job.commands.find(deploys);
  if (command) return { file: command.file, range: command.range, command };
  const step = job.steps.find((candidate) => deployActions.test(candidate.uses?.source ?? ''));
  return step && { file: step.file, range: step.range, command: undefined };
}

/** Whether a command changes what runs somewhere. */
export function deploys(job: JobCommand): boolean {
  const { program = '', args } = job;
  if (args.some((word) => /^--dry-run(?!=none)/.test(word.text)) || hasFlag(args, '--help')) return false;
  const first = (pattern: RegExp) =>
    operands(args, globalFlags)
      .slice(0, 2)
      .map((word) => word.value ?? '')
      .join(' ')
      .match(pattern) !== null;
  switch (program) {
    case 'kubectl':
    case 'oc':
      return first(/^(?:apply|replace|set image)\b/);
    case 'helm':
      return first(/^(?:upgrade|install)\b/);
    case 'helmfile':
      return first(/^(?:apply|sync)\b/);
    case 'docker':
      return first(/^stack deploy\b/);
    case 'argocd':
      return first(/^app (?:sync|set)\b/);
    case 'skaffold':
      return first(/^(?:run|deploy)\b/);
    case 'kapp':
    case 'cdk':
    case 'sls':
    case 'serverless':
    case 'fly':
    case 'flyctl':
      return first(/^deploy\b/);
    case 'aws':
      return first(/^ecs update-service\b/);
    case 'gcloud':
      return first(/^(?:run|app) deploy\b/);
    case 'make':
    case 'just':
    case 'task':
      return first(/^deploy(?:$|[-_.:])/);
    case 'bash':
    case 'sh':
      return /(?:^|\/)deploy(?:[-_]\w+)?(?:\.sh)?$/.test(operands(args)[0]?.value ?? '');
    default:
      return (
        /^deploy(?:[-_]\w+)?(?:\.(?:sh|py))?$/.test(program) && job.command.words.some((word) => /\//.test(word.text))
      );
  }
}

const globalFlags = [
  '-n',
  '--namespace',
  '--context',
  '--kubeconfig',
  '--kube-context',
  '--region',
  '--profile',
  '-f',
  '-k',
];
const production = /(?:^|[^a-z])(?:production|prod|prd|live)(?:$|[^a-z])/i;
const notProduction = /(?:pre|non|not)[-_ ]?prod/i;
const provisional = /review|preview|dev(?:elop|$|[^a-z])|sandbox|ephemeral|(?:^|[^a-z])pr(?:$|[^a-z])|e2e|test|demo/i;

/** Where a deployment goes: to production, to some lasting environment, or to a passing one (review, development, test). */
export function deploymentTarget(job: PipelineJob, { command }: Deployment): 'production' | 'other' | 'provisional' {
  const words = command?.args ?? [];
  const flags = [
    '-n',
    '--namespace',
    '--context',
    '--kube-context',
    '-f',
    '--values',
    '-k',
    '--kustomize',
    '--filename',
  ];
  const texts = [job.environment ?? '', job.name, ...flags.map((flag) => flagValue(words, flag)?.text ?? '')];
  if (command && /deploy/.test(command.program ?? '')) texts.push(...operands(words).map((word) => word.text));
  const says = (pattern: RegExp) => texts.some((text) => pattern.test(text.replace(/([a-z])([A-Z])/g, '$1-$2')));
  if (says(notProduction)) return 'other';
  if (says(production)) return 'production';
  return says(provisional) ? 'provisional' : 'other';
}

/** An image reference that a pipeline pushes. As a place it is the reference. */
export interface PushedImage extends Location {
  /** As written, quotes removed, variables as they are; undefined for a Jenkins `image.push()`. */
  readonly repository: string | undefined;
  /** Undefined where the reference has none; it may hold variables. */
  readonly tag: string | undefined;
}

/** Every image reference that a job pushes and that is written out; a registry beside the job is for its tests. */
export function pushedImages(job: PipelineJob): readonly PushedImage[] {
  const found: PushedImage[] = [];
  if (hasOwnRegistry(job)) return found;
  for (const command of job.commands) {
    const { program = '', args, file } = command;
    if (!/^(?:docker|podman|nerdctl|buildah|executor|crane|img)$/.test(program)) continue;
    const words = operands(args, [
      '--creds',
      '--authfile',
      '--tls-verify',
      '--platform',
      '-f',
      '--file',
      '-t',
      '--tag',
    ]);
    const names = words.map((word) => word.value ?? '');
    if (names[0] === 'push' || (names[0] === 'image' && names[1] === 'push')) {
      const word = words[names[0] === 'push' ? 1 : 2];
      if (word && !hasFlag(args, '--all-tags', '-a')) found.push(referenceOf(word.text, { file, range: word.range }));
    } else if (program === 'executor' ? !hasFlag(args, '--no-push') : pushesBuild(command)) {
      found.push(...flagWords(command, program === 'executor' ? ['--destination', '-d'] : ['--tag', '-t']));
    }
  }
  for (const step of job.steps) if (pushesImage(step)) found.push(...stepTags(step));
  for (const call of job.jenkins ? nestedCalls(job.jenkins.body) : []) {
    if (call.name !== 'push' || call.args.length !== 1) continue;
    const [argument] = call.args;
    if (argument?.isString)
      found.push({ file: argument.file, range: argument.range, repository: undefined, tag: argument.text });
  }
  return found;
}

/** Whether a job pushes an image, also where its name is worked out. */
export function pushesImages(job: PipelineJob): Location | undefined {
  if (hasOwnRegistry(job)) return undefined;
  return pushedImages(job)[0] ?? job.steps.find(pushesImage) ?? job.commands.find(pushesBuild);
}

function hasOwnRegistry({ github, gitlab }: PipelineJob): boolean {
  const images = [
    ...(github?.root.pairs('services') ?? []).map(({ value }) => value.text('image')),
    ...(gitlab?.root.list('services') ?? []).map((service) => service.text() ?? service.text('name')),
  ];
  return images.some((image) => /^(?:docker\.io\/)?(?:library\/)?registry(?:[:@]|$)/.test(image ?? ''));
}

function pushesBuild({ program = '', args }: JobCommand): boolean {
  if (!/^(?:docker|nerdctl|podman)$/.test(program)) return false;
  const names = operands(args).map((word) => word.value ?? '');
  const builds =
    names[0] === 'build' || (/^(?:buildx|image)$/.test(names[0] ?? '') && /^(?:build|b)$/.test(names[1] ?? ''));
  return builds && hasFlag(args, '--push') && !args.some((word) => word.text === '--push=false');
}

function pushesImage(step: GithubStep): boolean {
  if (!/^docker\/build-push-action@/.test(step.uses?.source ?? '')) return false;
  const push = step.root.text('with', 'push');
  return (push !== undefined && push !== 'false') || /push=true/.test(step.root.text('with', 'outputs') ?? '');
}

function stepTags(step: GithubStep): readonly PushedImage[] {
  const node = step.root.get('with', 'tags');
  const text = node?.text();
  // What is pushed by digest gets its tags in another job.
  const byDigest = /push-by-digest=true/.test(step.root.text('with', 'outputs') ?? '');
  if (node === undefined || text === undefined || byDigest) return [];
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => referenceOf(line, node));
}

function flagWords({ args, file }: JobCommand, names: readonly string[]): readonly PushedImage[] {
  return args.flatMap((word, index) => {
    if (names.includes(word.text)) {
      const next = args[index + 1];
      return next ? [referenceOf(next.text, { file, range: next.range })] : [];
    }
    const name = names.find((candidate) => word.text.startsWith(`${candidate}=`));
    return name === undefined ? [] : [referenceOf(word.text.slice(name.length + 1), { file, range: word.range })];
  });
}

/** Splits an image reference as written in a shell word or an expression; a registry's port is no tag. */
export function referenceOf(text: string, { file, range }: Location): PushedImage {
  const bare = text.replace(/["']/g, '').replace(/@.*$/, '');
  const match = /^((?:\$\{\{[^}]*\}\}|\$\{[^}]*\}|[^:]|:(?=\d+\/))*):([^/]+)$/.exec(bare);
  // A variable at the end may hold the tag as well.
  const opaque = match === null && /^(?:\$\{\{[^}]*\}\}|\$\{[^}]*\}|\$\w+)$/.test(bare);
  return { file, range, repository: match?.[1] ?? bare, tag: opaque ? '$' : match?.[2] };
}

/** Whether a pipeline uses a tool: in the words of a command, an action and its inputs, an image, or a GitLab job's name. */
export function mentions(graph: JobGraph, pattern: RegExp): boolean {
  return graph.jobs.some(
    (job) =>
      job.steps.some(
        (step) =>
          pattern.test(step.uses?.source ?? '') ||
          step.root.pairs('with').some(({ name, value }) => pattern.test(`${name}: ${value.text() ?? ''}`)),
      ) ||
      job.commands.some(({ command }) => command.words.some((word) => pattern.test(word.text))) ||
      pattern.test(job.gitlab?.root.text('image') ?? job.gitlab?.root.text('image', 'name') ?? '') ||
      (job.gitlab !== undefined && pattern.test(job.name)) ||
      (job.jenkins !== undefined &&
        [...nestedCalls(job.jenkins.body)].some(
          (call) => pattern.test(call.name) || call.args.some((argument) => pattern.test(argument.text)),
        )),
  );
}

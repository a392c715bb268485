import { contextReads } from '../../../artifacts/pipeline/expression.ts';
import type { GithubJob, GithubStep, GithubWorkflow } from '../../../artifacts/pipeline/pipeline.ts';
import { actionOf } from '../../../artifacts/pipeline/uses.ts';

/**
 * Actions that use the token for nothing but reading the repository, and never push: their action.yml ask for no more.
 */
const readers = new Set([
  ...['actions/checkout', 'actions/setup-python', 'actions/setup-node', 'actions/setup-go', 'actions/setup-java'],
  ...['actions/setup-dotnet', 'actions/cache', 'actions/cache/restore', 'actions/cache/save', 'astral-sh/setup-uv'],
  ...['actions/upload-artifact', 'actions/download-artifact', 'docker/setup-buildx-action', 'docker/setup-qemu-action'],
  ...['pnpm/action-setup', 'ruby/setup-ruby', 'azure/setup-helm', 'azure/setup-kubectl', 'hashicorp/setup-terraform'],
]);

/** Commands that do what their own files say: they may push, publish or call an API. */
const opaque =
  /(?:^|\/)(?:git|gh|hub|make|just|task|npx|bunx|pnpx|semantic-release|lerna|changeset|docker|podman|buildah|skopeo|cosign|curl|wget|bash|sh|zsh|python3?|node|ruby|perl|nox|tox|invoke|goreleaser|twine|helm|kubectl|source|eval)$/;
const quiet = new Set([
  ...[
    'echo',
    'printf',
    'cd',
    'mkdir',
    'cat',
    'ls',
    'test',
    '[',
    '[[',
    'true',
    'false',
    'set',
    'export',
    'cp',
    'mv',
    'rm',
    'tee',
  ],
  ...[
    'pytest',
    'ruff',
    'mypy',
    'black',
    'flake8',
    'pylint',
    'bandit',
    'coverage',
    'pip',
    'pip3',
    'pipx',
    'tar',
    'sed',
    'grep',
  ],
  ...['shellcheck', 'hadolint', 'actionlint', 'yamllint', 'cargo', 'go', 'jq', 'yq', 'sleep', 'env', 'apt-get', 'sudo'],
]);

/** Whether nothing in a job can need more of the token than reading the repository. */
export function onlyReads(workflow: GithubWorkflow, job: GithubJob): boolean {
  return job.root.get('uses') === undefined && !namesToken(workflow) && job.steps.every(isHarmless);
}

/** Whether a step neither pushes nor runs what nobody can see from here. */
export function isHarmless(step: GithubStep): boolean {
  if (step.uses) return readers.has(actionOf(step) ?? '');
  if (step.script === undefined || step.script.problems.length > 0) return false;
  return step.script.commands.every(({ words, name, args }) => {
    if (words.length === 0) return true;
    if (name === 'npm') return /^(?:ci|install|i|audit|--version|-v)$/.test(args[0]?.value ?? '');
    if (name === 'uv') {
      const verb = args[0]?.value ?? '';
      if (verb === 'run')
        return (
          args.slice(1).some(({ value }) => quiet.has(value ?? '')) &&
          !args.some(({ value }) => opaque.test(value ?? ''))
        );
      return /^(?:sync|lock|venv|pip|--version|python)$/.test(verb);
    }
    if (name === 'cargo' || name === 'go') return !args.some(({ value }) => value === 'publish' || value === 'run');
    return quiet.has(name ?? '') && !(name === 'sudo' && args.some(({ value }) => opaque.test(value ?? '')));
  });
}

/** Whether a workflow hands the token on by an expression. */
function namesToken({ expressions }: GithubWorkflow): boolean {
  return expressions.some(({ expression }) =>
    [...(expression ? contextReads(expression) : [])].some(
      ({ path }) =>
        (path[0] === 'secrets' && (path[1] === 'github_token' || path[1] === undefined || path[1] === '*')) ||
        (path[0] === 'github' && (path[1] === 'token' || path[1] === undefined)),
    ),
  );
}

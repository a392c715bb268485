import { calledAction, calledWorkflow } from '../../../artifacts/pipeline/called.ts';
import { contextReads, type Expression, subexpressions } from '../../../artifacts/pipeline/expression.ts';
import type { PlacedExpression } from '../../../artifacts/pipeline/github-expressions.ts';
import type { GithubAction, GithubJob, GithubWorkflow } from '../../../artifacts/pipeline/pipeline.ts';
import { isGithub } from '../../../artifacts/pipeline/steps.ts';
import type { Repository } from '../../../artifacts/repository.ts';
import { ListNode, MapNode, ScalarNode, type YamlNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';
import { meant } from '../../spelling.ts';

/** Functions with the least and the largest number of arguments: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#functions */
const functions: ReadonlyMap<string, readonly [least: number, most: number]> = new Map([
  ['contains', [2, 2]],
  ['startswith', [2, 2]],
  ['endswith', [2, 2]],
  ['format', [1, 255]],
  ['join', [1, 2]],
  ['tojson', [1, 1]],
  ['fromjson', [1, 1]],
  ['case', [3, 255]],
  ['hashfiles', [1, 255]],
  ['always', [0, 0]],
  ['cancelled', [0, 0]],
  ['success', [0, 255]],
  ['failure', [0, 255]],
]);
const special = new Set(['hashfiles', 'always', 'cancelled', 'success', 'failure']);
const contexts = new Set([
  ...['github', 'env', 'vars', 'job', 'jobs', 'steps', 'runner', 'secrets', 'strategy', 'matrix', 'needs', 'inputs'],
]);

/** Properties of the contexts that hold always the same: https://docs.github.com/en/actions/reference/workflows-and-actions/contexts */
const properties: Readonly<Record<string, ReadonlySet<string>>> = {
  github: new Set([
    ...['action', 'action_path', 'action_ref', 'action_repository', 'action_status', 'actor', 'actor_id', 'api_url'],
    ...['artifact_cache_size_limit', 'base_ref', 'env', 'event', 'event_name', 'event_path', 'graphql_url', 'head_ref'],
    ...['job', 'job_workflow_sha', 'output', 'path', 'ref', 'ref_name', 'ref_protected', 'ref_type', 'repository'],
    ...['repository_id', 'repository_owner', 'repository_owner_id', 'repository_visibility', 'repositoryurl'],
    ...['retention_days', 'run_attempt', 'run_id', 'run_number', 'secret_source', 'server_url', 'sha', 'state'],
    ...['step_summary', 'token', 'triggering_actor', 'workflow', 'workflow_ref', 'workflow_sha', 'workspace'],
  ]),
  runner: new Set(['name', 'os', 'arch', 'temp', 'tool_cache', 'debug', 'environment', 'workspace']),
  strategy: new Set(['fail-fast', 'job-index', 'job-total', 'max-parallel']),
  job: new Set([
    ...['container', 'services', 'status', 'check_run_id', 'workflow_file_path', 'workflow_ref', 'workflow_repository'],
    'workflow_sha',
  ]),
};
const stepProperties = new Set(['outputs', 'outcome', 'conclusion']);
const needProperties = new Set(['outputs', 'result']);

export const typedExpressions = defineRule({
  id: 'pipeline/typed-expressions',
  summary: 'An expression can be evaluated, and what it names exists',
  severity: 'error',
  preset: 'recommended',
  peers: ['actionlint:expression'],
  why: 'A name that does not exist, such as an output of a job that is not in needs, is an empty string: the step runs with nothing, or a condition is never true, and nobody is told. A wrong operator or a context that is not there yet stops the whole workflow.',
  source: 'https://docs.github.com/en/actions/reference/workflows-and-actions/contexts',
  messages: {
    syntax: { text: 'The expression cannot be read: {problem}', remedy: 'Correct the expression.' },
    function: { text: 'There is no function {name}', remedy: 'Use one of the functions of the expression language.' },
    arguments: {
      text: '{name} cannot be called with {count} arguments',
      remedy: 'Give it the arguments that it takes.',
    },
    placeholder: {
      text: 'The format names an argument {index} that is not given',
      remedy: 'Give format an argument for each number.',
    },
    json: {
      text: 'The text that {name} is given is no JSON',
      remedy: 'Correct the JSON, with names and texts in double quotes.',
    },
    object: {
      text: 'The context {name} as a whole becomes the word Object here',
      remedy: 'Name a property, or use toJSON.',
    },
    place: {
      text: '{name}() cannot be used here',
      remedy: 'Use it in if, where the status of a run is known, or hashFiles in a step.',
    },
    context: {
      text: 'There is no context {name}',
      remedy: 'Use one of the contexts, or put a string in single quotes.',
    },
    early: { text: 'The context {name} is not available here', remedy: 'Use what is known when this is evaluated.' },
    property: { text: '{path} does not exist', remedy: 'Name a property that the context has.' },
    misspelt: { text: '{path} does not exist', remedy: 'Write {near}.' },
    step: { text: 'No earlier step has the id {id}', remedy: 'Give the step that id, or name another one.' },
    needs: { text: '{id} is not among the needs of {job}', remedy: 'Add it to needs.' },
    output: { text: '{owner} has no output {name}', remedy: 'Declare the output, or name another one.' },
    matrix: { text: 'The matrix has no {name}', remedy: 'Add it to the matrix, or name another key.' },
    input: { text: 'There is no input {name}', remedy: 'Declare the input, or name another one.' },
  },
  examples: {
    bad: [
      {
        files: `
          on: push
          jobs:
            build:
              runs-on: ubuntu-24.04
              outputs:
                tag: \${{ steps.meta.outputs.tag }}
              steps:
                - id: meta
                  run: echo "\${{ steps.login.outputs.user }}" "\${{ github.head }}"
                - run: echo "\${{ 'a' + 'b' }}" "\${{ toJsn(github) }}"
            deploy:
              needs: [build]
              runs-on: \${{ matrix.os }}
              if: needs.test.result == 'success' && github.ref == "main"
              env:
                TAG: \${{ needs.build.outputs.version }}
                HOME_FOLDER: \${{ runner.temp }}
              steps:
                - run: echo "\${{ github.event.ref }"
        `,
        at: [9, 9, 10, 10, 13, 14, 16, 17, 19],
      },
      {
        files: `
          on:
            workflow_call:
              inputs:
                level:
                  type: string
          jobs:
            test:
              runs-on: ubuntu-24.04
              strategy:
                matrix:
                  python: ['3.13', '3.14']
                  include:
                    - python: '3.15'
                      experimental: true
              steps:
                - run: make test
                  if: \${{ needs.test.result == 'failure' || matrix.experimental || matrix.phyton }}
                  env:
                    LEVEL: \${{ inputs.levle }}
                    TEXT: \${{ format('{0} {1}', matrix.python) }}
                    LIST: \${{ join(fromJSON('[1]'), ',', 2) }}\${{ fromJSON('[a]')[0] }}
                - run: echo \${{ github }} \${{ toJSON(matrix) }}
        `,
        at: [17, 17, 19, 20, 21, 21, 22],
      },
    ],
    good: [
      `
        on:
          push:
          workflow_dispatch:
            inputs:
              level:
                default: info
        jobs:
          build:
            runs-on: ubuntu-24.04
            outputs:
              tag: \${{ steps.meta.outputs.tag }}
            steps:
              - id: meta
                uses: docker/metadata-action@v5
              - run: echo "\${{ steps.meta.outputs['tag'] }}"
                if: always() && !cancelled() && contains(fromJSON('["a", "b"]'), github.ref_name)
          test:
            needs: build
            if: \${{ !failure() && needs.build.result == 'success' }}
            strategy:
              matrix: \${{ fromJSON(needs.build.outputs.tag) }}
            runs-on: \${{ matrix.os || 'ubuntu-24.04' }}
            steps:
              - run: make \${{ inputs.level }} \${{ case(github.ref == 'a', 1, 2) }}
                env:
                  KEY: \${{ hashFiles('**/uv.lock') }}-\${{ github.event.inputs.level }}
      `,
    ],
  },
  check(pipeline, { report, repository }) {
    if (!isGithub(pipeline)) return;
    const known = new Known(pipeline, repository);
    for (const placed of pipeline.expressions) {
      const { problem, expression } = placed;
      if (problem) {
        report('syntax', placed.at({ ...problem, end: Math.max(problem.end, problem.start + 1) }), {
          problem: problem.message,
        });
      }
      if (expression === undefined) continue;
      for (const part of subexpressions(expression)) {
        if (part.kind !== 'call') continue;
        const name = part.name.toLowerCase();
        const limits = functions.get(name);
        const [least, most] = limits ?? [0, 0];
        const missing = missingArgument(part);
        if (!limits) report('function', placed.at(part), { name: part.name });
        else if (special.has(name) && !placed.functions.has(name))
          report('place', placed.at(part), { name: part.name });
        else if (part.args.length < least || part.args.length > most) {
          report('arguments', placed.at(part), { name: part.name, count: part.args.length });
        } else if (missing !== undefined) report('placeholder', placed.at(part), { index: missing });
        else if (isBrokenJson(part)) report('json', placed.at(part), { name: part.name });
      }
      for (const read of contextReads(expression)) {
        const [context = ''] = read.path;
        const where = placed.at(read);
        if (!contexts.has(context)) report('context', where, { name: read.text[0] ?? '' });
        else if (!placed.contexts.has(context)) report('early', where, { name: context });
        else if (expression.kind === 'context' && placed.path.at(-1) === 'run')
          report('object', where, { name: context });
        else {
          const wrong = known.wrong(placed, read.path, read.text);
          if (wrong?.code === 'property') {
            const { path, near } = wrong;
            if (near === undefined) report('property', where, { path });
            else report('misspelt', where, { path, near });
          } else if (wrong?.code === 'step') report('step', where, { id: wrong.id });
          else if (wrong?.code === 'needs') report('needs', where, { id: wrong.id, job: wrong.job });
          else if (wrong?.code === 'output') report('output', where, { owner: wrong.owner, name: wrong.name });
          else if (wrong?.code === 'matrix') report('matrix', where, { name: wrong.name });
          else if (wrong?.code === 'input') report('input', where, { name: wrong.name });
        }
      }
    }
  },
});

type Wrong =
  | { readonly code: 'property'; readonly path: string; readonly near: string | undefined }
  | { readonly code: 'step'; readonly id: string }
  | { readonly code: 'needs'; readonly id: string; readonly job: string }
  | { readonly code: 'output'; readonly owner: string; readonly name: string }
  | { readonly code: 'matrix' | 'input'; readonly name: string };

/** The number of a `{2}` that `format` is given no argument for. */
function missingArgument({ name, args }: Expression & { readonly kind: 'call' }): number | undefined {
  const [pattern] = args;
  if (name.toLowerCase() !== 'format' || pattern?.kind !== 'literal' || typeof pattern.value !== 'string')
    return undefined;
  const numbers = [...pattern.value.replace(/\{\{|\}\}/g, '').matchAll(/\{(\d+)\}/g)].map((match) => Number(match[1]));
  return numbers.find((number) => number + 1 >= args.length);
}

/** `fromJSON('{a: 1}')`, which stops the run. */
function isBrokenJson({ name, args }: Expression & { readonly kind: 'call' }): boolean {
  const [text] = args;
  if (name.toLowerCase() !== 'fromjson' || text?.kind !== 'literal' || typeof text.value !== 'string') return false;
  try {
    JSON.parse(text.value);
    return false;
  } catch {
    return true;
  }
}

/** What the names of one file stand for. */
class Known {
  readonly #pipeline: GithubWorkflow | GithubAction;
  readonly #repository: Repository;
  readonly #jobs: ReadonlyMap<string, GithubJob>;

  constructor(pipeline: GithubWorkflow | GithubAction, repository: Repository) {
    this.#pipeline = pipeline;
    this.#repository = repository;
    const jobs = pipeline.kind === 'github-workflow' ? pipeline.jobs : [];
    this.#jobs = new Map(jobs.map((job) => [job.id.toLowerCase(), job]));
  }

  /** What is wrong with a path that is read at a place; undefined where nothing is, or nobody can tell. */
  wrong(placed: PlacedExpression, path: readonly string[], text: readonly string[]): Wrong | undefined {
    const [context = '', first, second, third] = path;
    if (first === undefined || first === '*') return undefined;
    const written = text.join('.');
    const fixed = properties[context];
    if (fixed) return fixed.has(first) ? undefined : misspelt(written, text[1] ?? '', fixed);
    const job = placed.path[0] === 'jobs' ? this.#jobs.get((placed.path[1] ?? '').toLowerCase()) : undefined;
    if (context === 'inputs') return this.#input(first, text[1] ?? first);
    if (context === 'matrix') {
      const names = job && matrixKeys(job.root);
      return names === undefined || names.has(first) ? undefined : { code: 'matrix', name: text[1] ?? first };
    }
    if (context === 'needs' && job) {
      if (!job.needs.some((need) => need.source.toLowerCase() === first)) {
        return { code: 'needs', id: text[1] ?? first, job: job.id };
      }
      if (second === undefined || second === '*') return undefined;
      if (!needProperties.has(second)) return misspelt(written, text[2] ?? second, needProperties);
    }
    if (context === 'needs' || context === 'jobs') {
      return second === 'outputs' ? this.#output(first, third, text[3]) : undefined;
    }
    if (context !== 'steps') return undefined;
    return this.#step(placed, job, { id: first, property: second, output: third }, text);
  }

  #step(
    placed: PlacedExpression,
    job: GithubJob | undefined,
    { id, property, output }: { id: string; property: string | undefined; output: string | undefined },
    text: readonly string[],
  ): Wrong | undefined {
    const steps = (job?.root ?? this.#pipeline.root.map('runs'))?.list('steps');
    const own = job ? placed.path.slice(2) : placed.path.slice(1);
    const position = own[0] === 'steps' ? Number(own[1]) : Number.POSITIVE_INFINITY;
    if (steps === undefined || !steps.every((step) => step instanceof MapNode && !step.entries.has('parallel')))
      return undefined;
    const index = steps.findIndex((step) => step.text('id')?.toLowerCase() === id);
    if (index < 0 || index >= position) return { code: 'step', id: text[1] ?? id };
    if (property === undefined || property === '*') return undefined;
    if (!stepProperties.has(property)) return misspelt(text.join('.'), text[2] ?? property, stepProperties);
    if (property !== 'outputs' || output === undefined || output === '*') return undefined;
    const action = calledAction(this.#repository, this.#pipeline.file, steps[index]?.string('uses'));
    // What another kind of action sets at run time need not be declared.
    if (action === undefined || action.root.text('runs', 'using') !== 'composite') return undefined;
    const declared = names(action.root.get('outputs'));
    return declared.has(output)
      ? undefined
      : { code: 'output', owner: steps[index]?.string('uses') ?? id, name: text[3] ?? output };
  }

  #output(id: string, output: string | undefined, written: string | undefined): Wrong | undefined {
    const job = this.#jobs.get(id);
    if (job === undefined || output === undefined || output === '*') return undefined;
    const uses = job.root.get('uses');
    const called = uses && calledWorkflow(this.#repository, this.#pipeline.file, uses.string());
    if (uses && called === undefined) return undefined;
    const declared = called ? called.root.get('on', 'workflow_call', 'outputs') : job.root.get('outputs');
    if (declared instanceof ScalarNode && declared.value !== null) return undefined;
    return names(declared).has(output)
      ? undefined
      : { code: 'output', owner: `The job ${job.id}`, name: written ?? output };
  }

  #input(name: string, written: string): Wrong | undefined {
    const { root, kind } = this.#pipeline;
    const sources =
      kind === 'github-action'
        ? [root.get('inputs')]
        : [root.get('on', 'workflow_dispatch', 'inputs'), root.get('on', 'workflow_call', 'inputs')];
    return sources.some((source) => names(source).has(name)) ? undefined : { code: 'input', name: written };
  }
}

function misspelt(path: string, written: string, candidates: Iterable<string>): Wrong {
  return { code: 'property', path, near: meant(written, candidates) };
}

function names(node: YamlNode | undefined): ReadonlySet<string> {
  return new Set(node instanceof MapNode ? [...node.entries.keys()].map((name) => name.toLowerCase()) : []);
}

/** The keys of a job's matrix in lower case; undefined where they are computed. */
function matrixKeys(job: MapNode): ReadonlySet<string> | undefined {
  const strategy = job.get('strategy');
  if (strategy instanceof ScalarNode) return undefined;
  const matrix = strategy?.get('matrix');
  if (matrix === undefined) return new Set();
  if (!(matrix instanceof MapNode)) return undefined;
  const found = new Set<string>();
  for (const { name, value } of matrix.entries.values()) {
    if (name.includes('${{')) return undefined;
    if (name === 'include') {
      if (!(value instanceof ListNode)) return undefined;
      for (const item of value.items) {
        if (!(item instanceof MapNode)) return undefined;
        for (const key of item.entries.keys()) found.add(key.toLowerCase());
      }
    } else if (name !== 'exclude') found.add(name.toLowerCase());
  }
  return found;
}

import type { MapNode } from '../yaml/node.ts';
import type { Shape } from './syntax.ts';

/*
 * The syntax of GitHub's workflows and actions: keys, values, and the contexts that may be read at each place.
 * Sources: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax,
 * https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#context-availability and
 * workflow-v1.0.json and action-v1.0.json of https://github.com/actions/languageservices (August 2026).
 */

const any: Shape = {};
const text: Shape = { list: false, map: false };
const flag: Shape = { scalar: 'boolean', list: false, map: false };
const count: Shape = { scalar: 'number', list: false, map: false };
const texts: Shape = { items: text, map: false };
const words = (...scalar: readonly string[]): Shape => ({ scalar, list: false, map: false });

const base = ['github', 'inputs', 'vars'];
const afterNeeds = [...base, 'needs'];
const inMatrix = [...afterNeeds, 'strategy', 'matrix'];
const onRunner = [...inMatrix, 'steps', 'job', 'runner', 'env'];
const onRunnerWithSecrets = [...onRunner, 'secrets'];
const statusFunctions = ['always', 'success', 'failure', 'cancelled'];

const runnerText: Shape = { ...text, contexts: onRunnerWithSecrets };
const stepText: Shape = { ...runnerText, functions: ['hashfiles'] };

/** Activity types of the events that have any; an empty list: the event has none to choose from. */
export const eventTypes: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    branch_protection_rule: 'created edited deleted',
    check_run: 'completed created rerequested requested_action',
    check_suite: 'completed',
    create: '',
    delete: '',
    deployment: '',
    deployment_status: '',
    discussion:
      'created edited deleted transferred pinned unpinned labeled unlabeled locked unlocked category_changed answered unanswered',
    discussion_comment: 'created edited deleted',
    fork: '',
    gollum: '',
    image_version: 'created ready deleted',
    issue_comment: 'created edited deleted',
    issues:
      'opened edited deleted transferred pinned unpinned closed reopened assigned unassigned labeled unlabeled locked unlocked milestoned demilestoned field_added field_removed typed untyped',
    label: 'created edited deleted',
    merge_group: 'checks_requested',
    milestone: 'created closed opened edited deleted',
    page_build: '',
    project: 'created closed reopened edited deleted',
    project_card: 'created moved converted edited deleted',
    project_column: 'created updated moved deleted',
    public: '',
    pull_request:
      'assigned unassigned labeled unlabeled opened edited closed reopened synchronize converted_to_draft locked unlocked enqueued dequeued milestoned demilestoned ready_for_review review_requested review_request_removed auto_merge_enabled auto_merge_disabled stacked',
    pull_request_comment: 'created edited deleted',
    pull_request_review: 'submitted edited dismissed',
    pull_request_review_comment: 'created edited deleted',
    pull_request_target:
      'assigned unassigned labeled unlabeled opened edited closed reopened synchronize converted_to_draft locked unlocked enqueued dequeued milestoned demilestoned ready_for_review review_requested review_request_removed auto_merge_enabled auto_merge_disabled stacked',
    push: '',
    registry_package: 'published updated',
    release: 'published unpublished created edited deleted prereleased released',
    repository_dispatch: '',
    schedule: '',
    status: '',
    watch: 'started',
    workflow_call: '',
    workflow_dispatch: '',
    workflow_run: 'requested completed in_progress',
  }).map(([name, types]) => [name, types.split(' ').filter((type) => type !== '')]),
);

const branches = { branches: texts, 'branches-ignore': texts };
const paths = { paths: texts, 'paths-ignore': texts };
const filters: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  push: { ...branches, ...paths, tags: texts, 'tags-ignore': texts },
  pull_request: { ...branches, ...paths },
  pull_request_target: { ...branches, ...paths },
  merge_group: branches,
  workflow_run: { ...branches, workflows: texts },
  image_version: { names: texts, versions: texts },
  repository_dispatch: { types: texts },
};

const dispatchInput: Shape = {
  title: 'an input of workflow_dispatch',
  list: false,
  keys: {
    description: text,
    deprecationMessage: text,
    required: flag,
    default: text,
    type: words('string', 'boolean', 'number', 'environment', 'choice'),
    options: texts,
  },
};
const callInput: Shape = {
  title: 'an input of workflow_call',
  list: false,
  required: ['type'],
  keys: {
    description: text,
    deprecationMessage: text,
    required: flag,
    default: { ...text, contexts: base },
    type: words('string', 'boolean', 'number'),
  },
};
const special: Readonly<Record<string, Shape>> = {
  schedule: {
    map: false,
    items: { title: 'a schedule', required: ['cron'], keys: { cron: text, timezone: text } },
  },
  workflow_dispatch: {
    title: 'workflow_dispatch',
    list: false,
    keys: { inputs: { list: false, rest: dispatchInput } },
  },
  workflow_call: {
    title: 'workflow_call',
    list: false,
    keys: {
      inputs: { list: false, rest: callInput },
      outputs: {
        list: false,
        rest: {
          title: 'an output of workflow_call',
          required: ['value'],
          keys: { description: text, value: { ...text, contexts: [...base, 'jobs'] } },
        },
      },
      secrets: {
        list: false,
        rest: {
          title: 'a secret of workflow_call',
          keys: { description: text, required: flag, deprecationMessage: text },
        },
      },
    },
  },
};

function eventShape(name: string, types: readonly string[]): Shape {
  const known = types.length > 0 ? { types: { items: words(...types), scalar: types, map: false as const } } : {};
  return special[name] ?? { title: name, list: false, keys: { ...known, ...filters[name] } };
}

const events: Shape = {
  title: 'on',
  scalar: [...eventTypes.keys()],
  items: words(...eventTypes.keys()),
  keys: Object.fromEntries([...eventTypes].map(([name, types]) => [name, eventShape(name, types)])),
};

const level = words('read', 'write', 'none');
/** The scopes of the token. */
export const permissionScopes = [
  'actions',
  'artifact-metadata',
  'attestations',
  'checks',
  'code-quality',
  'contents',
  'copilot-requests',
  'deployments',
  'discussions',
  'drives',
  'id-token',
  'issues',
  'models',
  'packages',
  'pages',
  'pull-requests',
  'repository-projects',
  'security-events',
  'statuses',
  'vulnerability-alerts',
] as const;
const permissions: Shape = {
  title: 'permissions',
  list: false,
  scalar: ['read-all', 'write-all'],
  keys: {
    ...Object.fromEntries(permissionScopes.map((scope) => [scope, level])),
    'copilot-requests': words('write', 'none'),
    'id-token': words('write', 'none'),
    models: words('read', 'none'),
    'vulnerability-alerts': words('read', 'none'),
  },
};

const concurrency = (contexts: readonly string[]): Shape => ({
  title: 'concurrency',
  list: false,
  contexts,
  required: ['group'],
  keys: { group: text, 'cancel-in-progress': flag, queue: words('single', 'max') },
});
const defaults = (contexts: readonly string[]): Shape => ({
  title: 'defaults',
  list: false,
  scalar: 'none',
  keys: {
    run: { title: 'run', list: false, scalar: 'none', contexts, keys: { shell: text, 'working-directory': text } },
  },
});

const environment: Shape = {
  title: 'environment',
  list: false,
  contexts: inMatrix,
  required: ['name'],
  keys: { name: text, url: { ...text, contexts: onRunner }, deployment: flag },
};
const credentials: Shape = {
  title: 'credentials',
  list: false,
  contexts: [...base, 'secrets', 'env'],
  keys: { username: text, password: text },
};
const containerKeys: Readonly<Record<string, Shape>> = {
  image: text,
  credentials,
  env: { list: false, rest: runnerText },
  ports: texts,
  volumes: texts,
  options: text,
};
const container: Shape = { title: 'container', list: false, contexts: inMatrix, keys: containerKeys };
const service: Shape = { title: 'a service', list: false, keys: { ...containerKeys, entrypoint: text, command: text } };

const stepCondition: Shape = {
  list: false,
  map: false,
  condition: true,
  contexts: onRunner,
  functions: [...statusFunctions, 'hashfiles'],
};
const stepKeys: Readonly<Record<string, Shape>> = {
  name: stepText,
  id: text,
  if: stepCondition,
  'timeout-minutes': { ...stepText, scalar: 'number' },
  'continue-on-error': { ...stepText, scalar: 'boolean' },
  env: { list: false, contexts: onRunnerWithSecrets, functions: ['hashfiles'], rest: stepText },
  background: flag,
};
const step: Shape = {
  title: 'a step',
  list: false,
  scalar: 'none',
  choose: (map: MapNode): Shape => {
    const { name, id } = stepKeys as { name: Shape; id: Shape };
    const joining = { name, id, 'continue-on-error': stepKeys['continue-on-error'] ?? any };
    if (map.entries.has('uses')) {
      const using = { list: false, contexts: onRunnerWithSecrets, functions: ['hashfiles'], rest: stepText } as const;
      return { title: 'a step with uses', keys: { ...stepKeys, uses: text, with: using } };
    }
    if (map.entries.has('wait')) return { title: 'a step with wait', keys: { ...joining, wait: texts } };
    if (map.entries.has('wait-all')) return { title: 'a step with wait-all', keys: { ...joining, 'wait-all': any } };
    if (map.entries.has('cancel')) return { title: 'a step with cancel', keys: { ...joining, cancel: text } };
    if (map.entries.has('parallel')) return { title: 'a step with parallel', keys: { parallel: { items: step } } };
    return {
      title: 'a step with run',
      required: ['run'],
      keys: { ...stepKeys, run: stepText, 'working-directory': stepText, shell: text },
    };
  },
};

const strategy: Shape = {
  title: 'strategy',
  list: false,
  contexts: afterNeeds,
  keys: { 'fail-fast': flag, 'max-parallel': count, matrix: { list: false } },
};
const jobCondition: Shape = {
  list: false,
  map: false,
  condition: true,
  contexts: afterNeeds,
  functions: statusFunctions,
};
const sharedJobKeys: Readonly<Record<string, Shape>> = {
  name: { ...text, contexts: inMatrix },
  needs: texts,
  if: jobCondition,
  permissions,
  concurrency: concurrency(inMatrix),
  strategy,
};
const callingJob: Shape = {
  title: 'a job that calls a workflow',
  keys: {
    ...sharedJobKeys,
    uses: text,
    with: { list: false, rest: { ...text, contexts: inMatrix } },
    secrets: { list: false, scalar: ['inherit'], rest: { ...text, contexts: [...inMatrix, 'secrets'] } },
  },
};
const job: Shape = {
  title: 'a job',
  list: false,
  scalar: 'none',
  choose: (map: MapNode): Shape =>
    map.entries.has('uses')
      ? callingJob
      : {
          title: 'a job',
          required: ['runs-on', 'steps'],
          keys: {
            ...sharedJobKeys,
            'runs-on': {
              title: 'runs-on',
              contexts: inMatrix,
              items: text,
              keys: { group: text, labels: texts },
            },
            environment,
            outputs: { list: false, rest: runnerText },
            env: { list: false, contexts: [...inMatrix, 'secrets'], rest: text },
            defaults: defaults([...inMatrix, 'env']),
            steps: { map: false, items: step },
            'timeout-minutes': { ...count, contexts: inMatrix },
            'cancel-timeout-minutes': { ...count, contexts: inMatrix },
            'continue-on-error': { ...flag, contexts: inMatrix },
            container,
            services: { list: false, contexts: inMatrix, rest: service },
            snapshot: {
              title: 'snapshot',
              list: false,
              required: ['image-name'],
              keys: {
                'image-name': text,
                version: text,
                if: { ...jobCondition, contexts: inMatrix, functions: [] },
              },
            },
          },
        },
};

/** A file of `.github/workflows`. */
export const workflowShape: Shape = {
  title: 'a workflow',
  required: ['on', 'jobs'],
  keys: {
    name: text,
    description: text,
    'run-name': { ...text, contexts: base },
    on: events,
    permissions,
    env: { list: false, contexts: [...base, 'secrets'], rest: text },
    defaults: defaults([]),
    concurrency: concurrency(base),
    jobs: { title: 'jobs', list: false, rest: job },
  },
};

const inAction = ['github', 'inputs', 'strategy', 'matrix', 'steps', 'job', 'runner', 'env'];
const actionText: Shape = { ...text, contexts: inAction, functions: ['hashfiles'] };
const actionStepKeys: Readonly<Record<string, Shape>> = {
  name: actionText,
  id: text,
  if: { ...text, condition: true, contexts: inAction, functions: [...statusFunctions, 'hashfiles'] },
  env: { list: false, contexts: inAction, functions: ['hashfiles'], rest: text },
  'continue-on-error': { ...flag, contexts: inAction, functions: ['hashfiles'] },
};
const actionStep: Shape = {
  title: 'a step',
  list: false,
  choose: (map: MapNode): Shape =>
    map.entries.has('uses')
      ? {
          title: 'a step with uses',
          keys: {
            ...actionStepKeys,
            uses: text,
            with: { list: false, contexts: inAction, functions: ['hashfiles'], rest: text },
          },
        }
      : {
          title: 'a step with run',
          required: ['run', 'shell'],
          keys: { ...actionStepKeys, run: actionText, shell: actionText, 'working-directory': actionText },
        },
};
const actionCondition: Shape = {
  ...text,
  condition: true,
  contexts: ['runner', 'github', 'job', 'strategy', 'matrix', 'env', 'inputs'],
  functions: [...statusFunctions, 'hashfiles'],
};

/** An `action.yml`. What it says about itself is open: GitHub reads over keys that it does not know. */
export const actionShape: Shape = {
  title: 'an action',
  keys: {
    inputs: {
      list: false,
      rest: {
        keys: {
          default: {
            ...text,
            contexts: ['github', 'strategy', 'matrix', 'job', 'runner'],
            functions: ['hashfiles'],
          },
        },
        rest: any,
      },
    },
    outputs: {
      list: false,
      rest: { keys: { value: { ...text, contexts: inAction } }, rest: any },
    },
    runs: {
      title: 'runs',
      list: false,
      required: ['using'],
      choose: (map: MapNode): Shape => {
        const using = { using: text };
        if (map.text('using') === 'composite')
          return { keys: { ...using, steps: { map: false, items: actionStep } }, required: ['using', 'steps'] };
        const hooks = { 'pre-if': actionCondition, 'post-if': actionCondition };
        if (map.text('using') === 'docker') {
          const given: Shape = { contexts: ['inputs'] };
          const entries = { entrypoint: text, 'pre-entrypoint': text, 'post-entrypoint': text };
          return {
            keys: { ...using, ...hooks, ...entries, image: text, args: given, env: given },
            required: ['using', 'image'],
          };
        }
        return { keys: { ...using, ...hooks, main: text, pre: text, post: text }, required: ['using', 'main'] };
      },
    },
  },
  rest: any,
};

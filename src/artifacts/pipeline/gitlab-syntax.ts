import type { Shape } from './syntax.ts';

/*
 * The keywords of GitLab's pipelines. Source: https://docs.gitlab.com/ci/yaml/ and GitLab's own schema,
 * app/assets/javascripts/editor/schema/ci.json (2026). Values are not judged: GitLab takes most things in several forms.
 */

const any: Shape = {};
const open = (...names: readonly string[]): Readonly<Record<string, Shape>> =>
  Object.fromEntries(names.map((name) => [name, any]));

const inheritable = [
  ...[
    'after_script',
    'artifacts',
    'before_script',
    'cache',
    'hooks',
    'id_tokens',
    'identity',
    'image',
    'interruptible',
  ],
  ...['retry', 'services', 'tags', 'timeout'],
];
const artifacts: Shape = {
  title: 'artifacts',
  keys: open('paths', 'exclude', 'expose_as', 'name', 'untracked', 'when', 'access', 'expire_in', 'reports', 'public'),
};
const ruleKeys = ['if', 'changes', 'exists', 'variables', 'when', 'auto_cancel'];
const jobRuleKeys = [...ruleKeys, 'start_in', 'allow_failure', 'needs', 'interruptible', 'manual_confirmation'];
const environment: Shape = {
  title: 'environment',
  keys: open('name', 'url', 'on_stop', 'action', 'auto_stop_in', 'kubernetes', 'deployment_tier'),
};
const job: Shape = {
  title: 'a job',
  keys: {
    ...open(...inheritable),
    ...open('script', 'run', 'stage', 'only', 'except', 'extends', 'needs', 'variables', 'inputs', 'secrets', 'when'),
    ...open('allow_failure', 'start_in', 'manual_confirmation', 'dependencies', 'release', 'coverage', 'parallel'),
    ...open('resource_group', 'trigger', 'inherit', 'publish', 'pages', 'type', 'dast_configuration'),
    artifacts,
    environment,
    rules: { items: { title: 'a rule', keys: open(...jobRuleKeys) } },
  },
};

/** A job of a `.gitlab-ci.yml`. */
export const gitlabJobShape = job;

/** What stands in a `.gitlab-ci.yml` besides jobs. */
export const gitlabShape: Shape = {
  title: 'the pipeline',
  keys: {
    default: { title: 'default', keys: { ...open(...inheritable), artifacts } },
    workflow: {
      title: 'workflow',
      keys: { name: any, auto_cancel: any, rules: { items: { title: 'a rule', keys: open(...ruleKeys) } } },
    },
  },
  rest: any,
};

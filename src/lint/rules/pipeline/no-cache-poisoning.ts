import type { GithubStep, GithubWorkflow } from '../../../artifacts/pipeline/pipeline.ts';
import { actionOf, majorOf, versionOf } from '../../../artifacts/pipeline/uses.ts';
import { MapNode, type YamlNode } from '../../../artifacts/yaml/node.ts';
import type { Edit } from '../../edit.ts';
import { defineRule } from '../../rule.ts';
import { removeKey, setPath } from '../../yaml-edit.ts';

/** Actions that restore a cache when an input says so, and whether they do without being asked. */
const switches: Readonly<Record<string, { readonly input: string; readonly on: RegExp; readonly unasked?: true }>> = {
  'actions/setup-python': { input: 'cache', on: /^(?:pip|pipenv|poetry)$/ },
  'actions/setup-node': { input: 'cache', on: /^(?:npm|yarn|pnpm)$/ },
  'actions/setup-java': { input: 'cache', on: /^(?:maven|gradle|sbt)$/ },
  'actions/setup-dotnet': { input: 'cache', on: /^true$/i },
  'actions/setup-go': { input: 'cache', on: /^true$/i, unasked: true },
  'astral-sh/setup-uv': { input: 'enable-cache', on: /^true$/i },
  'ruby/setup-ruby': { input: 'bundler-cache', on: /^true$/i },
};
const caches = new Set([
  'actions/cache',
  'actions/cache/restore',
  'swatinem/rust-cache',
  'mozilla-actions/sccache-action',
]);
const publishers = new Set([
  ...[
    'pypa/gh-action-pypi-publish',
    'rubygems/release-gem',
    'goreleaser/goreleaser-action',
    'softprops/action-gh-release',
  ],
  ...[
    'jreleaser/release-action',
    'redhat-actions/push-to-registry',
    'ncipollo/release-action',
    'js-devtools/npm-publish',
  ],
]);

export const noCachePoisoning = defineRule({
  id: 'pipeline/no-cache-poisoning',
  summary: 'What is released is not built from a cache',
  severity: 'warning',
  preset: 'recommended',
  peers: ['zizmor:cache-poisoning'],
  why: 'Every workflow of the default branch can write the caches that a release restores. Code that got into one of them once, by a bad dependency or a stolen token, ends up in the package that everyone installs.',
  source: 'https://docs.zizmor.sh/audits/#cache-poisoning',
  messages: {
    cached: { text: '{action} restores a cache into a release', remedy: 'Build releases without the cache.' },
  },
  examples: {
    bad: [
      {
        files: `
          on:
            release:
              types: [published]
          jobs:
            publish:
              runs-on: ubuntu-24.04
              steps:
                - uses: astral-sh/setup-uv@e4db8464a088ece1b920f60402e813ea4de65b8f # v4.2.0
                  with:
                    enable-cache: true
                - uses: actions/setup-node@2028fbc5c25fe9cf00d9f06a71cc4710d4507903 # v6.0.0
                  with:
                    node-version: 24
                    cache: npm
                - run: uv publish
        `,
        at: [8, 11],
        fixed: `
          on:
            release:
              types: [published]
          jobs:
            publish:
              runs-on: ubuntu-24.04
              steps:
                - uses: astral-sh/setup-uv@e4db8464a088ece1b920f60402e813ea4de65b8f # v4.2.0
                  with:
                    enable-cache: false
                - uses: actions/setup-node@2028fbc5c25fe9cf00d9f06a71cc4710d4507903 # v6.0.0
                  with:
                    node-version: 24
                - run: uv publish
        `,
      },
    ],
    good: [
      `
        on:
          push:
            tags: ['v*']
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - uses: actions/setup-node@2028fbc5c25fe9cf00d9f06a71cc4710d4507903 # v6.0.0
                with:
                  cache: npm
              - run: npm test
      `,
      {
        files: `
          on:
            push:
              branches: [main]
              tags: ['v*']
          jobs:
            publish:
              runs-on: ubuntu-24.04
              steps:
                - uses: astral-sh/setup-uv@e4db8464a088ece1b920f60402e813ea4de65b8f # v4.2.0
                  with:
                    enable-cache: \${{ !startsWith(github.ref, 'refs/tags/') }}
                - run: uv publish
        `,
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'github-workflow' || !releases(pipeline)) return;
    for (const job of pipeline.jobs) {
      for (const step of job.steps) {
        const action = actionOf(step);
        if (!step.uses || action === undefined || step.root.get('if')) continue;
        const fix = restores(step, action);
        if (fix) report('cached', step.uses, { action }, { fix });
      }
    }
  },
});

/** Whether a workflow runs for releases alone, and publishes something. */
function releases({ triggers, jobs }: GithubWorkflow): boolean {
  const push = triggers.get('push');
  const tagsOnly = push instanceof MapNode && push.entries.has('tags') && !push.entries.has('branches');
  const other = [...triggers.keys()].some(
    (name) => name !== 'release' && name !== 'push' && name !== 'workflow_dispatch',
  );
  if (other || !(triggers.has('release') || tagsOnly) || (push && !tagsOnly)) return false;
  return jobs.some(({ steps }) => steps.some(publishes));
}

function publishes(step: GithubStep): boolean {
  const action = actionOf(step);
  if (action !== undefined && publishers.has(action)) return true;
  if (action === 'docker/build-push-action') return step.root.text('with', 'push')?.toLowerCase() === 'true';
  return (
    step.script?.commands.some(({ name, args }) => {
      const words = args.map(({ value }) => value);
      if (name === 'docker' || name === 'podman') return words.includes('push') || words.includes('--push');
      if (name === 'gh') return words[0] === 'release' && (words[1] === 'create' || words[1] === 'upload');
      if (name === 'twine') return words.includes('upload');
      return (
        /^(?:npm|pnpm|yarn|uv|poetry|hatch|pdm|cargo|flit)$/.test(name ?? '') &&
        words.includes('publish') &&
        !words.includes('--dry-run')
      );
    }) ?? false
  );
}

/** The edits that switch a step's cache off (there may be none); undefined where it restores none or nobody can tell. */
function restores(step: GithubStep, action: string): readonly Edit[] | undefined {
  const given = step.root.map('with');
  if (caches.has(action)) return given?.text('lookup-only') === undefined ? [] : undefined;
  if (action === 'docker/build-push-action')
    return /\btype=gha\b/.test(given?.text('cache-from') ?? '') ? [] : undefined;
  const known = switches[action];
  const value: YamlNode | undefined = given?.get(known?.input ?? '');
  if (known === undefined) return undefined;
  if (value === undefined) {
    const asks = known.unasked === true && (majorOf(step.uses && versionOf(step.uses)) ?? 0) >= 4;
    return asks ? setPath(step.root, ['with', known.input], 'false') : undefined;
  }
  if (!known.on.test(value.text() ?? '')) return undefined;
  if (/^true$/i.test(value.text() ?? '')) return setPath(step.root, ['with', known.input], 'false');
  return given ? removeKey(given, known.input) : [];
}

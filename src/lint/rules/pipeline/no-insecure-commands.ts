import { githubSteps } from '../../../artifacts/pipeline/steps.ts';
import { MapNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';
import { removeKey } from '../../yaml-edit.ts';

const name = 'ACTIONS_ALLOW_UNSECURE_COMMANDS';

export const noInsecureCommands = defineRule({
  id: 'pipeline/no-insecure-commands',
  summary: 'The commands that GitHub switched off stay off',
  severity: 'error',
  preset: 'recommended',
  peers: ['zizmor:insecure-commands', 'checkov:CKV_GHA_1'],
  why: 'ACTIONS_ALLOW_UNSECURE_COMMANDS brings ::set-env and ::add-path back. Then every program that prints a text of strangers, a log line or a test name, can set variables such as LD_PRELOAD and run code.',
  source: 'https://docs.zizmor.sh/audits/#insecure-commands',
  messages: {
    allowed: {
      text: 'Whatever is printed can set variables and the path',
      remedy: 'Remove it, and write to $GITHUB_ENV and $GITHUB_PATH.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on: push
          env:
            ACTIONS_ALLOW_UNSECURE_COMMANDS: true
            LEVEL: info
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: make test
        `,
        at: [3],
        fixed: `
          on: push
          env:
            LEVEL: info
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: make test
        `,
      },
    ],
    good: [
      `
        on: push
        env:
          ACTIONS_ALLOW_UNSECURE_COMMANDS: false
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: echo "$HOME/.local/bin" >> "$GITHUB_PATH"
      `,
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'github-workflow' && pipeline.kind !== 'github-action') return;
    const jobs = pipeline.kind === 'github-workflow' ? pipeline.jobs.map(({ root }) => root) : [];
    const steps = githubSteps(pipeline);
    const used = steps.some(({ step }) => /::(?:set-env|add-path)\b/.test(step.run?.source ?? '') || step.uses);
    for (const owner of [pipeline.root, ...jobs, ...steps.map(({ step }) => step.root)]) {
      const env = owner.get('env');
      const value = env?.get(name);
      if (!(env instanceof MapNode) || !value || value.text()?.toLowerCase() !== 'true') continue;
      report('allowed', env.entry(name)?.key ?? value, {}, { fix: used ? [] : removeKey(env, name) });
    }
  },
});

import { githubSteps, isGithub } from '../../../artifacts/pipeline/steps.ts';
import { parseUses } from '../../../artifacts/pipeline/uses.ts';
import { defineRule } from '../../rule.ts';

export const actionReferenceValid = defineRule({
  id: 'pipeline/action-reference-valid',
  summary: 'A uses names an action, an image or a workflow in a form that GitHub knows',
  severity: 'error',
  preset: 'recommended',
  peers: ['actionlint:action', 'zizmor:obfuscation'],
  why: 'GitHub refuses a workflow in which a uses has none of the known forms. The usual cause is a missing ./ in front of a path or a missing owner. A path with .. or // in it works, and hides from every tool which action is run.',
  source: 'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsuses',
  messages: {
    form: { text: '{uses} names no action', remedy: 'Write owner/repository@ref, ./path or docker://image.' },
    local: { text: 'A path of the same repository has no version', remedy: 'Remove the @ and what follows.' },
    workflow: {
      text: '{uses} names no workflow',
      remedy: 'Write owner/repository/.github/workflows/file@ref, or ./.github/workflows/file.',
    },
    winding: { text: 'The path of {uses} is not written plainly', remedy: 'Leave out empty parts, . and ...' },
  },
  examples: {
    bad: [
      {
        files: `
          on: push
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - uses: checkout@v5
                - uses: .github/actions/set-up
                - uses: actions/cache//restore/../save@v4
            deploy:
              uses: ./.github/workflows/deploy.yml@main
            release:
              uses: acme/release.yml@v1
        `,
        at: [6, 7, 8, 10, 12],
      },
    ],
    good: [
      `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - uses: actions/checkout@v5
              - uses: ./.github/actions/set-up
              - uses: ./
              - uses: docker://alpine:3.22
              - uses: github/codeql-action/init@v4
          deploy:
            uses: ./.github/workflows/deploy.yml
      `,
    ],
  },
  check(pipeline, { report }) {
    if (!isGithub(pipeline)) return;
    for (const { step } of githubSteps(pipeline)) {
      const text = step.uses?.string();
      if (!step.uses || text === undefined || text.includes('${{')) continue;
      const [path = ''] = text.split('@');
      const parsed = parseUses(text);
      if (/^\.[^/]|^[^/]*$/.test(path) && parsed?.kind !== 'docker' && !/^\.\.?(?:\/|$)/.test(path))
        report('form', step.uses, { uses: text });
      else if (parsed?.kind !== 'docker' && /[^.]\/(?:\/|\.{1,2}(?:\/|$))/.test(path))
        report('winding', step.uses, { uses: text });
    }
    for (const { root } of pipeline.kind === 'github-workflow' ? pipeline.jobs : []) {
      const uses = root.get('uses');
      const text = uses?.string();
      if (!uses || text === undefined || text.includes('${{')) continue;
      if (/^\.\/.*@/.test(text)) report('local', uses);
      else if (!/^(?:\.|\$)\/|^[^/@]+\/[^/@]+\/[^@]+@.+$/.test(text)) report('workflow', uses, { uses: text });
    }
  },
});

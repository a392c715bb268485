import { defineRule } from '../../rule.ts';

export const actionsPinnedBySha = defineRule({
  id: 'pipeline/actions-pinned-by-sha',
  summary: 'Third-party actions are pinned by a full commit SHA',
  severity: 'warning',
  preset: 'recommended',
  peers: ['zizmor:unpinned-uses'],
  why: "A tag or branch of an action can be moved to other code at any time, and that code runs with the workflow's token and secrets. A full commit SHA is the only immutable reference.",
  source: 'https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions',
  messages: {
    unpinned: {
      text: '{action} is referenced by {reference}, which can be moved',
      remedy: 'Pin the full commit SHA and keep the tag in a comment.',
    },
    missing: { text: '{action} names no version', remedy: 'Pin the full commit SHA.' },
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
                - uses: actions/checkout@v5
        `,
        at: [6],
      },
    ],
    good: [
      `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
              - uses: ./.github/actions/set-up
              - uses: $/.github/actions/set-up
      `,
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'github-workflow' && pipeline.kind !== 'github-action') return;
    const steps = pipeline.kind === 'github-action' ? pipeline.steps : pipeline.jobs.flatMap((job) => job.steps);
    const reusable = pipeline.kind === 'github-workflow' ? pipeline.jobs.map((job) => job.root.get('uses')) : [];
    for (const uses of [...steps.map((step) => step.uses), ...reusable]) {
      const text = uses?.string();
      if (uses === undefined || text === undefined || /^(?:\.\.?|\$)\/|^docker:|\$\{\{/.test(text)) continue;
      const [action = '', reference] = text.split('@');
      if (reference === undefined) report('missing', uses, { action });
      else if (!/^[0-9a-f]{40}$/.test(reference)) report('unpinned', uses, { action, reference });
    }
  },
});

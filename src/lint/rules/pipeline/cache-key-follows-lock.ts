import { defineRule } from '../../rule.ts';

export const cacheKeyFollowsLock = defineRule({
  id: 'pipeline/cache-key-follows-lock',
  summary: 'A cache is renewed when its contents change',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'A cache of GitHub is never overwritten: under a key that always stays the same the first run saves it, and all later runs restore the packages of that day and download the rest again.',
  source: 'https://docs.github.com/en/actions/reference/workflows-and-actions/dependency-caching',
  messages: {
    constant: {
      text: 'The key of the cache is the same for all contents',
      remedy: 'Add hashFiles of the lock file to the key.',
    },
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
                - uses: actions/cache@0057852bfaa89a56745cba8c7296529d2fc39830 # v4.3.0
                  with:
                    path: ~/.cache/pip
                    key: \${{ runner.os }}-pip
                - run: make test
        `,
        at: [9],
      },
    ],
    good: [
      `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - uses: actions/cache@0057852bfaa89a56745cba8c7296529d2fc39830 # v4.3.0
                with:
                  path: ~/.cache/pip
                  key: \${{ runner.os }}-pip-\${{ hashFiles('requirements.txt') }}
              - uses: actions/cache/restore@0057852bfaa89a56745cba8c7296529d2fc39830 # v4.3.0
                with:
                  path: model
                  key: model-v3
              - uses: actions/cache@0057852bfaa89a56745cba8c7296529d2fc39830 # v4.3.0
                with:
                  path: tool
                  key: tool-1.4.2
      `,
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'github-workflow' && pipeline.kind !== 'github-action') return;
    const steps = pipeline.kind === 'github-action' ? pipeline.steps : pipeline.jobs.flatMap((job) => job.steps);
    for (const { uses, root } of steps) {
      const key = root.get('with', 'key');
      const text = key?.text();
      if (!uses || !/^actions\/cache@/.test(uses.source) || !key || text === undefined) continue;
      const expressions = [...text.matchAll(/\$\{\{(.*?)\}\}/g)].map((match) => match[1]?.trim() ?? '');
      // A version or date in the key is somebody's way to renew it.
      const plain = text.replace(/\$\{\{.*?\}\}/g, '');
      if (!/\d/.test(plain) && expressions.every((expression) => constant.test(expression))) report('constant', key);
    }
  },
});

/** Expressions that say nothing about what is cached. */
const constant = /^(?:runner\.(?:os|arch)|github\.(?:job|workflow|ref|ref_name|head_ref|base_ref|repository))$/;

import { githubSteps } from '../../../artifacts/pipeline/steps.ts';
import { actionOf } from '../../../artifacts/pipeline/uses.ts';
import { defineRule } from '../../rule.ts';

const pypi = /^https:\/\/(?:upload|test)\.pypi\.org\/legacy\/?$/;

export const trustedPublishing = defineRule({
  id: 'pipeline/trusted-publishing',
  summary: 'Packages are published without a stored token',
  severity: 'info',
  preset: 'recommended',
  peers: ['zizmor:use-trusted-publishing'],
  why: 'PyPI takes the identity of the workflow in place of a token. There is then no long-lived secret that can be stolen, forgotten or used from elsewhere.',
  source: 'https://docs.pypi.org/trusted-publishers/',
  messages: {
    token: {
      text: 'The package is published with a stored token',
      remedy: 'Set up a trusted publisher, give the job id-token: write, and drop the token.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on: release
          jobs:
            publish:
              runs-on: ubuntu-24.04
              steps:
                - uses: pypa/gh-action-pypi-publish@76f52bc884231f62b9a034ebfe128415bbaabdfc # v1.12.4
                  with:
                    password: \${{ secrets.PYPI_TOKEN }}
                - run: uv publish
                  env:
                    UV_PUBLISH_TOKEN: \${{ secrets.PYPI_TOKEN }}
        `,
        at: [8, 11],
      },
    ],
    good: [
      `
        on: release
        jobs:
          publish:
            permissions:
              id-token: write
            runs-on: ubuntu-24.04
            steps:
              - uses: pypa/gh-action-pypi-publish@76f52bc884231f62b9a034ebfe128415bbaabdfc # v1.12.4
              - uses: pypa/gh-action-pypi-publish@76f52bc884231f62b9a034ebfe128415bbaabdfc # v1.12.4
                with:
                  repository-url: https://pypi.example.com/simple
                  password: \${{ secrets.INTERNAL }}
              - run: uv publish --publish-url https://pypi.example.com/simple
                env:
                  UV_PUBLISH_TOKEN: \${{ secrets.INTERNAL }}
      `,
    ],
  },
  check(pipeline, { report }) {
    for (const { step } of githubSteps(pipeline)) {
      if (actionOf(step) === 'pypa/gh-action-pypi-publish') {
        const url = step.root.text('with', 'repository-url') ?? step.root.text('with', 'repository_url');
        const password = step.root.entry('with', 'password');
        if (password && (url === undefined || pypi.test(url))) report('token', password.key);
      }
      const token = step.root.entry('env', 'UV_PUBLISH_TOKEN');
      const publishes = step.script?.commands.some(
        ({ name, args }) =>
          name === 'uv' &&
          args[0]?.value === 'publish' &&
          !args.some(({ text }) => /^--(?:publish-url|index)\b/.test(text)),
      );
      const elsewhere = step.root.get('env', 'UV_PUBLISH_URL') ?? step.root.get('env', 'UV_PUBLISH_INDEX');
      if (token && publishes && !elsewhere) report('token', token.key);
    }
  },
});

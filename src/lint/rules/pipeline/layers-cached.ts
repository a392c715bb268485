import { defineRule } from '../../rule.ts';

export const layersCached = defineRule({
  id: 'pipeline/layers-cached',
  summary: 'Building an image reuses its layers',
  severity: 'info',
  preset: 'strict',
  peers: [],
  why: 'A runner starts empty, so without a cache outside of it every build installs all packages again, however well the Dockerfile orders its layers.',
  source: 'https://docs.docker.com/build/ci/github-actions/cache/',
  messages: {
    uncached: {
      text: 'The image is built without a cache',
      remedy: 'Add cache-from and cache-to, for example type=gha.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on:
            pull_request:
          jobs:
            image:
              runs-on: ubuntu-24.04
              steps:
                - uses: docker/setup-buildx-action@e468171a9de216ec08956ac3ada2f0791b6bd435 # v3.11.1
                - uses: docker/build-push-action@263435318d21b8e681c14492fe198d362a7d2c83 # v6.18.0
                  with:
                    context: .
        `,
        at: [8],
      },
    ],
    good: [
      `
        on:
          pull_request:
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - uses: docker/setup-buildx-action@e468171a9de216ec08956ac3ada2f0791b6bd435 # v3.11.1
              - uses: docker/build-push-action@263435318d21b8e681c14492fe198d362a7d2c83 # v6.18.0
                with:
                  context: .
                  cache-from: type=gha
                  cache-to: type=gha,mode=max
      `,
      {
        files: `
          on:
            push: { tags: ['v*'] }
          jobs:
            image:
              runs-on: ubuntu-24.04
              steps:
                - uses: docker/build-push-action@263435318d21b8e681c14492fe198d362a7d2c83 # v6.18.0
                  with:
                    push: true
                    tags: ghcr.io/acme/orders:\${{ github.ref_name }}
        `,
        note: 'A release is better built from nothing that another run could have left.',
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'github-workflow') return;
    // A workflow that also releases is better without what another run could have left.
    const releases = [...pipeline.triggers].some(
      ([event, settings]) => settings.get('tags') !== undefined || !checks.has(event),
    );
    if (releases) return;
    for (const job of pipeline.jobs) {
      // Builders of a service keep their own cache.
      if (/depot|blacksmith|namespace|self-hosted/.test(job.root.text('runs-on') ?? '')) continue;
      for (const { uses, root } of job.steps) {
        if (!uses || !/^docker\/build-push-action@/.test(uses.source)) continue;
        const inputs = ['cache-from', 'cache-to', 'no-cache', 'builder'];
        if (!inputs.some((input) => root.get('with', input) !== undefined)) report('uncached', uses);
      }
    }
  },
});

/** Events of everyday work. */
const checks: ReadonlySet<string> = new Set(['pull_request', 'push', 'merge_group', 'workflow_dispatch', 'schedule']);

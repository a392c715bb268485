import { defineRule } from '../../rule.ts';

export const includesPinned = defineRule({
  id: 'pipeline/includes-pinned',
  summary: 'Included pipelines are pinned',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: "A file that is included from elsewhere runs with this project's variables and tokens. At a branch, or at whatever a URL answers today, it can change under a pipeline that nobody touched.",
  source: 'https://docs.gitlab.com/ci/yaml/#include',
  messages: {
    project: { text: 'The file of {project} is included without a ref', remedy: 'Name a tag or a commit in ref.' },
    moving: {
      text: 'The file of {project} is included at {reference}, which moves',
      remedy: 'Name a tag or a commit.',
    },
    remote: {
      text: 'The file behind the URL is included without its checksum',
      remedy: 'Add integrity: sha256-… of the content, or copy the file into the repository.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            include:
              - project: platform/pipelines
                file: python.yml
              - project: platform/pipelines
                ref: main
                file: image.yml
              - remote: https://example.com/pipeline.yml
              - component: $CI_SERVER_FQDN/platform/scan/scan@~latest
          `,
        },
        at: ['.gitlab-ci.yml:2', '.gitlab-ci.yml:5', '.gitlab-ci.yml:7', '.gitlab-ci.yml:8'],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            include:
              - local: ci/test.yml
              - template: Jobs/Secret-Detection.gitlab-ci.yml
              - project: platform/pipelines
                ref: v3.2.0
                file: python.yml
              - project: platform/pipelines
                ref: $PIPELINES_VERSION
                file: image.yml
              - remote: https://example.com/pipeline.yml
                integrity: sha256-L3/GAoKaw0Arw6hDCKeKQlV1QPEgHYxGBHsH4zG1IY8=
              - component: $CI_SERVER_FQDN/platform/scan/scan@1.4.0
          `,
          'ci/test.yml': 'unit: { script: make test }\n',
        },
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'gitlab') return;
    const node = pipeline.root.get('include');
    for (const item of node?.kind === 'list' ? node.items : node ? [node] : []) {
      const project = item.text('project');
      const reference = item.get('ref');
      const component = item.get('component');
      const version = /@([^@]+)$/.exec(component?.text() ?? '')?.[1];
      if (project !== undefined) {
        const text = reference?.text();
        if (reference === undefined) report('project', item.entry('project')?.key ?? item, { project });
        else if (text !== undefined && branches.test(text)) report('moving', reference, { project, reference: text });
      } else if (component && version && /^~latest$/.test(version)) {
        report('moving', component, { project: component.text()?.replace(/@[^@]*$/, '') ?? '', reference: version });
      } else if (component && version && branches.test(version)) {
        report('moving', component, { project: component.text()?.replace(/@[^@]*$/, '') ?? '', reference: version });
      } else {
        const remote = item.get('remote') ?? (/^https?:\/\//.test(item.text() ?? '') ? item : undefined);
        if (remote && item.get('integrity') === undefined) report('remote', remote);
      }
    }
  },
});

const branches = /^(?:main|master|develop|trunk|HEAD)$/;

import type { GitlabPipeline } from '../../../artifacts/pipeline/pipeline.ts';
import type { Entry } from '../../../artifacts/yaml/node.ts';
import { type Edit, lineEnd } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const defaultsInDefault = defineRule({
  id: 'pipeline/defaults-in-default',
  summary: 'What holds for all jobs stands under default',
  severity: 'info',
  preset: 'strict',
  peers: [],
  why: 'GitLab has deprecated `image`, `services`, `cache`, `before_script` and `after_script` at the top level. Under `default` the same settings can be switched off by a job with `inherit`.',
  source:
    'https://docs.gitlab.com/ci/yaml/deprecated_keywords/#globally-defined-image-services-cache-before_script-after_script',
  messages: {
    global: { text: 'Set for all jobs at the top level: {names}', remedy: 'Move it below default.' },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            stages: [test]
            image: python:3.14-slim
            # Before each job.
            before_script:
              - pip install uv
            unit:
              script: make test
          `,
        },
        at: ['.gitlab-ci.yml:2'],
        fixed: {
          '.gitlab-ci.yml': `
            stages: [test]
            default:
              image: python:3.14-slim
              # Before each job.
              before_script:
                - pip install uv
            unit:
              script: make test
          `,
        },
      },
      {
        files: {
          '.gitlab-ci.yml': `
            default:
              interruptible: true
            image: python:3.14-slim
            unit:
              script: make test
          `,
        },
        at: ['.gitlab-ci.yml:3'],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            default:
              image: python:3.14-slim
            unit:
              script: make test
          `,
        },
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'gitlab') return;
    const entries = keywords
      .flatMap((name) => pipeline.root.entry(name) ?? [])
      .filter(({ key }) => key.file === pipeline.file);
    entries.sort((left, right) => left.key.range.start - right.key.range.start);
    const [first] = entries;
    if (!first) return;
    const names = entries.map(({ name }) => name).join(', ');
    report(
      'global',
      first.key,
      { names },
      { fix: pipeline.root.get('default') === undefined ? moved(pipeline, entries) : [] },
    );
  },
});

const keywords = ['image', 'services', 'cache', 'before_script', 'after_script'];

/** Indents the lines of neighbouring entries below a new `default:`; empty where other keys stand between them. */
function moved({ file, root }: GitlabPipeline, entries: readonly Entry[]): readonly Edit[] {
  const [first] = entries;
  const last = entries.at(-1);
  if (!first || !last || last.value.file !== file) return [];
  const { start } = first.key.range;
  const end = Math.max(last.key.range.end, last.value.range.end);
  const between = root
    .pairs()
    .filter(({ key }) => key.file === file && key.range.start > start && key.range.start < end);
  if (between.length !== entries.length - 1 || (start > 0 && file.text[start - 1] !== '\n')) return [];
  const text = file.text.slice(start, end).replace(/\n+$/, '');
  const lines = text.split('\n').map((line) => (line.trim() === '' ? line : `  ${line}`));
  return [{ file, range: { start, end: start + text.length }, text: `default:${lineEnd(file)}${lines.join('\n')}` }];
}

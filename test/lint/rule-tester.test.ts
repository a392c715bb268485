import { describe, expect, it } from 'vitest';
import { checkExamples, defineRule } from '../../src/lint/plugin.ts';

const ours = (bad: string, good: string) =>
  defineRule({
    id: 'dockerfile/our-registry',
    summary: 'Base images come from our registry',
    severity: 'error',
    preset: 'recommended',
    peers: [],
    why: 'Only what our registry has was scanned, and only that is there when the internet is not.',
    source: 'https://example.com/registry',
    messages: { foreign: { text: '{image} is not ours', remedy: 'Take it from registry.example.' } },
    examples: { bad: [bad], good: [good] },
    check(dockerfile, { report }) {
      for (const { base, image } of dockerfile.stages) {
        if (image && image.registry !== 'registry.example') report('foreign', base, { image: base.value });
      }
    },
  });

describe('checkExamples', () => {
  it('accepts a rule whose examples hold', async () => {
    await checkExamples(ours('FROM python:3.14\n', 'FROM registry.example/python:3.14\n'));
  });

  it('names the example that does not hold', async () => {
    await expect(checkExamples(ours('FROM registry.example/a:1\n', 'FROM scratch\n'))).rejects.toThrow(
      'bad example 1: expected a finding, got nothing',
    );
    await expect(checkExamples(ours('FROM a:1\n', 'FROM a:1\n'))).rejects.toThrow('good example 1');
  });
});

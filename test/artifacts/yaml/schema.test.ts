import { describe, expect, it } from 'vitest';
import { composeSchema } from '../../../src/artifacts/compose/schema.ts';
import { kubernetesSchema } from '../../../src/artifacts/kubernetes/schema.ts';
import { SourceFile } from '../../../src/artifacts/source-file.ts';
import { parseYaml } from '../../../src/artifacts/yaml/parse.ts';
import {
  type Definitions,
  type Schema,
  type SchemaOptions,
  type Violation,
  violations,
} from '../../../src/artifacts/yaml/schema.ts';

function check(
  text: string,
  schema: Schema,
  definitions: Definitions = {},
  nullIs: SchemaOptions['nullIs'] = 'null',
): readonly string[] {
  const file = new SourceFile('a.yaml', text);
  const [document] = parseYaml(file);
  if (!document?.root) throw new Error('no document');
  const found = violations(document.root, schema, definitions, document.root, { nullIs });
  return found.map((violation) => `${file.position(violation.where.range.start).line} ${words(violation)}`);
}

function words(violation: Violation): string {
  const { kind, path } = violation;
  if (kind === 'unknown' || kind === 'missing') return `${path} ${kind} ${violation.name}`;
  return kind === 'type'
    ? `${path} ${violation.actual}≠${violation.expected.join('|')}`
    : `${path} ${violation.expected}`;
}

function references(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : references(inner),
  );
}

describe('violations', () => {
  it('points at the key that is unknown and at the value that is wrong', () => {
    const schema: Schema = {
      type: 'object',
      properties: { a: { type: 'integer', minimum: 1, maximum: 3 }, b: { type: 'string', enum: ['x', 'y'] } },
      required: ['a', 'd'],
      additionalProperties: false,
    };
    expect(check('a: 4\nb: z\nc: 1\n', schema)).toEqual([
      '1  missing d',
      '1 a at most 3',
      '2 b one of x, y',
      '3  unknown c',
    ]);
    expect(check('a: one\nd: 1', schema)).toEqual(['1 a string≠integer', '2  unknown d']);
  });

  it('takes the variant that fits best', () => {
    const schema: Schema = {
      oneOf: [
        { type: 'string' },
        { type: 'array', items: { oneOf: [{ type: 'string' }, { $ref: 'port' }] }, uniqueItems: true },
      ],
    };
    const definitions = {
      port: { type: 'object', properties: { target: { type: 'integer' } }, additionalProperties: false },
    };
    expect(check('text', schema, definitions)).toEqual([]);
    expect(check('[a, b, a]', schema, definitions)).toEqual(['1 [] listed once']);
    expect(check('- target: 1\n- traget: 2\n- 3\n', schema, definitions)).toEqual([
      '2 [] unknown traget',
      '3 [] integer≠string|object',
    ]);
    expect(check('a: 1', schema, definitions)).toEqual(['1  object≠string|array']);
  });

  it('is silent about what is filled in later and about what a tag decides', () => {
    const schema: Schema = {
      properties: { a: { type: 'integer' }, b: { type: 'array' } },
      additionalProperties: false,
    };
    expect(check('a: ${PORT}\nb: "{{ list }}"\n${KEY}: 1', schema)).toEqual([]);
    expect(check('a: !reset null', schema)).toEqual([]);
    expect(check('a: {{ port }}', schema)).toEqual([]);
  });

  it('reads null as its format does', () => {
    const schema: Schema = { properties: { a: { type: 'string' } }, required: ['a'] };
    expect(check('a:', schema)).toEqual(['1 a null≠string']);
    expect(check('a:', schema, {}, 'absent')).toEqual(['1  missing a']);
  });
});

describe('the trimmed schemas', () => {
  it.each([
    ['Kubernetes', kubernetesSchema()],
    ['Compose', composeSchema()],
  ])('of %s define what they refer to', (_name, schema) => {
    const missing = references(schema).filter((name) => !Object.hasOwn(schema.definitions, name));
    expect(missing).toEqual([]);
  });

  it('know the kinds that services are made of', () => {
    const { kinds, definitions } = kubernetesSchema();
    const wanted = [
      'apps/v1 Deployment',
      'batch/v1 CronJob',
      'v1 Service',
      'networking.k8s.io/v1 Ingress',
      'autoscaling/v2 HorizontalPodAutoscaler',
    ];
    for (const kind of wanted) expect(definitions[kinds[kind] ?? '']).toBeDefined();
    expect(Object.keys(kinds).filter((kind) => kind.endsWith('List'))).toEqual([]);
  });
});

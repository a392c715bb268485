import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceFile } from '../../../src/artifacts/source-file.ts';
import { ListNode, ScalarNode, type YamlNode } from '../../../src/artifacts/yaml/node.ts';
import { parseFullYaml } from '../../../src/artifacts/yaml/parse.ts';
import { parseSimpleYaml } from '../../../src/artifacts/yaml/simple-parse.ts';
import { fullExample } from '../../../src/lint/example.ts';
import { loadRules } from '../../../src/lint/rules/index.ts';

const runs = Number(process.env.FUZZ_RUNS ?? 3000);
const seed = Number(process.env.FUZZ_SEED ?? 1);

/** A node as comparable data: places, styles and all. */
function shape(node: YamlNode): unknown {
  const { start, end } = node.range;
  const place = `${start}-${end}`;
  if (node instanceof ScalarNode) return [place, node.style, node.value, node.source];
  if (node instanceof ListNode) return [place, node.flow, node.items.map(shape)];
  return [place, node.flow, [...node.entries.values()].map(({ key, value }) => [shape(key), shape(value)])];
}

function compare(text: string): 'simple' | 'full' {
  const file = new SourceFile('a.yaml', text);
  const simple = parseSimpleYaml(file);
  if (simple === undefined) return 'full';
  const full = parseFullYaml(file);
  expect(full.flatMap(({ problems }) => problems.map(({ message }) => message))).toEqual([]);
  expect(simple.map(shape)).toEqual(full.flatMap(({ root }) => (root ? [shape(root)] : [])));
  return 'simple';
}

const samples = `a: 1
b: "two # \\n"   # comment
'c d': it's
e:
  - 1.10
  - x: y
    z: [1, "2", { a: b }]
  -   - nested
      - 0x1f
# between
f:
- same column
- k: |
    literal

      deeper

g: {}
h: [a b, c]
i: |-
  last
folded: >-
  one
  two  # no comment
args: [-m, app, --port=1]
j:
k: https://example.com:80/x#y
l: true
m: ~
n: 1e3
o: 0o17
p: |
  kept

---
second: -1
`;

const examples = (await loadRules()).flatMap((rule) =>
  [...rule.examples.bad, ...rule.examples.good].flatMap((example) =>
    Object.entries(fullExample(rule.domain, example).files).flatMap(([path, text]) =>
      /\.ya?ml$/.test(path) ? [text] : [],
    ),
  ),
);

describe('the simple parser', () => {
  it('gives what the full one gives', () => {
    expect(compare(samples)).toBe('simple');
    for (const part of samples.split(/^(?=\w)/m)) compare(part);
  });

  it('reads nearly all examples', () => {
    const simple = examples.filter((text) => compare(text) === 'simple').length;
    expect(simple / examples.length).toBeGreaterThan(0.7);
  });

  it.each([
    'a: &x 1\n',
    'a: *x\n',
    'a: !tag 1\n',
    'a: >\n  folded\n\n  twice\n',
    'a: 1\na: 2\n',
    'a: 1\n b: 2\n',
    'a:\n  - 1\n - 2\n',
    'a: b: c\n',
    'a: "x\n',
    'a: [1\n',
    'a: one\n  two\n',
    '- a\n b\n',
    '\ta: 1\n',
    'a: |2\n  x\n',
    '? a\n: b\n',
    '%YAML 1.2\n---\na: 1\n',
    'a: 1\n...\n',
    '',
    '# only\n',
    'a: [1, 2]x\n',
    '"a":1\n',
  ])('leaves %j to the full one', (text) => {
    expect(compare(text)).toBe('full');
  });

  it('never differs, whatever is done to a text', () => {
    const pieces = [
      '\n',
      ' ',
      '  ',
      '- ',
      ': ',
      ':',
      '#',
      ' #',
      '"',
      "'",
      '[',
      ']',
      '{',
      '}',
      ', ',
      '|',
      '>',
      '|-',
      '---\n',
      '\\',
      '~',
      '!',
      '&',
      '*',
      '-',
      '?',
      '.',
      '0',
      'a',
      '\n\n',
      '|+\n',
      '%',
      '@',
      'é',
      '\u2028',
    ];
    const texts = [samples, ...examples];
    const change = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      drop: fc.nat(4),
      piece: fc.constantFrom(...pieces),
    });
    const mutated = fc
      .tuple(fc.constantFrom(...texts), fc.array(change, { minLength: 1, maxLength: 4 }))
      .map(([text, changes]) =>
        changes.reduce((all, { at, drop, piece }) => {
          const start = Math.floor(at * all.length);
          return all.slice(0, start) + piece + all.slice(start + drop);
        }, text),
      );
    fc.assert(
      fc.property(mutated, (text) => void compare(text)),
      { numRuns: runs, seed },
    );
    const made = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(made, (text) => void compare(text)),
      { numRuns: runs, seed },
    );
  }, 600_000);
});

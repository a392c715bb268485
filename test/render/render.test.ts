import { describe, expect, it } from 'vitest';
import { render, startRendering } from '../../src/render/render.ts';
import { parseSpec } from '../../src/spec/parse-spec.ts';
import { UserError } from '../../src/tree/user-error.ts';
import { packOf } from '../support/pack.ts';

const BASE = {
  'fastapi/feature.yaml': 'description: d\nscope: service\nwhen: { framework: fastapi }\n',
  'postgres/feature.yaml': 'description: d\nscope: service\nwhen: { database: postgres }\n',
  'kustomize/feature.yaml': 'description: d\nscope: workspace\nwhen: { deploy: kustomize }\n',
  'prometheus/feature.yaml': 'description: d\nscope: workspace\nwhen: { monitoring: prometheus }\n',
  'github/feature.yaml': 'description: d\nscope: workspace\nwhen: { ci: github }\n',
};

const SINGLE = 'version: 1\nname: shop\nservices: { orders: { path: . } }\n';
const MULTI = 'version: 1\nname: shop\nservices: { orders: {}, order-intake: {} }\n';

function rendered(spec: string, files: Record<string, string>): Record<string, string> {
  const tree = render(parseSpec(spec), packOf({ ...BASE, ...files }), '1.2.3');
  return Object.fromEntries([...tree].map(([path, { content }]) => [path, String(content)]));
}

function mistake(spec: string, files: Record<string, string>): string {
  try {
    rendered(spec, files);
  } catch (error) {
    if (error instanceof UserError) return `${error.place?.file}: ${error.message}`;
    throw error;
  }
  return 'rendered';
}

describe('render', () => {
  it('renders only .hbs files, into the service or the workspace, dotfiles and placeholders named', () => {
    const files = {
      'code/feature.yaml': 'description: d\nscope: service\n',
      'code/files/src/__module__/main.py.hbs': 'NAME = {{pystr service.name}}  # {{generator}}\n',
      'code/files/src/__module__/__init__.py': '',
      'code/files/_gitignore': '{{ not rendered }}\n',
      'root/feature.yaml': 'description: d\nscope: workspace\n',
      'root/files/_github/a.yml.hbs': 'x: $\\{{ github.ref }} {{#each workspace.services}}{{name}} {{/each}}\n\n',
    };
    expect(rendered(SINGLE, files)).toEqual({
      '.github/a.yml': 'x: ${{ github.ref }} orders\n',
      '.gitignore': '{{ not rendered }}\n',
      'src/orders/__init__.py': '',
      'src/orders/main.py': 'NAME = "orders"  # 1.2.3\n',
    });
    expect(Object.keys(rendered(MULTI, files))).toEqual([
      '.github/a.yml',
      'services/order-intake/.gitignore',
      'services/order-intake/src/order_intake/__init__.py',
      'services/order-intake/src/order_intake/main.py',
      'services/orders/.gitignore',
      'services/orders/src/orders/__init__.py',
      'services/orders/src/orders/main.py',
    ]);
  });

  it('puts files of one feature into the folder that another declares, and leaves them out where none does', () => {
    const files = {
      'store/feature.yaml': 'description: d\nscope: service\nwhen: { database: postgres }\n',
      'store/files/__manifests__/store.yaml.hbs': 'store: {{service.name}}\n',
      'k8s/feature.yaml':
        'description: d\nscope: service\nwhen: { deploy: kustomize }\nfolders: { manifests: k8s/base }\n',
    };
    expect(rendered(SINGLE, files)).toEqual({ 'k8s/base/store.yaml': 'store: orders\n' });
    expect(rendered(SINGLE.replace('services', 'deploy: none\nservices'), files)).toEqual({});
    expect(mistake(SINGLE, { ...files, 'store/files/__manifest__/a.yaml': '' })).toBe(
      'store/feature.yaml: no feature declares the folder of __manifest__/a.yaml',
    );
  });

  it('shows a service’s templates nothing of the other services, so that they follow from its own choices', () => {
    const files = {
      'own/feature.yaml': 'description: d\nscope: service\n',
      'own/files/a.txt.hbs': '{{service.name}} {{#each workspace.services}}{{name}}{{/each}}',
    };
    expect(mistake(MULTI, files)).toMatch(/^own\/files\/a\.txt\.hbs: .*services/);
    const pack = packOf(BASE);
    const digest = (spec: string): string => startRendering(parseSpec(spec), pack, '1.2.3').digest('orders');
    expect(digest(MULTI.replace('order-intake', 'payments'))).toBe(digest(MULTI));
    expect(digest(MULTI.replace('orders: {}', 'orders: { python: "3.12" }'))).not.toBe(digest(MULTI));
    expect(digest(MULTI.replace('services', 'python: "3.12"\nservices'))).not.toBe(digest(MULTI));
  });

  it('brings one file a service to the root, and marks lists that branches add to', () => {
    const files = {
      'targets/feature.yaml': 'description: d\nscope: service\n',
      'targets/files/__root__/targets/__service__.txt': 'here\n',
      'list/feature.yaml': 'description: d\nscope: workspace\nlists: [all.txt]\n',
      'list/files/all.txt.hbs': '{{#each workspace.services}}{{path}}\n{{/each}}',
      'list/files/_gitattributes.hbs': '{{#each workspace.lists}}{{this}} merge=union\n{{/each}}',
    };
    const tree = render(parseSpec(MULTI), packOf({ ...BASE, ...files }), '1.2.3');
    expect([...tree].map(([path, { content, unordered }]) => [path, content, unordered])).toEqual([
      ['.gitattributes', 'all.txt merge=union\n', undefined],
      ['all.txt', 'services/order-intake\nservices/orders\n', true],
      ['targets/order-intake.txt', 'here\n', undefined],
      ['targets/orders.txt', 'here\n', undefined],
    ]);
  });

  it('lets features meet in slots: the service’s own before the workspace’s', () => {
    const files = {
      'python/feature.yaml':
        'description: d\nscope: service\nslots: { make: text, ignore: lines }\ncontributes: { ignore: ignore }\n',
      'python/ignore': 'b\na\n',
      'python/files/Makefile.hbs': 'all:\n\n{{slots.make}}\n',
      'python/files/_gitignore.hbs': '{{slots.ignore}}\n',
      'zeta/feature.yaml': 'description: d\nscope: service\ncontributes: { make: m.hbs, compose: c.hbs, ignore: i }\n',
      'zeta/m.hbs': 'up-{{service.name}}:\n\ttrue\n',
      'zeta/c.hbs': '# of {{service.name}}\nservices:\n  {{service.name}}: { ports: [1] }\n',
      'zeta/i': 'a\nc\n',
      'compose/feature.yaml':
        'description: d\nscope: workspace\nslots: { compose: yaml }\ncontributes: { compose: base.yaml }\n',
      'compose/base.yaml': 'services:\n  proxy:\n    image: p # pinned\n  orders: { ports: [2], x: 1 }\n',
      'compose/files/compose.yaml.hbs': '{{slots.compose}}\n',
    };
    const tree = rendered(MULTI, files);
    expect(tree['services/orders/Makefile']).toBe('all:\n\nup-orders:\n\ttrue\n');
    expect(tree['services/orders/.gitignore']).toBe('a\nb\nc\n');
    expect(tree['compose.yaml']).toBe(
      '# of order-intake\nservices:\n  order-intake: {ports: [1]}\n  orders: {ports: [1, 2], x: 1}\n  proxy:\n    image: p # pinned\n',
    );
  });

  it('lets a fragment hold what others put into a slot, whoever comes first', () => {
    const files = {
      'a/feature.yaml': 'description: d\nscope: service\ncontributes: { servers: one.yaml }\n',
      'a/one.yaml': 'services: { db: mysql }\n',
      'job/feature.yaml':
        'description: d\nscope: service\nslots: { servers: yaml }\ncontributes: { jobs: job.yaml.hbs }\n',
      'job/job.yaml.hbs': 'test:\n{{indent 2 slots.servers}}\n',
      'z/feature.yaml':
        'description: d\nscope: service\nslots: { jobs: text }\ncontributes: { servers: two.yaml.hbs }\n',
      'z/two.yaml.hbs': 'services: { cache: redis }\n',
      'z/files/ci.yml.hbs': '{{slots.jobs}}\n',
    };
    expect(rendered(SINGLE, files)['ci.yml']).toBe('test:\n  services: {cache: redis, db: mysql}\n');
    expect(mistake(SINGLE, { ...files, 'z/two.yaml.hbs': 'jobs: {{json slots.jobs}}\n' })).toBe(
      'job/job.yaml.hbs: the slot jobs is filled with itself',
    );
  });

  it('collects dependencies, settings and lifespan hooks', () => {
    const files = {
      'b/feature.yaml':
        'description: d\nscope: service\ncontributes: { dependencies: ["b>=1"], lifespan: ["b:start"], settings: { B_URL: { type: str, description: x, secret: true, required-in: [production] } } }\n',
      'a/feature.yaml':
        'description: d\nscope: service\nafter: [b]\ncontributes: { dependencies: ["b>=1", "a[x]"], lifespan: ["a:start"] }\n',
      'a/files/out.json.hbs':
        '{{json service.dependencies}} {{json service.lifespan}} {{#each service.settings}}{{name}} {{hasDefault}} {{requiredIn}}{{/each}}',
    };
    expect(rendered(SINGLE, files)['out.json']).toBe(
      '["a[x]","b>=1"] [{"module":"b","name":"start"},{"module":"a","name":"start"}] B_URL false production\n',
    );
  });

  it('knows every option as a boolean', () => {
    const files = {
      'a/feature.yaml': 'description: d\nscope: service\n',
      'a/files/x.hbs':
        '{{has.postgres}} {{has.blueGreen}} {{has.cache}} {{has.database}} {{has.github}} {{has.alpine}} {{has.twoPhaseCommit}}',
    };
    expect(rendered(SINGLE, files).x).toBe('true false false true true true false\n');
  });

  it.each([
    [
      'an unknown variable',
      { 'a/feature.yaml': 'description: d\nscope: service\n', 'a/files/x.hbs': '{{service.nome}}' },
      'a/files/x.hbs: "nome" not defined in [object Object] - 1:2',
    ],
    [
      'an unknown helper',
      { 'a/feature.yaml': 'description: d\nscope: service\n', 'a/files/x.hbs': '{{shout service.name}}' },
      'a/files/x.hbs: You specified knownHelpersOnly, but used the unknown helper shout - 1:0',
    ],
    [
      'a pin that is not listed',
      { 'a/feature.yaml': 'description: d\nscope: service\n', 'a/files/x.hbs': '{{image "redis"}}' },
      'a/files/x.hbs: versions.yaml lists no image "redis"',
    ],
    [
      'one path twice',
      {
        'a/feature.yaml': 'description: d\nscope: service\n',
        'a/files/x': '',
        'b/feature.yaml': 'description: d\nscope: service\n',
        'b/files/x': '',
      },
      'b/feature.yaml: features a and b both bring x',
    ],
    [
      'an unknown slot',
      { 'a/feature.yaml': 'description: d\nscope: service\ncontributes: { mak: x }\n', 'a/x': '' },
      'a/feature.yaml: no feature offers the slot "mak"',
    ],
    [
      'a circle',
      {
        'a/feature.yaml': 'description: d\nscope: service\nafter: [b]\n',
        'b/feature.yaml': 'description: d\nscope: service\nafter: [a]\n',
      },
      'a/feature.yaml: "after" goes in a circle: a → b → a',
    ],
    [
      'a manifest that is wrong',
      { 'a/feature.yaml': 'description: d\nscope: servic\n' },
      'a/feature.yaml: scope: Invalid option: expected one of "service"|"workspace"',
    ],
    [
      'an option that no feature brings',
      { 'postgres/feature.yaml': 'description: d\nscope: service\nwhen: { database: mysql }\n' },
      'undefined: no feature offers database postgres',
    ],
    [
      'what a feature does not work with',
      {
        'fastapi/feature.yaml':
          'description: d\nscope: service\nwhen: { framework: fastapi }\nrequires: { database: none }\n',
        'postgres/feature.yaml': 'description: d\nscope: service\nwhen: { database: postgres }\n',
      },
      'undefined: the database of orders does not go with what else is chosen: d',
    ],
  ])('refuses %s, naming the file', (_, files, message) => {
    expect(mistake(SINGLE, files as Record<string, string>)).toBe(message);
  });
});

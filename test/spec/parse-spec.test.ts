import { describe, expect, it } from 'vitest';
import { parseSpec } from '../../src/spec/parse-spec.ts';
import { UserError } from '../../src/tree/user-error.ts';

function mistake(text: string): string {
  try {
    parseSpec(text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { file, line, column } = error.place ?? { file: '' };
    return `${file}:${line}:${column}: ${error.message} | ${error.remedy}`;
  }
  return 'accepted';
}

describe('parseSpec', () => {
  it('fills in every default', () => {
    expect(parseSpec('version: 1\nname: shop\nservices:\n  orders: { path: . }\n')).toEqual({
      name: 'shop',
      python: '3.14',
      baseImage: 'alpine',
      ci: ['github'],
      deploy: 'kustomize',
      strategy: 'rolling',
      gateway: 'none',
      logs: 'stdout',
      monitoring: 'prometheus',
      tracing: 'none',
      configService: 'none',
      owners: [],
      packs: [],
      services: [
        {
          name: 'orders',
          module: 'orders',
          path: '.',
          framework: 'fastapi',
          database: 'postgres',
          cache: 'none',
          broker: 'none',
          pattern: 'none',
          python: '3.14',
          baseImage: 'alpine',
          calls: [],
          publishes: [],
          subscribes: [],
          owners: [],
          hostPort: 8000,
        },
      ],
    });
  });

  it('reads the example of the design', () => {
    const workspace = parseSpec(`version: 1
name: shop
python: 3.14
base-image: alpine
ci: [github, gitlab]
deploy: { target: kustomize, strategy: blue-green }
gateway: traefik
monitoring: prometheus
logs: loki
services:
  orders:
    framework: fastapi
    database: postgres
    broker: rabbitmq
    publishes: [order-placed]
    calls: [payments]
  payments: { framework: flask, python: "3.12", database: mysql, broker: rabbitmq, subscribes: [order-placed] }
lint: { preset: strict, rules: { dockerfile/base-image-digest: off } }
`);
    expect(workspace.strategy).toBe('blue-green');
    expect(workspace.services.map(({ name, path, python }) => [name, path, python])).toEqual([
      ['orders', 'services/orders', '3.14'],
      ['payments', 'services/payments', '3.12'],
    ]);
    expect(new Set(workspace.services.map(({ hostPort }) => hostPort)).size).toBe(2);
  });

  it.each([
    [
      'version: 1\nname: shop\nservices:\n  orders:\n    database: postgress\n',
      'msvc.yaml:5:15: "postgress" is no value of services.orders.database | Did you mean "postgres"?',
    ],
    [
      'version: 1\nname: shop\ndatabse: x\nservices: { orders: {} }\n',
      'msvc.yaml:3:1: "databse" is no key of the spec | Choose one of: version, name, python, base-image, ci, deploy, gateway, logs, monitoring, tracing, config-service, owners, packs, services, lint',
    ],
    [
      'version: 1\nname: shop\nservices:\n  orders:\n    databse: none\n',
      'msvc.yaml:5:5: "databse" is no key of services.orders | Did you mean "database"?',
    ],
    [
      'version: 1\nname: shop\ndeploy: { strategi: canary }\nservices: { orders: {} }\n',
      'msvc.yaml:3:11: "strategi" is no key of deploy | Did you mean "strategy"?',
    ],
    [
      'version: 1\nname: shop\nci: [github, gitlap]\nservices: { orders: {} }\n',
      'msvc.yaml:3:14: "gitlap" is no value of ci.1 | Did you mean "gitlab"?',
    ],
    [
      'version: 1\nname: shop\ndeploy: kustomise\nservices: { orders: {} }\n',
      'msvc.yaml:3:9: "kustomise" is no value of deploy | Did you mean "kustomize"?',
    ],
    [
      'version: 2\nname: shop\nservices: { orders: {} }\n',
      'msvc.yaml:1:10: "2" is no value of version | Did you mean "1"?',
    ],
    ['name: shop\nservices: { orders: {} }\n', 'msvc.yaml:1:1: "version" is missing | Add it: version: …'],
    [
      'version: 1\nname: shop\nservices: {}\n',
      'msvc.yaml:3:1: the workspace has no service | Name one under services:, for example `services: { orders: {} }`.',
    ],
    [
      'version: 1\nname: shop\nservices: { json: {} }\n',
      'msvc.yaml:3:13: "json" is a module or keyword of Python itself | A name that works: json-service',
    ],
    [
      'version: 1\nname: Shop\nservices: { orders: {} }\n',
      'msvc.yaml:2:7: "Shop" is not a DNS label: lower-case letters, digits and single hyphens, a letter first | A name that works: shop',
    ],
    [
      'version: 1\nname: shop\nservices: { orders: { broker: kafka, database: none } }\n',
      'msvc.yaml:3:31: broker kafka needs a database: outbox and inbox are tables | Choose database postgres, or broker none.',
    ],
    [
      'version: 1\nname: shop\nservices: { orders: { calls: [payment] } }\n',
      'msvc.yaml:3:30: no service is called "payment" | Add it first: msvc add-service payment',
    ],
    [
      'version: 1\nname: shop\nservices: { orders: { port: 9000 }, payments: { port: 9000 } }\n',
      'msvc.yaml:3:55: orders and payments have the same port, 9000 | Give one of them another port.',
    ],
    [
      'version: 1\nname: shop\nservices: { orders: { path: ../x } }\n',
      'msvc.yaml:3:29: "../x" is no folder inside the workspace | Write a relative path such as services/orders.',
    ],
    [
      'version: 1\nname: [shop\n',
      'msvc.yaml:3:1: Flow sequence in block collection must be sufficiently indented and end with a ] | Mend the YAML.',
    ],
    [
      'version: 1\nname: shop\nservices: { orders: { owners: [me] } }\n',
      'msvc.yaml:3:31: "me" is no owner | Write @user, @organisation/team or an e-mail address.',
    ],
    ['- a\n', 'msvc.yaml:1:1: the file holds no mapping | Start with `version: 1`, `name:` and `services:`.'],
  ])('says where %j is wrong', (text, message) => {
    expect(mistake(text)).toBe(message);
  });
});

import { composeSchema } from '../../../artifacts/compose/schema.ts';
import { violations } from '../../../artifacts/yaml/schema.ts';
import { defineRule } from '../../rule.ts';
import { reportViolations, schemaMessages } from '../../schema-report.ts';

export const validSchema = defineRule({
  id: 'compose/valid-schema',
  summary: 'A Compose file has the fields of the Compose Specification, with values of their types',
  severity: 'error',
  preset: 'recommended',
  peers: ['dclint:invalid-schema'],
  why: 'Compose refuses the whole project for one misspelt key or one value of the wrong type, and names the service at best. It is noticed on the machine where it is started.',
  source: 'https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json',
  messages: schemaMessages,
  examples: {
    bad: [
      {
        files: `
        services:
          web:
            image: nginx:1.29
            container_name: 12
            enviroment: { A: b }
            ports:
              http: 80
            healthcheck:
              test: [CMD, "true"]
              interval: 30
            depends_on:
              db:
                restart: true
          db:
            image: postgres:18.1
            restart: [always]
      `,
        at: [4, 5, 7, 10, 12, 16],
        fixed: `
        services:
          web:
            image: nginx:1.29
            container_name: "12"
            enviroment: { A: b }
            ports:
              http: 80
            healthcheck:
              test: [CMD, "true"]
              interval: 30
            depends_on:
              db:
                restart: true
          db:
            image: postgres:18.1
            restart: [always]
      `,
      },
      {
        files: `
        service:
          web:
            image: nginx:1.29
      `,
        at: [1],
      },
    ],
    good: [
      {
        files: `
        x-common: &common
          restart: unless-stopped
        name: shop
        services:
          web:
            <<: *common
            image: nginx:1.29
            command:
            ports: ["8080:80", { target: 81, published: "\${PORT}" }]
            environment: [A=b, C]
            deploy: { resources: { limits: { cpus: "0.5", memory: 64m } } }
            x-note: anything
          db:
            image: postgres:18.1
            environment: { A: 1, B: true, C: }
            depends_on: [web]
            init: \${INIT}
        volumes:
          data:
      `,
      },
    ],
  },
  check(project, { report }) {
    const { root, definitions } = composeSchema();
    reportViolations(report, violations(project.root, root, definitions, project, { nullIs: 'null' }), 'The project');
  },
});

import type { Pack } from '../../src/render/feature.ts';
import { packOf } from './pack.ts';

const service = (when: string, rest = ''): string => `description: d\nscope: service\nwhen: { ${when} }\n${rest}`;
const workspace = (when: string, rest = ''): string => `description: d\nscope: workspace\nwhen: { ${when} }\n${rest}`;

/** The shared lists of a small template set: one entry a line or a key, sorted. */
const SHARED = {
  'fastapi/feature.yaml': service('framework: fastapi', 'contributes: { compose: compose.hbs, owners: owners.hbs }\n'),
  'fastapi/compose.hbs':
    'services:\n  {{service.name}}:\n    build: ./{{service.path}}\n    environment:\n      LOG: info\n    ports: ["{{service.hostPort}}:8000"]\n',
  'fastapi/owners.hbs': '/{{service.dir}} @team-{{service.name}}\n',
  'compose/feature.yaml':
    'description: d\nscope: workspace\nslots: { compose: yaml, owners: lines, readme: text, jobs: yaml }\n',
  'compose/files/compose.yaml.hbs': '# Everything that runs\nname: {{workspace.name}}\n{{slots.compose}}',
  'compose/files/CODEOWNERS.hbs': '{{slots.owners}}',
  'kustomize/feature.yaml': workspace('deploy: kustomize'),
  'kustomize/files/k8s/all.yaml.hbs':
    '# One entry a service\nresources:\n{{#each workspace.services}}  - {{name}}.yaml\n{{/each}}',
  'prometheus/feature.yaml': workspace('monitoring: prometheus'),
  'prometheus/files/prometheus.yml.hbs':
    'scrape_configs:\n{{#each workspace.services}}  - job_name: {{name}}\n    scrape_interval: 15s\n{{/each}}',
  'github/feature.yaml': workspace('ci: github'),
  'github/files/_github/ci.yml.hbs':
    'on: push\njobs:\n{{#each workspace.services}}  {{name}}:\n    python: "{{python}}"\n    steps:\n      - run: make test\n{{/each}}',
  'gitlab/feature.yaml': workspace('ci: gitlab'),
  'gitlab/files/_gitlab-ci.yml.hbs': '{{#each workspace.services}}{{name}}:\n  script: [make test]\n{{/each}}',
  'slim/feature.yaml': service('base-image: [alpine, slim, distroless]'),
  'slim/files/Dockerfile.hbs':
    'FROM python:{{service.python}}-{{service.baseImage}}\nWORKDIR /app\nCOPY src src\nUSER 10001\nCMD ["python", "-m", "{{service.module}}"]\n',
  'sqlite/feature.yaml': service('database: sqlite', 'contributes: { dependencies: [aiosqlite] }\n'),
  'sqlite/files/src/__module__/database.py': 'URL = "sqlite://"\n',
  'postgres/feature.yaml': service('database: postgres', 'contributes: { dependencies: [asyncpg], compose: c.hbs }\n'),
  'postgres/c.hbs':
    'services:\n  {{service.name}}:\n    environment:\n      DATABASE_URL: postgres\n  {{service.name}}-db: { image: "postgres:18" }\n',
  'postgres/files/src/__module__/database.py': 'URL = "postgres://"\n',
};

const PYPROJECT = `[project]
name = "{{service.name}}"
requires-python = ">={{service.python}}"
dependencies = [
{{#each service.dependencies}}  "{{this}}",
{{/each}}]
`;

const MAIN = `"""{{service.name}}: where it starts."""

import logging


def main() -> None:
    logging.info("%s", "{{service.module}}")


if __name__ == "__main__":
    main()
`;

/** The older of two template sets. */
export const FIRST_PACK: Pack = packOf({
  ...SHARED,
  'fastapi/files/pyproject.toml.hbs': PYPROJECT,
  'fastapi/files/src/__module__/main.py.hbs': MAIN,
  'fastapi/files/README.md.hbs': '# {{service.name}}\n\nA service.\n\n## Run\n\n    make run\n',
  'fastapi/files/package.json.hbs': '{\n  "name": "{{service.name}}",\n  "python": "{{service.python}}"\n}\n',
  'fastapi/files/old.txt': 'is no longer needed\n',
  'fastapi/files/scripts/start.sh': '#!/bin/sh\nset -eu\n# starts it\nexec python -m main\n',
});

/** The newer: a file renamed, one gone, one new, others changed. */
export const SECOND_PACK: Pack = packOf({
  ...SHARED,
  'fastapi/files/pyproject.toml.hbs': `${PYPROJECT}\n[tool.ruff]\nline-length = 120\n`,
  'fastapi/files/src/__module__/main.py.hbs': MAIN.replace('import logging', 'import logging\nimport sys').replace(
    'main()\n',
    'sys.exit(main())\n',
  ),
  'fastapi/files/README.md.hbs':
    '# {{service.name}}\n\nA service of {{workspace.name}}.\n\n## Run\n\n    make run\n\n## Test\n\n    make test\n',
  'fastapi/files/package.json.hbs':
    '{\n  "name": "{{service.name}}",\n  "version": "2",\n  "python": "{{service.python}}"\n}\n',
  'fastapi/files/bin/start.sh': '#!/bin/sh\nset -eu\n# starts it\nexec python -m main\n',
  'fastapi/files/new.txt': 'is needed now\n',
});

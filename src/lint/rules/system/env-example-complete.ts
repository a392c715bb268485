import { placeOf } from '../../../system/fact.ts';
import { readSettings as readOnly } from '../../../system/settings.ts';
import { readEnvFile } from '../../../system/variables.ts';
import { defineRule } from '../../rule.ts';
import { says } from './_ports.ts';

const code = `
  import os

  DATABASE_URL = os.environ["DATABASE_URL"]
  LOG_LEVEL = os.environ.get("LOG_LEVEL", "INFO")
`;

export const envExampleComplete = defineRule({
  id: 'system/env-example-complete',
  summary: '.env.example names every variable that the code requires',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'The example file is how a new colleague starts the service. What it lacks is found by crashing, one variable after another.',
  source: 'https://12factor.net/config',
  messages: {
    missing: {
      text: '{file} does not name {variable}, which {place} requires',
      remedy: 'Add it with a value that shows its form.',
    },
  },
  examples: {
    bad: [
      {
        files: { 'requirements.txt': 'flask==3.0.0\n', 'app/config.py': code, '.env.example': 'LOG_LEVEL=DEBUG\n' },
        at: ['app/config.py:3'],
      },
      {
        files: {
          'requirements.txt': 'pydantic-settings==2.6.0\n',
          'app/config.py': `
            from pydantic_settings import BaseSettings


            class Settings(BaseSettings):
                broker_url: str


            settings = Settings()
          `,
          '.env.example': '# BROKER=\n',
        },
        at: ['app/config.py:5'],
      },
    ],
    good: [
      {
        files: {
          'requirements.txt': 'flask==3.0.0\n',
          'app/config.py': code,
          '.env.example': '# DATABASE_URL=postgresql://…\nLOG_LEVEL=DEBUG\n',
        },
        note: 'Also as a comment.',
      },
      {
        files: {
          'requirements.txt': 'flask==3.0.0\n',
          'app/config.py': 'import os\n\nfor name in NAMES:\n    os.environ[name]\n',
          '.env.example': 'A=1\n',
        },
        note: 'Which variables are read is not known.',
      },
    ],
  },
  check({ services, repository }, { report }) {
    const projects = new Set([...services.map((service) => service.project), ...(repository.python?.projects ?? [])]);
    for (const project of projects) {
      if (!project) continue;
      const name = ['.env.example', '.env.sample', '.env.template', '.env.dist', 'env.example', '.env-example'].find(
        (item) => project.has(item),
      );
      const file = name === undefined ? undefined : project.file(name);
      const settings = services.find((service) => service.project === project)?.settings ?? readOnly(project);
      if (!file) continue;
      const named = new Set([
        ...readEnvFile(file).map((variable) => variable.name.toUpperCase()),
        ...[...file.text.matchAll(/^\s*#\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/gm)].map((match) =>
          (match[1] ?? '').toUpperCase(),
        ),
      ]);
      const told = new Set<string>();
      for (const setting of settings.settings) {
        const [variable] = setting.variables;
        if (
          !setting.required ||
          variable === undefined ||
          told.has(variable) ||
          setting.variables.some((item) => named.has(item.toUpperCase()))
        )
          continue;
        told.add(variable);
        report(
          'missing',
          setting,
          { file: file.path, variable, place: placeOf(setting) },
          { related: [says({ file, range: { start: 0, end: 0 } }, 'The example file')] },
        );
      }
    }
  },
});

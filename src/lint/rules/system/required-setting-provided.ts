import { placeOf } from '../../../system/fact.ts';
import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService } from './_examples.ts';
import { says } from './_ports.ts';
import { isProvided } from './_settings.ts';

const settings = `
  from pydantic_settings import BaseSettings, SettingsConfigDict


  class Settings(BaseSettings):
      model_config = SettingsConfigDict(env_prefix="ORDERS_")

      database_url: str
      log_level: str = "INFO"


  settings = Settings()
`;

const compose = (environment: string): string => `
  services:
    orders:
      build: .
      environment: ${environment}
`;

export const requiredSettingProvided = defineRule({
  id: 'system/required-setting-provided',
  summary: 'Every setting without a default is supplied wherever the service runs',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A setting that the code demands and that no environment supplies stops the start, and only there: the service runs on every desk where a forgotten .env file still has it.',
  source: 'https://12factor.net/config',
  messages: {
    missing: {
      text: '{runtime} is not given {variable}, which {place} requires',
      remedy: 'Supply the variable there, or give the setting a default.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          ...fastapiService,
          'app/settings.py': settings,
          Dockerfile: dockerfile,
          'compose.yaml': compose('{ ORDERS_LOG_LEVEL: DEBUG }'),
        },
        at: ['compose.yaml:2'],
      },
      {
        files: {
          ...fastapiService,
          'app/settings.py': `
            import os

            DATABASE_URL = os.environ["DATABASE_URL"]
          `,
          Dockerfile: dockerfile,
          'compose.yaml': compose('{ DATABASE_URI: "postgresql://db/orders" }'),
        },
        at: ['compose.yaml:2'],
      },
    ],
    good: [
      {
        files: {
          ...fastapiService,
          'app/settings.py': settings,
          Dockerfile: dockerfile,
          'compose.yaml': compose('{ orders_database_url: "postgresql://db/orders" }'),
        },
        note: 'pydantic-settings does not mind the case.',
      },
      {
        files: {
          ...fastapiService,
          'app/settings.py': settings,
          Dockerfile: dockerfile,
          'compose.yaml': `
            services:
              orders:
                build: .
                env_file: .env
          `,
        },
        note: 'The file is not in the repository: what it supplies is not known.',
      },
    ],
  },
  check(system, { report }) {
    for (const runtime of system.runtimes) {
      if (runtime.kind === 'image' || !runtime.start || !runtime.variables.complete) continue;
      const { settings: read, customSources } = runtime.service.settings;
      if (customSources) continue;
      const told = new Set<string>();
      for (const setting of read) {
        const [variable] = setting.variables;
        if (!setting.required || variable === undefined || told.has(variable) || isProvided(setting, runtime.variables))
          continue;
        told.add(variable);
        const name = runtime.compose
          ? `The service ${runtime.compose.service.name}`
          : `The container ${runtime.kubernetes?.container.name ?? ''}`;
        report(
          'missing',
          runtime.place,
          { runtime: name, variable: setting.variables.join(' or '), place: placeOf(setting) },
          { related: [says(setting, `${variable} is required here`)] },
        );
      }
    }
  },
});

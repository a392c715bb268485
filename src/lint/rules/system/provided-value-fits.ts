import type { Expression } from '../../../artifacts/python/syntax.ts';
import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService } from './_examples.ts';
import { annotationOf, bareType } from './_fields.ts';
import { says, withPlace } from './_ports.ts';

const service = {
  ...fastapiService,
  Dockerfile: dockerfile,
  'app/settings.py': `
    from typing import Literal

    from pydantic_settings import BaseSettings


    class Settings(BaseSettings):
        pool_size: int = 5
        log_level: Literal["DEBUG", "INFO"] = "INFO"
        strict: bool | None = None


    settings = Settings()
  `,
};

const compose = (variable: string): string => `
  services:
    orders:
      build: .
      environment:
        ${variable}
`;

export const providedValueFits = defineRule({
  id: 'system/provided-value-fits',
  summary: 'A supplied value has the type that the settings demand',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'pydantic checks every variable when the settings are made. A value of the wrong form ends the process before it listens, and only in the environment that supplies it.',
  source: 'https://docs.pydantic.dev/latest/concepts/pydantic_settings/',
  messages: {
    unfit: {
      text: '{variable} is {value}, but {field} takes {type}',
      remedy: 'Supply a value of that type.',
    },
  },
  examples: {
    bad: [
      { files: { ...service, 'compose.yaml': compose('POOL_SIZE: many') }, at: ['compose.yaml:5'] },
      { files: { ...service, 'compose.yaml': compose('LOG_LEVEL: warn') }, at: ['compose.yaml:5'] },
      { files: { ...service, 'compose.yaml': compose('STRICT: "enabled"') }, at: ['compose.yaml:5'] },
    ],
    good: [
      { files: { ...service, 'compose.yaml': compose('POOL_SIZE: "10"') } },
      { files: { ...service, 'compose.yaml': compose('STRICT: "off"') } },
      {
        files: { ...service, 'compose.yaml': compose('POOL_SIZE: ${POOL_SIZE:?}') },
        note: 'The value comes from outside.',
      },
      {
        files: {
          ...service,
          'app/settings.py':
            'from pydantic import field_validator\nfrom pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    pool_size: int = 5\n\n    @field_validator("pool_size", mode="before")\n    def parse(cls, value): return sizes[value]\n\n\nsettings = Settings()\n',
          'compose.yaml': compose('POOL_SIZE: many'),
        },
        note: 'A validator may read it.',
      },
    ],
  },
  check({ runtimes }, { report }) {
    const told = new Set<string>();
    for (const { service, variables, kind } of runtimes) {
      const { project } = service;
      if (!project || kind === 'image') continue;
      for (const setting of service.settings.settings) {
        if (!setting.field || setting.field.owner.body.some((item) => item.kind === 'function')) continue;
        const name = setting.variables.find((item) => variables.all.has(item));
        const variable = name === undefined ? undefined : variables.all.get(name);
        const value = variable?.value;
        if (!variable || value === undefined || value.trim() === '' || value.includes('$')) continue;
        const annotation = annotationOf(project, setting);
        const expected = annotation ? typeOf(bareType(annotation)) : undefined;
        const key = `${variable.file.path}:${variable.range.start}`;
        if (!expected || expected.accepts(value) || told.has(key)) continue;
        told.add(key);
        report(
          'unfit',
          variable,
          {
            variable: variable.name,
            value: JSON.stringify(value),
            field: withPlace(setting.field.name, setting),
            type: expected.name,
          },
          { related: [says(setting, `The field takes ${expected.name}`)] },
        );
      }
    }
  },
});

interface ExpectedType {
  readonly name: string;
  accepts(value: string): boolean;
}

/** What pydantic accepts as text for a type. Source: its conversion table. */
function typeOf(type: Expression): ExpectedType | undefined {
  const name = type.kind === 'name' || type.kind === 'attribute' ? type.name : undefined;
  if (name === 'int' || name === 'PositiveInt' || name === 'NonNegativeInt')
    return { name: 'an integer', accepts: (value) => /^\s*[+-]?\d+(_\d+)*(\.0+)?\s*$/.test(value) };
  if (name === 'float' || name === 'PositiveFloat')
    return {
      name: 'a number',
      accepts: (value) => Number.isFinite(Number(value.replaceAll('_', ''))) || /inf|nan/i.test(value),
    };
  if (name === 'bool')
    return { name: 'a boolean', accepts: (value) => /^(0|1|off|on|f|t|false|true|n|y|no|yes)$/i.test(value.trim()) };
  if (type.kind !== 'subscript' || !(type.object.kind === 'name' || type.object.kind === 'attribute')) return undefined;
  if (type.object.name !== 'Literal') return undefined;
  const words = type.items.map((item) => (item.kind === 'string' ? item.parts[0] : undefined));
  if (words.some((word) => typeof word !== 'string')) return undefined;
  return { name: `one of ${words.join(', ')}`, accepts: (value) => words.includes(value) };
}

import { defineRule } from '../../rule.ts';
import { servingModules } from './_services.ts';

export const noMigrationAtImport = defineRule({
  id: 'python/no-migration-at-import',
  summary: 'Importing the application does not change the schema',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'create_all and migrations at import run in every worker of every replica at once, need rights that the service should not have, and make a roll-back change the schema again.',
  source: 'https://alembic.sqlalchemy.org/en/latest/tutorial.html#running-our-first-migration',
  messages: {
    migrates: {
      text: '{call} runs whenever this module is imported',
      remedy: 'Run migrations as a step of their own, before the service starts.',
    },
  },
  examples: {
    bad: [
      { files: 'from app.database import Base, engine\n\nBase.metadata.create_all(bind=engine)\n', at: [3] },
      { files: 'from alembic import command\n\ncommand.upgrade(config, "head")\n', at: [3] },
    ],
    good: [
      {
        files: 'from app.database import Base, engine\n\n\ndef create():\n    Base.metadata.create_all(bind=engine)\n',
        note: 'Who calls this is not known.',
      },
      { files: { 'scripts/create_tables.py': 'Base.metadata.create_all(bind=engine)\n' } },
      { files: 'from alembic import command\n\nif __name__ == "__main__":\n    command.upgrade(config, "head")\n' },
    ],
  },
  check(project, { report }) {
    for (const module of servingModules(project)) {
      if (
        !/create_all|\.upgrade\(|call_command/.test(module.text) ||
        /migrat|init_?db|create_?(tables|db)/i.test(module.path.split('/').pop() ?? '')
      )
        continue;
      for (const { call, scope } of module.calls) {
        if (scope.functions.length > 0 || scope.classes.length > 0 || scope.main || call.callee.kind !== 'attribute')
          continue;
        const name = module.qualify(call.callee);
        const creates = call.callee.name === 'create_all';
        const upgrades = name === 'alembic.command.upgrade';
        if (creates || upgrades)
          report('migrates', module.at(call.callee), { call: module.file.slice(call.callee.range) });
      }
    }
  },
});

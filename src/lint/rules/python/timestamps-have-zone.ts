import { defineRule } from '../../rule.ts';
import { servingModules } from './_services.ts';

export const timestampsHaveZone = defineRule({
  id: 'python/timestamps-have-zone',
  summary: 'Timestamps carry their time zone',
  severity: 'info',
  preset: 'strict',
  peers: ['ruff:DTZ003'],
  why: 'utcnow returns a time that looks like local time. Compared with, or stored beside, one that knows its zone it is hours off, and since Python 3.12 it is deprecated.',
  source: 'https://docs.astral.sh/ruff/rules/call-datetime-utcnow/',
  messages: { naive: { text: '{call} returns a time without a zone', remedy: 'Call datetime.now(timezone.utc).' } },
  examples: {
    bad: [{ files: 'from datetime import datetime\n\nstarted = datetime.utcnow()\n', at: [3] }],
    good: ['from datetime import datetime, timezone\n\nstarted = datetime.now(timezone.utc)\n'],
  },
  check(project, { report }) {
    for (const module of servingModules(project)) {
      if (!/utcnow|utcfromtimestamp/.test(module.text)) continue;
      for (const { call } of module.calls) {
        const name = module.qualify(call.callee) ?? '';
        if (/^datetime\.datetime\.(utcnow|utcfromtimestamp)$/.test(name))
          report('naive', module.at(call.callee), { call: name });
      }
    }
  },
});

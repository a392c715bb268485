import { Option } from 'commander';
import { allRules } from '../../lint/find-rule.ts';
import type { Preset } from '../../lint/rule.ts';
import { defineCommand } from '../command.ts';

const rank: Readonly<Record<Preset, number>> = { recommended: 0, strict: 1, all: 2 };

/** `msvc rules`: the list that the documentation's table is made of. */
export const rules = defineCommand<{ readonly json?: boolean; readonly preset: Preset }, readonly [string | undefined]>(
  {
    examples: [
      { command: 'msvc rules kubernetes', effect: 'List the rules about Kubernetes manifests' },
      { command: 'msvc rules --json', effect: 'The same for programs' },
    ],
    configure(command) {
      command
        .argument('[text]', 'only rules whose id, summary or peers contain this')
        .addOption(
          new Option('--preset <name>', 'only the rules of a preset')
            .choices(['recommended', 'strict', 'all'])
            .default('all'),
        )
        .option('--json', 'print one JSON document');
    },
    async run({ terminal }, [text = ''], { json, preset }) {
      const wanted = text.toLowerCase();
      const found = (await allRules()).filter((rule) => {
        const words = [rule.id, rule.summary, ...('peers' in rule ? rule.peers : [])].join(' ').toLowerCase();
        return rank[rule.preset] <= rank[preset] && words.includes(wanted);
      });
      if (json) {
        const list = found.map((rule) => ({
          id: rule.id,
          summary: rule.summary,
          severity: rule.severity,
          preset: rule.preset,
          peers: 'peers' in rule ? rule.peers : [],
          fixable:
            'examples' in rule &&
            rule.examples.bad.some((example) => typeof example === 'object' && example.fixed !== undefined),
        }));
        terminal.out(`${JSON.stringify(list, null, 2)}\n`);
        return 0;
      }
      const width = Math.max(0, ...found.map((rule) => rule.id.length));
      for (const rule of found) {
        const peers = 'peers' in rule && rule.peers.length > 0 ? terminal.paint.dim(`  ${rule.peers.join(' ')}`) : '';
        terminal.out(
          `${rule.id.padEnd(width)}  ${rule.severity.padEnd(7)}  ${rule.preset.padEnd(11)}  ${rule.summary}${peers}\n`,
        );
      }
      return 0;
    },
  },
);

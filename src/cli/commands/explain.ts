import { discover } from '../../artifacts/discover.ts';
import { openRepository } from '../../artifacts/repository.ts';
import { explainFacts } from '../../lint/explain-facts.ts';
import { explainRule } from '../../lint/explain-rule.ts';
import { allRules, rulesNamed } from '../../lint/find-rule.ts';
import { nearest } from '../../spec/nearest.ts';
import { UserError } from '../../tree/user-error.ts';
import { defineCommand } from '../command.ts';

/** `msvc explain`: a rule's page, in the terminal; with `--facts` what this repository says about it. */
export const explain = defineCommand<{ readonly facts?: boolean }, readonly [string]>({
  examples: [
    { command: 'msvc explain dockerfile/copy-not-add', effect: 'Explain one rule' },
    { command: 'msvc explain DL3020', effect: 'Explain what stands for a rule of another linter' },
    { command: 'msvc explain system/probe-route-exists --facts', effect: 'Show what was read here, and where' },
  ],
  configure(command) {
    command
      .argument('<rule>', "a rule's id, here or in another linter")
      .option('--facts', 'show the facts of this repository that the rule compares');
  },
  async run({ terminal, fs, cwd }, [name], { facts }) {
    const rules = await allRules();
    const found = rulesNamed(name, rules);
    if (found.length === 0) {
      const guess = nearest(
        name,
        rules.map((rule) => rule.id),
      );
      throw new UserError(`There is no rule ${name}`, {
        remedy: guess === undefined ? 'See `msvc rules` for all of them.' : `Did you mean ${guess}?`,
      });
    }
    if (facts) {
      const repository = await openRepository(discover(fs, cwd));
      terminal.out(found.map((rule) => `# ${rule.id}\n\n${explainFacts(rule, repository)}`).join('\n'));
    } else terminal.out(found.map(explainRule).join('\n'));
    return 0;
  },
});

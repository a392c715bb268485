import { explainRule } from '../../lint/explain-rule.ts';
import { allRules, rulesNamed } from '../../lint/find-rule.ts';
import { nearest } from '../../spec/nearest.ts';
import { UserError } from '../../tree/user-error.ts';
import { defineCommand } from '../command.ts';

/** `msvc explain`: a rule's page, in the terminal. */
export const explain = defineCommand<object, readonly [string]>({
  examples: [
    { command: 'msvc explain dockerfile/copy-not-add', effect: 'Explain one rule' },
    { command: 'msvc explain DL3020', effect: 'Explain what stands for a rule of another linter' },
  ],
  configure(command) {
    command.argument('<rule>', "a rule's id, here or in another linter");
  },
  async run({ terminal }, [name]) {
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
    terminal.out(found.map(explainRule).join('\n'));
    return 0;
  },
});
